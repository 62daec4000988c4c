import Inference
import Testing

@Suite struct WarmupScheduleTests {
  @Test(arguments: [
    (1000, [99, 149, 249, 449, 949]), (100, [89]), (150, [99]), (20, [17]), (200, [99, 149]), (19, []), (1, []), (0, []),
  ]) func windowsEndWhereStansDo(iterations: Int, ends: [Int]) {
    #expect(WarmupSchedule(iterations: iterations).windowEnds == ends)
  }

  /// Stan's `windowed_adaptation`, iteration by iteration, gives the same ends for every length.
  @Test func everyLengthFollowsStansCounter() {
    for iterations in 20...2500 {
      let schedule = WarmupSchedule(iterations: iterations)
      var (initial, final, window) = (75, 50, 25)
      if initial + window + final > iterations {
        initial = Int(0.15 * Double(iterations))
        final = Int(0.1 * Double(iterations))
        window = iterations - (initial + final)
      }
      let last = iterations - final - 1
      var next = initial + window - 1
      var ends: [Int] = []
      for counter in 0..<iterations where counter >= initial && counter <= last && counter == next {
        ends.append(counter)
        if next == last { continue }
        window *= 2
        next = counter + window
        if next != last && next + 2 * window >= iterations - final { next = last }
      }
      #expect(schedule.windowEnds == ends, "\(iterations) iterations")
      #expect(schedule.initialBuffer == initial && schedule.finalBuffer == final)
      #expect(ends.last == last)
    }
  }
}
