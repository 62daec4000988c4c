import GP
import NumericCore
import Testing

/// Fits that are to tell the events that they were given.
@Suite struct ReconstructionTests {
  /// A network's true trajectories, and its events, as often as asked for.
  static func network(_ seed: UInt64, draws: Int) throws -> (NetworkTrajectories, [[NetworkEvent]]) {
    var stream = RandomStream(RandomKey(seed: seed).child("reconstruction"))
    let truth = try NetworkTrajectories.draw(
      nodes: 20, bins: 20, span: 1, rate: 60, initialScale: 1, velocityScale: 3, lengthScale: 0.1, using: &stream)
    return (truth, try (0..<draws).map { _ in try truth.events(using: &stream) })
  }

  static func logLikelihood(_ events: [NetworkEvent], _ trajectories: NetworkTrajectories) -> Double {
    var expected = 0.0
    for i in 0..<20 { for j in i + 1..<20 { expected += trajectories.expectedCount(i, j, from: 0, to: 1) } }
    return events.reduce(-expected) { $0 + trajectories.logIntensity($1.i, $1.j, at: $1.time) }
  }

  /// The fitted events are likelier, and better told from times without one, than by the truth and by a fit for
  /// prediction, by which events drawn anew are likelier.
  @Test(arguments: [1, 2, 3] as [UInt64]) func fittedEventsAreLikelierAndOthersAreNot(seed: UInt64) throws {
    let (truth, drawn) = try Self.network(seed, draws: 2)
    let (events, others) = (drawn[0], drawn[1])
    let free = try PiecewiseVelocityModel.reconstruction.fit(nodes: 20, events: events)
    let fit = try PiecewiseVelocityModel().fit(nodes: 20, events: events)
    #expect(-free.negativeLogLikelihood > max(Self.logLikelihood(events, truth), -fit.negativeLogLikelihood))
    var stream = RandomStream(RandomKey(seed: seed).child("task"))
    let task = try NetworkTask(nodes: 20, events: events, from: 0, to: 1, using: &stream)
    #expect(try task.scores(of: free).rocAUC > task.scores(of: fit).rocAUC)
    #expect(Self.logLikelihood(others, free.trajectories) < Self.logLikelihood(others, fit.trajectories))
  }

  /// The largest scale, each node by itself, and bins as long as the fitted events are likelier.
  @Test func settingsAreTheFreestOnes() throws {
    let events = try Self.network(1, draws: 1).1[0]
    var model = PiecewiseVelocityModel.reconstruction
    model.candidates = [2, 8, 1]
    let open = try model.fit(nodes: 20, events: events)
    #expect(open.trials.first?.velocityScale == 8)
    #expect(open.trials.map(\.bins) == Array([20, 40, 80, 160].prefix(open.trials.count)))
    #expect(open.trials.allSatisfy { $0.communities == nil })
    let best = try #require(open.trials.max { $0.score < $1.score })
    #expect(open.bins == best.bins && open.velocityScale == best.velocityScale)
    model.bins = 12
    let given = try model.fit(nodes: 20, events: events)
    #expect(given.bins == 12 && given.velocityScale == 8 && given.communities == nil)
  }

  /// Where pairs are masked it is these that are to be told: the aim changes nothing.
  @Test func maskedPairsAreToldWhateverTheAim() throws {
    let events = try Self.network(1, draws: 1).1[0]
    let masked: Set<NodePair> = [NodePair(0, 1), NodePair(2, 7), NodePair(11, 19)]
    var model = PiecewiseVelocityModel()
    let fit = try model.fit(nodes: 20, events: events, masked: masked)
    model.aim = .reconstruction
    let other = try model.fit(nodes: 20, events: events, masked: masked)
    #expect(fit.trajectories == other.trajectories && fit.trials == other.trials)
  }
}
