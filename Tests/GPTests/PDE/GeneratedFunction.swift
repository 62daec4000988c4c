import Foundation
import NumericCore

/// A smooth function with exact derivatives: a sum of products of functions of one coordinate, of kinds that a spectrum
/// of lines does not hold (polynomials, exponentials, oscillations whose amplitude grows) beside some that it does.
struct GeneratedFunction: Sendable {
  private struct Factor: Sendable {
    enum Kind: CaseIterable { case oscillation, swelling, exponential, polynomial }
    let kind: Kind
    let rate, frequency, phase: Double

    /// The derivative of an order.
    func value(_ x: Double, _ order: Int) -> Double {
      let omega = 2 * Double.pi * frequency
      let wave = { (n: Int) in pow(omega, Double(n)) * sin(omega * x + phase + Double(n) * .pi / 2) }
      switch kind {
      case .oscillation: return wave(order)
      case .swelling: return (1 + rate * x) * wave(order) + (order > 0 ? Double(order) * rate * wave(order - 1) : 0)
      case .exponential: return pow(2 * rate, Double(order)) * exp(2 * rate * x)
      case .polynomial: return [1 + rate * x + 0.5 * x * x, rate + x, 1][order]
      }
    }
  }
  private var terms: [(amplitude: Double, factors: [Factor])] = []

  /// On coordinates from 0 to 1.
  ///
  /// - Parameter highest: the highest frequency.
  init(seed: Int, dimensions: Int, highest: Double) {
    var stream = RandomStream(RandomKey(seed: UInt64(seed)))
    for _ in 0..<Int.random(in: 1...4, using: &stream) {
      var factors: [Factor] = []
      for _ in 0..<dimensions {
        factors.append(
          Factor(
            kind: Factor.Kind.allCases.randomElement(using: &stream) ?? .oscillation,
            rate: .random(in: -1...1, using: &stream),
            frequency: exp(.random(in: log(0.5)...log(highest), using: &stream)),
            phase: .random(in: 0...2 * .pi, using: &stream)))
      }
      terms.append((.random(in: 0.3...1, using: &stream) / Double(1 << dimensions), factors))
    }
  }

  /// A derivative, by its order along each axis.
  func callAsFunction(_ x: [Double], _ orders: [Int]) -> Double {
    terms.reduce(0) { sum, term in
      sum + term.factors.indices.reduce(term.amplitude) { $0 * term.factors[$1].value(x[$1], orders[$1]) }
    }
  }
}

/// |values - exact| / |exact|.
func relativeError(_ values: [Double], _ exact: [Double]) -> Double {
  let squares = zip(values, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  return (squares / exact.reduce(0) { $0 + $1 * $1 }).squareRoot()
}

/// Points from one end to the other, with both.
func uniform(_ lower: Double, _ upper: Double, _ count: Int) -> [Double] {
  (0..<count).map { $0 == count - 1 ? upper : lower + (upper - lower) * Double($0) / Double(count - 1) }
}
