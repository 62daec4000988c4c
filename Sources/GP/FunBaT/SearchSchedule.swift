/// In which sweeps hyper-parameters are searched. A search takes as long as the rest of a sweep: where it raises the
/// bound by less than that does, the next one waits for twice as many sweeps.
package struct SearchSchedule {
  private var wait = 1
  private var sweepsSince = 0

  package init() {}

  /// Before each sweep.
  ///
  /// - Parameter isLast: whether the bound counts as at rest after this sweep, the last of `quietSweeps`, if it stays:
  ///   one of them has to have a search.
  package mutating func isDue(isLast: Bool, quietSweeps: Int) -> Bool {
    sweepsSince += 1
    guard sweepsSince >= wait || (isLast && sweepsSince >= quietSweeps) else { return false }
    sweepsSince = 0
    return true
  }

  /// After a sweep with a search.
  package mutating func learn(gain: Double, ofSweep rise: Double) { wait = gain >= rise - gain ? 1 : 2 * wait }
}
