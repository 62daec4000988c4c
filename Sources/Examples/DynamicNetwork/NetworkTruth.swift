import CommandSupport
import Foundation
import GP
import NumericCore

/// The parameters that a network was drawn with: what can be told of it at all.
struct NetworkTruth {
  let trajectories: NetworkTrajectories

  /// Reads columns node, bin, x and y: initial positions at a bin of -1, and velocities at 0, 1, ... The span is as long
  /// as there are bins, from the network's first event to its last, and all biases are zero.
  ///
  /// - Throws: `DataTableError`; `DynamicNetworkError` where a row is missing.
  init(contentsOf path: String, network: DynamicNetwork) throws {
    let table = try DataTable(contentsOf: path)
    let (names, bins) = (try table.strings("node"), try table.doubles("bin"))
    let (x, y) = (try table.doubles("x"), try table.doubles("y"))
    let count = Int(bins.max() ?? 0) + 1
    let nodes = Dictionary(uniqueKeysWithValues: (0..<network.count).map { (network.label($0), $0) })
    var steps = Array(
      repeating: Array(repeating: SIMD2<Double>(.nan, .nan), count: network.count), count: count + 1)
    for k in names.indices {
      if let i = nodes[names[k]] { steps[Int(bins[k]) + 1][i] = SIMD2(x[k], y[k]) }
    }
    // In the network's time, which is 1 at its end, rates are as many times as large as there are bins.
    var parameters = Array(repeating: 0.5 * log(Double(count)), count: network.count)
    var places = Array(repeating: SIMD2(0.0, 0.0), count: network.count)
    for step in steps {
      for i in places.indices { places[i] += step[i] }
      parameters += places.map(\.x) + places.map(\.y)
    }
    trajectories = try NetworkTrajectories(nodes: network.count, bins: count, span: 1, parameters: parameters)
  }

  /// The negative log likelihood of the events that are fitted.
  func negativeLogLikelihood(_ trial: TaskProtocol) -> Double {
    let expected = sum { trajectories.expectedCount($0, $1, from: 0, to: trial.cut) }
    return trial.training.reduce(expected) { $0 - trajectories.logIntensity($1.i, $1.j, at: $1.time) }
  }

  func reconstruction(_ trial: TaskProtocol) throws -> TaskScores {
    try scores(trial, from: 0, to: trial.cut) { trajectories.expectedCount($0.i, $0.j, from: $0.from, to: $0.to) }
  }

  /// By nodes that rest where they are at the cut, given the number of events.
  func prediction(_ trial: TaskProtocol) throws -> TaskScores {
    func atRest(_ i: Int, _ j: Int) -> Double { trajectories.logIntensity(i, j, at: trial.cut) }
    let later = trial.network.events.filter { $0.time > trial.cut }
    let held = HeldOutLikelihood(
      events: later.count, expected: (1 - trial.cut) * sum { exp(atRest($0, $1)) },
      sum: later.reduce(0) { $0 + atRest($1.i, $1.j) })
    var scores = try scores(trial, from: trial.cut.nextUp, to: 1) { ($0.to - $0.from) * exp(atRest($0.i, $0.j)) }
    scores.heldOut = held.givenNumber / Double(held.events)
    return scores
  }

  private func scores(
    _ trial: TaskProtocol, from: Double, to: Double, by score: (NetworkTask.Interval) -> Double
  ) throws -> TaskScores {
    let scores = try (0..<trial.seeds).map {
      let task = try trial.task(from: from, to: to, seed: $0)
      return try RankingScores(positives: task.positives.map(score), negatives: task.negatives.map(score))
    }
    return TaskScores(
      events: trial.network.events.count { $0.time >= from && $0.time <= to },
      rocAUC: MeanScore(scores.map(\.rocAUC)), prAUC: MeanScore(scores.map(\.prAUC)))
  }

  /// Over all pairs.
  private func sum(_ value: (Int, Int) -> Double) -> Double {
    (0..<trajectories.nodes).reduce(0) { sum, i in (0..<i).reduce(sum) { $0 + value($1, i) } }
  }
}
