import Foundation
import GP
import NumericCore

/// Means over draws of the protocol's intervals, with two standard errors.
struct MeanScore: Codable {
  let mean: Double
  let twoErrors: Double

  init(_ values: [Double]) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.count > 1 ? values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1) : 0
    (self.mean, twoErrors) = (mean, 2 * (variance / n).squareRoot())
  }

  var text: String { String(format: "%.4f +- %.4f", mean, twoErrors) }
}

/// How well a task is done: areas under the curves, and the log likelihood an event of what was held out.
struct TaskScores: Codable {
  let events: Int
  let rocAUC: MeanScore
  let prAUC: MeanScore
  /// By expected counts over the whole training window, as in the paper's code; of prediction only.
  var windowROCAUC: MeanScore?
  var windowPRAUC: MeanScore?
  /// The held-out log likelihood an event, of prediction given the number of events; nil for reconstruction.
  var heldOut: Double?
}

/// The tasks of a network whose last part was held out.
struct TaskProtocol {
  let network: DynamicNetwork
  /// The end of the training time, in units of the whole.
  let cut: Double
  let seeds: Int

  var training: [NetworkEvent] { network.events.filter { $0.time <= cut } }

  func reconstruction(_ fit: FittedTrajectories) throws -> TaskScores {
    let tasks = try (0..<seeds).map { try task(from: 0, to: cut, seed: $0) }
    let scores = try tasks.map { try $0.scores(of: fit) }
    return TaskScores(
      events: training.count, rocAUC: MeanScore(scores.map(\.rocAUC)), prAUC: MeanScore(scores.map(\.prAUC)))
  }

  /// Nil where nothing happens after the training time.
  func prediction(_ fit: FittedTrajectories) throws -> TaskScores? {
    let later = network.events.filter { $0.time > cut }
    guard !later.isEmpty else { return nil }
    let tasks = try (0..<seeds).map { try task(from: cut.nextUp, to: 1, seed: $0) }
    let (scores, window) = try (
      tasks.map { try $0.scores(of: fit) }, tasks.map { try $0.scoresOverTraining(of: fit) }
    )
    let held = try fit.forecastLikelihood(of: later, to: 1)
    return TaskScores(
      events: later.count, rocAUC: MeanScore(scores.map(\.rocAUC)), prAUC: MeanScore(scores.map(\.prAUC)),
      windowROCAUC: MeanScore(window.map(\.rocAUC)), windowPRAUC: MeanScore(window.map(\.prAUC)),
      heldOut: held.givenNumber / Double(held.events))
  }

  func calibration(_ fit: FittedTrajectories) throws -> ForecastCalibration? {
    try ForecastCalibration(of: fit, network: network, later: network.events.filter { $0.time > cut }, end: 1)
  }

  /// Of pairs that the fit left out.
  func completion(_ fit: FittedTrajectories, pairs: Set<NodePair>) throws -> TaskScores? {
    let held = fit.completionLikelihood(of: training, pairs: pairs)
    guard held.events > 0 else { return nil }
    let scores = try (0..<seeds).map {
      try task(from: 0, to: cut, pairs: pairs, seed: $0).scores(of: fit)
    }
    return TaskScores(
      events: held.events, rocAUC: MeanScore(scores.map(\.rocAUC)), prAUC: MeanScore(scores.map(\.prAUC)),
      heldOut: held.total / Double(held.events))
  }

  /// The intervals of a seed of the protocol.
  func task(from: Double, to: Double, pairs: Set<NodePair>? = nil, seed: Int) throws -> NetworkTask {
    var stream = RandomStream(RandomKey(seed: UInt64(seed)).child("protocol"))
    return try NetworkTask(
      nodes: network.count, events: network.events, from: from, to: to, pairs: pairs,
      structure: network.structure, using: &stream)
  }

  /// A share of all pairs, at random.
  func masked(share: Double, seed: UInt64) -> Set<NodePair> {
    var stream = RandomStream(RandomKey(seed: seed).child("masked"))
    var masked = Set<NodePair>()
    for i in 0..<network.count {
      for j in i + 1..<network.count where network.structure.joins(i, j) && stream.uniform() < share {
        masked.insert(NodePair(i, j))
      }
    }
    return masked
  }
}
