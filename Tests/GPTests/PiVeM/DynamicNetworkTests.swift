import Foundation
import GP
import NumericCore
import Testing

@Suite struct DynamicNetworkTests {
  @Test func wrongInputIsNamed() {
    #expect(throws: DynamicNetworkError.noEvents) { try DynamicNetwork(sources: [], targets: [], times: []) }
    #expect(throws: DynamicNetworkError.selfLoopsOnly(count: 1)) {
      try DynamicNetwork(sources: ["a"], targets: ["a"], times: [1])
    }
    #expect(throws: DynamicNetworkError.allAtOneTime(2)) {
      try DynamicNetwork(sources: ["a", "b"], targets: ["b", "c"], times: [2, 2])
    }
    #expect(throws: DynamicNetworkError.lengthsDiffer(sources: 1, targets: 2, times: 1)) {
      try DynamicNetwork(sources: ["a"], targets: ["b", "c"], times: [2])
    }
    #expect(throws: DynamicNetworkError.self) {
      try DynamicNetwork(sources: ["a", "b"], targets: ["b", "c"], times: [.nan, 2])
    }
  }

  @Test func aHugeIdIsANameAndSelfLoopsAreDropped() throws {
    let network = try DynamicNetwork(
      sources: ["1000000000", "7", "7"], targets: ["7", "7", "1000000000"], times: [30, 20, 10])
    #expect(network.count == 2)
    #expect(network.droppedSelfLoops == 1)
    #expect(network.events.map(\.time) == [0, 1])
  }

  /// Four nodes in two pairs that never meet: the fitted rate within pairs is that of the events, and little
  /// between.
  @Test func aFitTellsWhoMeets() throws {
    var events: [NetworkEvent] = []
    for k in 0..<100 {
      events.append(NetworkEvent(i: 0, j: 1, time: (Double(k) + 0.5) / 100))
      events.append(NetworkEvent(i: 2, j: 3, time: (Double(k) + 0.5) / 100))
    }
    var model = PiecewiseVelocityModel()
    model.bins = 5
    let fit = try model.fit(nodes: 4, events: events)
    #expect(abs(fit.expectedCount(0, 1, from: 0, to: 1) - 100) < 10)
    #expect(fit.expectedCount(0, 2, from: 0, to: 1) < 1)
  }

  @Test func theExpectedCountIsTheIntegralOfTheIntensity() throws {
    var events: [NetworkEvent] = []
    for k in 0..<30 { events.append(NetworkEvent(i: k % 3, j: (k + 1) % 3, time: Double(k) / 29)) }
    var model = PiecewiseVelocityModel()
    (model.bins, model.velocityScale) = (4, 5)
    let fit = try model.fit(
      nodes: 3, events: events.map { NetworkEvent(i: $0.i, j: $0.j, time: 0.9 * $0.time) }, span: 0.9)
    // The jump to the forecast is between two steps.
    let (from, to, steps) = (0.1, 1.1, 20_000)
    let h = (to - from) / Double(steps)
    var sum = 0.0
    for k in 0..<steps {
      let time = from + (Double(k) + 0.5) * h
      sum += h * exp(fit.logIntensity(0, 1, at: time))
    }
    #expect(abs(fit.expectedCount(0, 1, from: from, to: to) - sum) < 1e-6 * sum)
  }

  @Test func errorsSayWhatWasExpected() {
    #expect(
      DynamicNetworkError.invalidSetting(name: "bins", value: 0, expected: ">= 1").description
        == "bins = 0, expected >= 1")
    #expect(
      DynamicNetworkError.notFinite(event: 1, time: .nan).description
        == "event 2: time = nan, expected a finite number")
  }

  @Test func wrongSettingsAreNamed() throws {
    let events = (0..<40).map { NetworkEvent(i: 0, j: 1 + $0 % 2, time: Double($0) / 39) }
    func refuses(_ change: (inout PiecewiseVelocityModel) -> Void) {
      var model = PiecewiseVelocityModel()
      change(&model)
      #expect(throws: DynamicNetworkError.self) { try model.fit(nodes: 3, events: events) }
    }
    refuses { $0.bins = 0 }
    refuses { $0.velocityScale = -1 }
    refuses { $0.lengthScale = .nan }
    refuses { $0.candidates = [] }
    refuses { $0.candidates = [1, .infinity] }
    refuses { $0.maximumIterations = 0 }
    let model = PiecewiseVelocityModel()
    #expect(throws: DynamicNetworkError.self) { try model.fit(nodes: 1, events: events) }
    #expect(throws: DynamicNetworkError.self) { try model.fit(nodes: 2, events: events) }
    #expect(throws: DynamicNetworkError.self) { try model.fit(nodes: 3, events: events, span: 0.5) }
    #expect(throws: DynamicNetworkError.noEvents) { try model.fit(nodes: 3, events: []) }
    #expect(throws: DynamicNetworkError.noEvents) {
      try model.fit(nodes: 3, events: events, masked: [NodePair(0, 1), NodePair(0, 2)])
    }
    #expect(throws: DynamicNetworkError.self) { try NetworkForecast(memory: 1, background: 0) }
    #expect(throws: DynamicNetworkError.self) { try NetworkForecast(memory: -1, background: 0.1) }
    #expect(throws: DynamicNetworkError.self) { try NetworkForecast(memory: 1, background: 0.5, own: 0.5) }
    #expect(throws: DynamicNetworkError.self) { try NetworkForecast(memory: 0, background: 0.1, drift: -1) }
    #expect(throws: DynamicNetworkError.self) { try NetworkForecast(memory: 0, background: 0.1, spread: .nan) }
  }

  /// Too few events to choose by, events of one pair alone, all at few instants: a fit is finite all the
  /// same.
  @Test func hardNetworksHaveAFiniteFit() throws {
    let few = [NetworkEvent(i: 0, j: 1, time: 0), NetworkEvent(i: 0, j: 1, time: 1)]
    let ties = (0..<100).map { NetworkEvent(i: $0 % 4, j: 4, time: Double($0 / 50)) }
    let early = (0..<200).map { NetworkEvent(i: $0 % 7, j: 7, time: 1e-3 * Double($0) / 199) }
    for events in [few, ties, early] {
      let fit = try PiecewiseVelocityModel().fit(nodes: 8, events: events)
      #expect(!fit.trajectories.parameters.contains { !$0.isFinite })
      #expect(fit.expectedCount(0, 1, from: 0, to: 2).isFinite && fit.negativeLogLikelihood.isFinite)
      #expect(fit.forecastRate(5, 6) > 0)
    }
  }

  @Test func communitiesAreGroupsThatStayTogether() throws {
    // Three groups of 5, 4 and 3 nodes around places far apart.
    let groups = [0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2]
    let (x, y) = ([0.0, 5, -5], [4.0, -3, -3])
    var parameters = Array(repeating: 0.0, count: 12)
    var stream = RandomStream(RandomKey(seed: 74))
    for _ in 0...2 {
      parameters += groups.map { x[$0] + 0.3 * stream.normal() }
      parameters += groups.map { y[$0] + 0.3 * stream.normal() }
    }
    let trajectories = try NetworkTrajectories(nodes: 12, bins: 2, span: 1, parameters: parameters)
    #expect(try trajectories.communities(count: 3) == groups)
    #expect(throws: DynamicNetworkError.self) { try trajectories.communities(count: 13) }
  }

  @Test func intervalsAreWrittenWithNamesAndTimes() throws {
    let network = try DynamicNetwork(
      sources: ["a,b", "c", "a,b"], targets: ["c", "d \"e\"", "c"], times: [100, 150, 200])
    var stream = RandomStream(RandomKey(seed: 75))
    let lines = try NetworkTask(nodes: 3, events: network.events, from: 0, to: 1, using: &stream).csv(
      of: network
    )
    .split(separator: "\n")
    #expect(lines.count == 7 && lines[0] == "source,target,from,to,event")
    #expect(lines.contains("\"a,b\",c,100.0,100.1,1"))
    let negatives = lines.dropFirst().count { $0.hasSuffix(",0") }
    #expect(negatives == 3)
    #expect(network.cell(2) == "\"d \"\"e\"\"\"")
  }
}
