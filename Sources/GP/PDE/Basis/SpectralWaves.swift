import Foundation
import NumericCore

/// A spectral mixture covariance as a sum of waves whose variances follow its spectrum, a mixture of densities of
/// equal width:
///
///     k(r) = sum_q w_q m(r) cos(2 pi f_q r),   S(f) = sum_q w_q / 2 (s(f - f_q) + s(f + f_q))
///
/// with Matern's envelope of order 5/2, whose spectrum is Student's, or Cauchy's, whose spectrum is an exponential:
///
///     m(r) = (1 + b r + b^2 r^2 / 3) exp(-b r),   s(f) = 16 b^5 / (3 (b^2 + (2 pi f)^2)^3),   b = sqrt(5) / l
///     m(r) = 1 / (1 + r^2 / l^2),                 s(f) = pi l exp(-2 pi l |f|)
///
/// The frequencies are j / P for a period P of the interval's length and five length scales, of three intervals at most: k is
/// that of the process on a circle, summed over periods, of which the next adds less than 1e-3 of Matern's within the
/// interval, and 4% of Cauchy's; under a longer scale more, but hardly more than a constant. The spectrum ends at a highest
/// frequency.
struct SpectralWaves: Sendable {
  private let family: SpectralMixture.Family
  private let period: Double
  private let highest: Int

  /// In cycles a length scale: of Student's, 1% of the variance of second derivatives lies beyond, 16 b / (3 pi) over
  /// 2 pi times this; of the exponential, deviations are below rounding, exp(-pi l f) = 1e-17.
  private static let (reach, exponentialReach) = (60.0, 12.5)
  /// Waves over an interval that a few points do not tell apart, and a function that they show may hold.
  private static let fewest = 64.0

  /// Waves up to the highest frequency of a grid of points; on a coarse one further, up to where the spectrum ends; none
  /// above a limit.
  ///
  /// Precondition: the family is not Gaussian.
  init(
    family: SpectralMixture.Family, length: Double, lengthScale: Double, points: Int,
    components: [EnvelopeBasis.Component], highest limit: Double = .infinity
  ) {
    self.family = family
    period = Self.period(length: length, lengthScale: lengthScale)
    let nyquist = 0.5 * Double(points - 1) / length
    let most = components.reduce(0) { max($0, $1.frequency) } + Self.exponentialReach / lengthScale
    let end = family == .cauchy
      ? min(most, max(nyquist, Self.fewest / length)) : max(nyquist, Self.reach / lengthScale)
    highest = Int((min(end, limit) * period).rounded(.up))
  }

  static func period(length: Double, lengthScale: Double) -> Double { length + min(5 * lengthScale, 2 * length) }

  /// A constant, and a cosine and a sine for each frequency.
  var count: Int { 1 + 2 * highest }

  /// The standard deviation of each frequency's waves.
  private func deviations(_ lengthScale: Double, _ components: [EnvelopeBasis.Component]) -> [Double] {
    let b = 5.0.squareRoot() / lengthScale
    func density(_ f: Double) -> Double {
      family == .cauchy
        ? .pi * lengthScale * exp(-2 * .pi * lengthScale * f.magnitude)
        : 16 * power(b, 5) / (3 * power(b * b + 4 * .pi * .pi * f * f, 3))
    }
    return (0...highest).map { j in
      let f = Double(j) / period
      let spectrum = components.reduce(0) {
        $0 + 0.5 * $1.weight * (density(f - $1.frequency) + density(f + $1.frequency))
      }
      return ((j == 0 ? 1 : 2) * spectrum / period).squareRoot()
    }
  }

  /// The columns at points relative to a centre, and their derivatives up to an order.
  func evaluate(
    at x: [Double], order: Int, lengthScale: Double, components: [EnvelopeBasis.Component]
  ) -> [Matrix] {
    let deviations = deviations(lengthScale, components)
    var result = Array(repeating: Matrix(rows: x.count, columns: count), count: order + 1)
    for (j, deviation) in deviations.enumerated() {
      let carrier = Carrier(at: x, frequency: Double(j) / period)
      for phase in j == 0 ? [0] : [0, 1] {
        for derivative in 0...order {
          result[derivative].setColumn(
            j == 0 ? 0 : 2 * j - 1 + phase, to: carrier.derivative(derivative, phase: phase, times: deviation))
        }
      }
    }
    return result
  }
}

extension Matrix {
  fileprivate mutating func setColumn(_ j: Int, to values: [Double]) {
    withUnsafeMutableColumn(j) { to in for i in to.indices { to[i] = values[i] } }
  }
}
