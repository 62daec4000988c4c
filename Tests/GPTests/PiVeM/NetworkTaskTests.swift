import GP
import NumericCore
import Testing

@Suite struct NetworkTaskTests {
  /// By hand: pairs won 3 of 4 and a half; precision 1, then (2 of 3 where 0.5 ties).
  @Test func areasAreThoseByHand() throws {
    let scores = try RankingScores(positives: [0.9, 0.5], negatives: [0.5, 0.1])
    #expect(abs(scores.rocAUC - 3.5 / 4) < 1e-15)
    #expect(abs(scores.prAUC - (1 + 2.0 / 3) / 2) < 1e-15)
    #expect(throws: DynamicNetworkError.self) { try RankingScores(positives: [.nan], negatives: [1]) }
    #expect(throws: DynamicNetworkError.self) { try RankingScores(positives: [], negatives: [1]) }
  }

  @Test func negativesHoldNoEvent() throws {
    var stream = RandomStream(RandomKey(seed: 66))
    let events = (0..<300).map { NetworkEvent(i: $0 % 3, j: ($0 + 1) % 3, time: Double($0) / 299) }
    let task = try NetworkTask(nodes: 4, events: events, from: 0.5, to: 1, using: &stream)
    #expect(task.negatives.count == task.positives.count)
    for n in task.negatives {
      #expect(n.i < n.j && n.from >= 0.5 && n.to <= 1)
      #expect(!events.contains { $0.i == n.i && $0.j == n.j && $0.time >= n.from && $0.time <= n.to })
    }
  }
}
