import Foundation
import NumericCore

/// How likely held-out events are under a fit: the log density of Poisson processes, sum log lambda -
/// integral of lambda.
public struct HeldOutLikelihood: Sendable, Equatable {
  public let events: Int
  /// The expected number of events of all pairs and times in question.
  public let expected: Double
  /// sum log lambda.
  public let sum: Double

  public init(events: Int, expected: Double, sum: Double) {
    (self.events, self.expected, self.sum) = (events, expected, sum)
  }

  public var total: Double { sum - expected }
  /// Where the rate of all pairs together is multiplied by what makes their number the expected one: the log
  /// density of pairs and times, and not of how many there are.
  public var givenNumber: Double {
    events > 0 ? sum + Double(events) * (log(Double(events) / expected) - 1) : 0
  }
}

extension FittedTrajectories {
  /// That of the events in (span, to], of all pairs but masked ones, under the forecast. Cost: O(N^2 B).
  ///
  /// - Throws: `DynamicNetworkError.invalidSetting` where `to` is not after the span.
  public func forecastLikelihood(
    of events: [NetworkEvent], to: Double, masked: Set<NodePair> = []
  ) throws(DynamicNetworkError) -> HeldOutLikelihood {
    guard to > span, to.isFinite else {
      throw .invalidSetting(name: "end of the forecast", value: to, expected: "> \(span)")
    }
    let inside = events.filter { $0.time > span && $0.time <= to && !masked.contains($0.pair) }
    let likelihood = PairLikelihood(
      nodes: nodes, bins: bins, span: span, events: data.events, masked: masked, structure: data.structure)
    let recent = forecast.recentRate(
      resting ?? trajectories, likelihood, weights: forecast.weights(bins: bins, width: trajectories.width))
    let kept = masked.isSubset(of: data.masked) ? own.total : own.total - masked.reduce(0) { $0 + own($1.i, $1.j) }
    let rate = forecast.rate(recent: recent, own: kept, background: background.total(masked: masked))
    var rates: [NodePair: Double] = [:]
    var sum = 0.0
    for e in inside {
      let known = rates[e.pair] ?? log(forecastRate(e.i, e.j))
      rates[e.pair] = known
      sum += known
    }
    return HeldOutLikelihood(events: inside.count, expected: rate * (to - span), sum: sum)
  }

  /// That of the events in [0, span] of pairs that were masked. The forecast's share of background rates
  /// keeps pairs possible that the fit, which does not know them, puts far apart. Cost: O(B) a pair and O(1)
  /// an event.
  public func completionLikelihood(of events: [NetworkEvent], pairs: Set<NodePair>) -> HeldOutLikelihood {
    let share = forecast.background
    let inside = events.filter { $0.time >= 0 && $0.time <= span && pairs.contains($0.pair) }
    let expected = pairs.sorted { ($0.i, $0.j) < ($1.i, $1.j) }.reduce(0) {
      $0 + (1 - share) * trajectories.expectedCount($1.i, $1.j, from: 0, to: span)
        + share * span * background($1.i, $1.j)
    }
    let sum = inside.reduce(0) {
      $0
        + log(
          (1 - share) * exp(trajectories.logIntensity($1.i, $1.j, at: $1.time))
            + share * background($1.i, $1.j))
    }
    return HeldOutLikelihood(events: inside.count, expected: expected, sum: sum)
  }
}
