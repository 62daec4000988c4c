import Foundation
import NumericCore

/// A spectral mixture covariance with Matern's envelopes of order 5/2, as a sum of waves whose variances
/// follow its spectrum, a mixture of Student's densities:
///
///     k(r) = sum_q w_q m(r) cos(2 pi f_q r),   S(f) = sum_q w_q / 2 (s(f - f_q) + s(f + f_q)),
///     m(r) = (1 + b r + b^2 r^2 / 3) exp(-b r),   s(f) = 16 b^5 / (3 (b^2 + (2 pi f)^2)^3),   b = sqrt(5) / l
///
/// The frequencies are j / P for a period P of the interval's length and five length scales: k is summed over
/// periods, of which the next adds less than 1e-3 of it within the interval. The spectrum ends at a highest
/// frequency.
struct StudentWaves: Sendable {
  private let period: Double
  private let highest: Int

  /// In cycles a length scale: 1% of the variance of second derivatives lies beyond, 16 b / (3 pi) over 2 pi
  /// times this.
  static let reach = 60.0

  /// - Parameter highest: frequency.
  init(length: Double, lengthScale: Double, highest: Double) {
    period = length + 5 * lengthScale
    self.highest = Int((highest * period).rounded(.up))
  }

  /// A constant, and a cosine and a sine for each frequency.
  var count: Int { 1 + 2 * highest }

  /// The standard deviation of each frequency's waves.
  private func deviations(_ lengthScale: Double, _ components: [EnvelopeBasis.Component]) -> [Double] {
    let b = 5.0.squareRoot() / lengthScale
    func density(_ f: Double) -> Double {
      16 * power(b, 5) / (3 * power(b * b + 4 * .pi * .pi * f * f, 3))
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
    return (0...order).map { derivative in
      var result = Matrix(rows: x.count, columns: count)
      for (j, deviation) in deviations.enumerated() {
        let omega = 2 * .pi * Double(j) / period
        let factor = deviation * power(omega, derivative)
        for phase in j == 0 ? [0] : [0, 1] {
          let turn = 0.5 * .pi * Double(derivative - phase)
          result.withUnsafeMutableColumn(j == 0 ? 0 : 2 * j - 1 + phase) { to in
            for i in 0..<to.count { to[i] = factor * cos(omega * x[i] + turn) }
          }
        }
      }
      return result
    }
  }
}
