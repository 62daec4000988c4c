import GP
import Testing

/// When hyper-parameters are searched.
@Suite struct SearchScheduleTests {
  /// The sweeps, counted from 1, that have a search, where searches raise the bound by `gain` of 1 in all.
  private func sweeps(_ count: Int, lastAt last: Int? = nil, gain: (Int) -> Double) -> [Int] {
    var schedule = SearchSchedule()
    return (1...count).filter { sweep in
      guard schedule.isDue(isLast: sweep == last, quietSweeps: 3) else { return false }
      schedule.learn(gain: gain(sweep), ofSweep: 1)
      return true
    }
  }

  @Test func waitsAsSearchesPay() {
    #expect(sweeps(6) { _ in 0.6 } == [1, 2, 3, 4, 5, 6])
    #expect(sweeps(16) { _ in 0.1 } == [1, 3, 7, 15])
    #expect(sweeps(10) { $0 == 3 ? 0.5 : 0.1 } == [1, 3, 4, 6, 10])
  }

  /// Not at rest before a search in one of the last three sweeps.
  @Test func searchesBeforeTheEnd() {
    #expect(sweeps(12, lastAt: 11) { _ in 0.1 } == [1, 3, 7, 11])
    #expect(sweeps(9, lastAt: 9) { _ in 0.1 } == [1, 3, 7])
  }
}
