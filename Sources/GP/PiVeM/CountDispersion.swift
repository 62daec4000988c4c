import Foundation
import NumericCore

/// How much numbers of events vary beyond Poisson: the variance of a factor of their rate, as a function of the time
/// that they are counted over,
///
///     phi(T) = lasting + bursts / T.
///
/// A part of the factor stays as it is, of a node that comes or goes; another one is new at each moment, of contacts
/// that come in bursts, and the variance of its mean over T falls as 1 / T. Errors that grow with the time beyond the
/// stretch by which they were learned are not in it.
public struct CountDispersion: Sendable, Equatable {
  public let lasting: Double
  /// In the units of time of the events.
  public let bursts: Double

  /// None.
  public static let poisson = CountDispersion(unchecked: 0, bursts: 0)

  /// - Throws: `DynamicNetworkError.invalidSetting` unless both are >= 0 and finite.
  public init(lasting: Double, bursts: Double = 0) throws(DynamicNetworkError) {
    for (name, value) in [("lasting dispersion", lasting), ("bursts", bursts)] {
      guard value >= 0, value.isFinite else {
        throw .invalidSetting(name: name, value: value, expected: ">= 0 and finite")
      }
    }
    self.init(unchecked: lasting, bursts: bursts)
  }

  private init(unchecked lasting: Double, bursts: Double) { (self.lasting, self.bursts) = (lasting, bursts) }

  /// phi(T).
  public func over(_ time: Double) -> Double { lasting + (bursts > 0 ? bursts / time : 0) }

  /// The same where all times are `factor` times as long.
  func inTime(by factor: Double) -> CountDispersion { CountDispersion(unchecked: lasting, bursts: factor * bursts) }

  /// The most probable one of counts over a stretch of time, and of those over its halves.
  ///
  /// phi over the stretch has the prior density 1 / (1 + phi)^2, of a share phi / (1 + phi) that is uniform, so that
  /// few counts give 0 unless they tell otherwise; the likeliest phi over a half is from phi, all of it lasting, to
  /// twice as much, all of it bursts. Cost: O(1) for each count but zeros, some fifty times.
  package init(of whole: CountSample, halves: CountSample, time: Double) {
    func density(_ phi: Double) -> Double { whole.logLikelihood(dispersion: phi) - 2 * log1p(phi) }
    // No count tells smaller ones from 0.
    let phi = exp(goldenSectionMaximum(in: log(1e-6)...log(1e4)) { density(exp($0)) })
    guard density(phi) > density(0) else {
      self = .poisson
      return
    }
    let half = goldenSectionMaximum(in: phi...2 * phi) { halves.logLikelihood(dispersion: $0) }
    self.init(unchecked: 2 * phi - half, bursts: (half - phi) * time)
  }
}

/// Counts and their means. Zeros of nearly the same mean, which are most of a large network's pairs, are kept as one.
package struct CountSample {
  private var counts: [(count: Int, mean: Double)] = []
  private var zeros: [Int: (number: Double, sum: Double)] = [:]
  /// Means within a factor of 2^(1 / 8) are nearly the same.
  private static let steps = 8.0

  package init() {}

  package mutating func add(_ count: Int, mean: Double) {
    guard count == 0 else { return counts.append((count, mean)) }
    guard mean > 0 else { return }
    let step = Int((Self.steps * log2(mean)).rounded())
    let zero = zeros[step] ?? (0, 0)
    zeros[step] = (zero.number + 1, zero.sum + mean)
  }

  func logLikelihood(dispersion: Double) -> Double {
    let many = zeros.keys.sorted().reduce(0) { sum, step in
      guard let zero = zeros[step] else { return sum }
      return sum + zero.number * CountLaw(unchecked: zero.sum / zero.number, dispersion).logProbability(of: 0)
    }
    return counts.reduce(many) { $0 + CountLaw(unchecked: $1.mean, dispersion).logProbability(of: $1.count) }
  }
}
