import NumericCore

/// Runs that stop at scores: all lanes together, since a static program scores in one order.
extension Execution {
  enum Stop: Sendable {
    case score
    /// A scan of this program, not of its steps, has come to its end: the stage.
    case endOfScan(Int)
    case finished
  }

  /// Goes back to the beginning.
  func restart() {
    stage = 0
    context.pointee.failure = nil
    for scan in context.pointee.scans {
      (scan.step, scan.isInStep) = (0, false)
      scan.inner.restart()
    }
  }

  /// Takes over where another execution of the same program stands.
  func takeRun(of other: Execution) {
    let (from, to) = (other.valueBlock, valueBlock)
    to.start.update(from: from.start, count: to.count)
    stage = other.stage
    context.pointee.laneCount = other.context.pointee.laneCount
    for (scan, original) in zip(context.pointee.scans, other.context.pointee.scans) { scan.takeRun(of: original) }
  }

  /// Runs on to the next stop, and adds what was scored, lane by lane.
  func advance(addingTo scores: UnsafeMutablePointer<Double>) -> Stop {
    while stage < program.stages.count {
      switch program.stages[stage] {
      case .steps:
        run(stage: stage)
        endStage(scores)
      case .score(let site):
        addScore(ofSite: site, to: scores)
        endStage(scores)
        return .score
      case .scan(_, let number):
        if context.pointee.scans[number].advance(addingTo: scores, &context.pointee) { return .score }
        endStage(scores)
        return .endOfScan(stage - 1)
      }
    }
    return .finished
  }

  /// Adds the log densities of sites that the stage leaves: those of sites that are given, or, in a run all of whose
  /// draws are given, of all.
  @inline(__always) private func endStage(_ scores: UnsafeMutablePointer<Double>) {
    let isWhole = context.pointee.isShadow && !Mutation.isActive(.transitionDensityMissing)
    for density in program.densities where density.stage == stage && (!density.isDrawn || isWhole) {
      addScore(ofSite: density.site, to: scores)
    }
    stage += 1
  }

  /// The scan that the run is in.
  var currentScan: ScanExecution? {
    guard stage < program.stages.count, case .scan(_, let number) = program.stages[stage] else { return nil }
    let scan = context.pointee.scans[number]
    return scan.isInStep ? scan : nil
  }

  /// The key of what is drawn from here on, in the step of a scan that is under way too.
  func setKey(_ key: RandomKey, firstLane: Int) {
    context.pointee.key = key
    context.pointee.firstLane = firstLane
    if let scan = currentScan {
      scan.inner.setKey(scan.plan.loop.key(ofStep: scan.step, run: key), firstLane: firstLane)
    }
  }
}

extension ScanExecution {
  /// Runs on to the next score of the steps; false where the scan came to its end.
  func advance(addingTo scores: UnsafeMutablePointer<Double>, _ context: inout RunContext) -> Bool {
    if step == 0 && !isInStep { begin() }
    while true {
      if !isInStep {
        guard step < plan.count else {
          step = 0
          return false
        }
        beginStep(step, context)
        inner.stage = 0
        isInStep = true
      }
      while true {
        switch inner.advance(addingTo: scores) {
        case .score: return true
        case .endOfScan: continue
        case .finished: break
        }
        break
      }
      if let failure = inner.context.pointee.failure { context.failure = context.failure ?? failure }
      endStep(step)
      step += 1
      isInStep = false
    }
  }
}
