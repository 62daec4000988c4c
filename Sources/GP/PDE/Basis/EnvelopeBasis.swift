import Foundation
import NumericCore

/// A spectral mixture covariance with squared exponential envelopes, as a sum of products of functions: k = Phi Phi' with
/// the columns sqrt(w_q) e_n cos(omega_q (x - c)) and sqrt(w_q) e_n sin(omega_q (x - c)), e_n as in `Envelope`. A draw of
/// the process is Phi alpha with alpha ~ N(0, 1): the coefficients are whitened without a factorisation of a covariance,
/// so that directions of small variance keep their relative accuracy.
struct EnvelopeBasis: Sendable {
  struct Component: Sendable, Equatable {
    /// The variance w.
    var weight: Double
    /// In cycles per unit; 0 for the trend.
    var frequency: Double
  }

  let centre: Double
  let lengthScale: Double
  /// Distinct frequencies, none negative.
  var components: [Component]
  private let envelope: Envelope
  /// How many e_n there are.
  var terms: Int { envelope.count }

  /// - Parameter interval: where the functions are used.
  init(on interval: ClosedRange<Double>, lengthScale: Double, components: [Component]) {
    centre = 0.5 * (interval.lowerBound + interval.upperBound)
    (self.lengthScale, self.components) = (lengthScale, components)
    envelope = Envelope(on: interval, lengthScale: lengthScale)
  }

  var count: Int { components.reduce(0) { $0 + ($1.frequency == 0 ? 1 : 2) } * terms }

  /// The columns at points, and their derivatives up to `order`.
  func evaluate(at x: [Double], order: Int) -> [Matrix] {
    let envelopes = envelope.evaluate(at: x, order: order)
    return (0...order).map { derivative in
      var result = Matrix(rows: x.count, columns: count)
      var column = 0
      for c in components {
        let omega = 2 * Double.pi * c.frequency
        for phase in c.frequency == 0 ? [0] : [0, -0.5 * Double.pi] {
          // C(d, j) times the derivative of order d - j of the carrier, for the j-th of the envelope.
          let carriers = (0...derivative).map { j in
            let k = derivative - j
            let factor = binomial(derivative, j) * pow(omega, Double(k)) * c.weight.squareRoot()
            return x.map { factor * cos(omega * ($0 - centre) + phase + Double(k) * .pi / 2) }
          }
          let used = c.frequency == 0 ? derivative...derivative : 0...derivative
          for n in 0..<terms {
            result.withUnsafeMutableColumn(column) { to in
              for j in used {
                envelopes[j].withUnsafeColumn(n) { g in
                  for i in 0..<to.count { to[i] += carriers[j][i] * g[i] }
                }
              }
            }
            column += 1
          }
        }
      }
      return result
    }
  }

  private func binomial(_ n: Int, _ k: Int) -> Double {
    (0..<k).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
  }
}
