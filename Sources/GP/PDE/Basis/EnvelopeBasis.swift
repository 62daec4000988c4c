import Foundation
import NumericCore

/// A spectral mixture covariance as a sum of products of functions: k = Phi Phi'. With squared exponential
/// envelopes the columns are sqrt(w_q) e_n cos(omega_q (x - c)) and sqrt(w_q) e_n sin(omega_q (x - c)), e_n
/// as in `Envelope`; with Matern's and Cauchy's they are waves (`SpectralWaves`). A draw of the process is Phi alpha with
/// alpha ~ N(0, 1): the coefficients are whitened without a factorisation of a covariance, so that directions
/// of small variance keep their relative accuracy.
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
  let family: SpectralMixture.Family
  private let points: [Double]
  private let highest: Double
  private let envelope: Envelope?
  private let waves: SpectralWaves?
  /// How many e_n there are; 0 for waves.
  var terms: Int { envelope?.count ?? 0 }

  /// - Parameters:
  ///   - points: of a grid, in rising order, between whose ends the functions are used.
  ///   - smallest: the deviation, relative to a component's, below which e_n are left out.
  ///   - highest: the frequency above which waves are left out.
  init(
    on points: [Double], lengthScale: Double, components: [Component],
    family: SpectralMixture.Family = .gaussian, smallest: Double = Envelope.rounding, highest: Double = .infinity
  ) {
    let (lower, upper) = (points[0], points[points.count - 1])
    centre = 0.5 * (lower + upper)
    (self.lengthScale, self.components, self.family) = (lengthScale, components, family)
    (self.points, self.highest) = (points, highest)
    switch family {
    case .gaussian:
      envelope = Envelope(on: lower...upper, lengthScale: lengthScale, smallest: smallest)
      waves = nil
    case .studentT, .cauchy:
      envelope = nil
      waves = SpectralWaves(
        family: family, length: upper - lower, lengthScale: lengthScale, points: points.count,
        components: components, highest: highest)
    }
  }

  /// A trend alone, as long as the interval of points.
  init(smooth points: [Double], family: SpectralMixture.Family = .gaussian) {
    self.init(
      on: points, lengthScale: points[points.count - 1] - points[0], components: [.init(weight: 1, frequency: 0)],
      family: family)
  }

  /// The basis for another grid on the same interval.
  func on(_ points: [Double]) -> Self {
    changed(points: points)
  }

  /// The basis with another length scale.
  func scaled(to lengthScale: Double) -> Self {
    changed(lengthScale: lengthScale)
  }

  /// The basis with other components under the same envelopes.
  func replacing(_ components: [Component]) -> Self {
    guard waves == nil else { return changed(components: components) }
    var result = self
    result.components = components
    return result
  }

  private func changed(
    points: [Double]? = nil, lengthScale: Double? = nil, components: [Component]? = nil
  ) -> Self {
    Self(
      on: points ?? self.points, lengthScale: lengthScale ?? self.lengthScale, components: components ?? self.components,
      family: family, highest: highest)
  }

  /// Whether it spans the same functions as another on the same interval, but for those of small variance.
  func spansAbout(_ other: Self) -> Bool {
    family == other.family && lengthScale == other.lengthScale
      && components.map(\.frequency) == other.components.map(\.frequency)
  }

  var count: Int { waves?.count ?? components.reduce(0) { $0 + ($1.frequency == 0 ? 1 : 2) } * terms }

  /// The columns at points, and their derivatives up to `order`.
  func evaluate(at x: [Double], order: Int) -> [Matrix] {
    if let waves {
      return waves.evaluate(
        at: x.map { $0 - centre }, order: order, lengthScale: lengthScale, components: components)
    }
    guard let envelopes = envelope?.evaluate(at: x, order: order) else { return [] }
    var result = Array(repeating: Matrix(rows: x.count, columns: count), count: order + 1)
    var column = 0
    for c in components {
      let carrier = Carrier(at: x.map { $0 - centre }, frequency: c.frequency)
      for phase in c.frequency == 0 ? [0] : [0, 1] {
        for derivative in 0...order {
          // Of a constant the carrier's derivatives are 0.
          for j in (c.frequency == 0 ? derivative : 0)...derivative {
            // C(d, j) times the derivative of order d - j of the carrier, for the j-th of the envelope.
            let weights = carrier.derivative(
              derivative - j, phase: phase, times: binomial(derivative, j) * c.weight.squareRoot())
            result[derivative].add(envelopes[j], rowsTimes: weights, at: column)
          }
        }
        column += terms
      }
    }
    return result
  }

  private func binomial(_ n: Int, _ k: Int) -> Double {
    (0..<k).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
  }
}

extension Matrix {
  /// Adds a matrix whose rows are multiplied with weights to as many columns from one on.
  fileprivate mutating func add(_ other: Matrix, rowsTimes weights: [Double], at column: Int) {
    let (rows, columns) = (rows, other.columns)
    withUnsafeMutableBufferPointer { to in
      other.withUnsafeBufferPointer { from in
        for j in 0..<columns {
          let start = rows * (column + j)
          for i in 0..<rows { to[start + i] += weights[i] * from[rows * j + i] }
        }
      }
    }
  }
}
