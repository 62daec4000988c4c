import NumericCore
import Synchronization

/// A static program whose runs stop at scores, with all that its populations share: its data, what is live at which stage,
/// and buffers that a population leaves to the next one.
final class LaneProgram: Sendable {
  let program: Program
  private let data: DataBlock
  let liveness: Liveness
  /// The histories of the program's scans, by slot: the scan's number and stage.
  let histories: [Int: (scan: Int, stage: Int)]
  private let livenessOfSteps = Mutex<[Loop: Liveness]>([:])
  private let spare = Mutex<[Int: [Execution]]>([:])

  convenience init(_ program: RunProgram) throws {
    let lowered = try Scope.$current.withValue(program.scope) {
      let lowering = try Lowering(stoppingAt: program.items) { site in
        program.held[site.path] == nil ? try drawn(site) : .given
      }
      for output in program.outputs { try lowering.output(output.element) }
      return lowering.finish()
    }
    self.init(lowered)
  }

  private init(_ program: Program) {
    self.program = program
    let data = DataBlock(program, constants: program.constants.map(\.elements))
    self.data = data
    let first = Execution(program, data: data, lanes: 8, gradient: false)
    liveness = Liveness(program, keepingOutputs: false, ownSlot: first.ownSlot)
    spare.withLock { $0[8] = [first] }
    var histories: [Int: (scan: Int, stage: Int)] = [:]
    for (stage, kind) in program.stages.enumerated() {
      guard case .scan(_, let number) = kind else { continue }
      for history in program.scans[number].histories { histories[history.outer] = (number, stage) }
    }
    self.histories = histories
  }

  /// What the steps of a scan have yet to read.
  func liveness(ofStepsOf scan: ScanExecution) -> Liveness {
    livenessOfSteps.withLock { known in
      if let liveness = known[scan.plan.loop] { return liveness }
      let liveness = Liveness(scan.inner.program, keepingOutputs: true, ownSlot: scan.inner.ownSlot)
      known[scan.plan.loop] = liveness
      return liveness
    }
  }

  /// Buffers for a run from the beginning.
  func execution(lanes: Int) -> Execution {
    let execution =
      spare.withLock { $0[lanes]?.popLast() } ?? Execution(program, data: data, lanes: lanes, gradient: false)
    execution.restart()
    return execution
  }

  /// Takes buffers that nobody uses any more.
  func giveBack(_ executions: [Execution]) {
    guard let lanes = executions.first?.lanes else { return }
    spare.withLock { $0[lanes, default: []] += executions }
  }
}
