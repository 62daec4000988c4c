import Dispatch
import NumericCore
import Synchronization

/// The runs of a dynamic program: one continuation for each particle.
final class ContinuationParticles: Particles {
  /// The number of particles that a core takes at a time.
  private static let blockSize = 64

  private var runs: [PartialRun]
  private var key: RandomKey
  private let outputs: [AnyRandom]
  private let variables: [Variable]

  init(_ start: PartialRun, _ outputs: [AnyRandom], _ variables: [Variable], count: Int, key: RandomKey) {
    runs = Array(repeating: start, count: count)
    (self.outputs, self.variables, self.key) = (outputs, variables, key)
  }

  func advance(_ increments: inout [Double]) throws -> Bool {
    let key = key
    let (count, block) = (runs.count, Self.blockSize)
    let outcome = Mutex<(hasScored: Bool, failure: (run: Int, error: any Error)?)>((false, nil))
    runs.withUnsafeMutableBufferPointer { runs in
      increments.withUnsafeMutableBufferPointer { increments in
        nonisolated(unsafe) let (runs, increments) = (runs, increments)
        DispatchQueue.concurrentPerform(iterations: (count + block - 1) / block) { number in
          for i in (number * block)..<min((number + 1) * block, count) {
            do {
              let lane = Mutation.isActive(.futureShared) ? 0 : i
              guard let score = try runs[i].nextScore(key: key, lane: lane) else { continue }
              increments[i] = score
              outcome.withLock { $0.hasScored = true }
            } catch {
              // The first one, whichever core is faster.
              outcome.withLock { if i < $0.failure?.run ?? .max { $0.failure = (i, error) } }
            }
          }
        }
      }
    }
    return try outcome.withLock {
      if let failure = $0.failure { throw failure.error }
      return $0.hasScored
    }
  }

  func site(ofParticle particle: Int) -> String { runs[particle].lastSite }

  func resample(_ ancestors: [Int], key: RandomKey) {
    runs = ancestors.map { runs[$0] }
    self.key = key
  }

  func values(_ ancestors: [[Int]]) throws -> VariableColumns {
    var columns = variables.flatMap { Array(repeating: [Double](), count: $0.shape.count) }
    for (lane, run) in runs.enumerated() {
      var run = run
      var column = 0
      for output in outputs {
        run.demand(output)
        _ = try run.nextScore(key: key, lane: Mutation.isActive(.futureShared) ? 0 : lane)
        for element in run.memory[output]?.elements ?? [] {
          columns[column].append(element)
          column += 1
        }
      }
    }
    return VariableColumns(variables: variables, columns: columns)
  }
}

extension PartialRun {
  /// Runs on to the next score with draws of the priors; nil at the end.
  mutating func nextScore(key: RandomKey, lane: Int) throws -> Double? {
    while true {
      switch try next() {
      case .choice(let choice):
        try choice.check()
        supply(choice.draw(run: key, lane: lane))
      case .score(_, let score): return score
      case .finished: return nil
      }
    }
  }
}
