import Foundation

extension StationaryCovariance {
  /// k^(n)(r). The derivative of k(x - x') of order i in x and j in x' is (-1)^j k^(i + j)(x - x').
  ///
  /// Cost: O(components). Throws `unsupportedDerivative` unless n is in 0...4.
  public func value(at r: Double, derivative n: Int = 0) throws(StationaryCovarianceError) -> Double {
    guard 0...Self.highestDerivative ~= n else { throw .unsupportedDerivative(order: n) }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: StationaryEnvelope.orders) { m in
      components.reduce(0) { sum, c in
        envelope.derivatives(at: r, lengthScale: c.lengthScale, into: m.baseAddress!)
        return sum + c.weight * c.modulated(at: r, order: n) { j in m[j] }
      }
    }
  }

  /// The gradient of k^(n)(r) in log w, log l and f of each component, in turn.
  ///
  ///     d/d log l of m^(j)(r; l) = -(j m^(j) + r m^(j + 1))
  ///
  /// since m is a function of r / l alone. Cost: O(components). Throws `unsupportedDerivative` unless n is in 0...4.
  public func gradient(at r: Double, derivative n: Int = 0) throws(StationaryCovarianceError) -> [Double] {
    guard 0...Self.highestDerivative ~= n else { throw .unsupportedDerivative(order: n) }
    var gradient: [Double] = []
    gradient.reserveCapacity(3 * components.count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: StationaryEnvelope.orders) { m in
      for c in components {
        envelope.derivatives(at: r, lengthScale: c.lengthScale, into: m.baseAddress!)
        gradient.append(c.weight * c.modulated(at: r, order: n) { j in m[j] })
        gradient.append(-c.weight * c.modulated(at: r, order: n) { j in Double(j) * m[j] + r * m[j + 1] })
        gradient.append(c.weight * c.modulatedByFrequency(at: r, order: n) { j in m[j] })
      }
    }
    return gradient
  }
}

extension StationaryCovariance.Component {
  private var omega: Double { 2 * Double.pi * frequency }

  /// sum_j C(n, j) m^(j) (d/dr)^(n - j) cos(omega r), by Leibniz.
  fileprivate func modulated(at r: Double, order n: Int, _ m: (Int) -> Double) -> Double {
    sum(order: n, m) { k in pow(omega, Double(k)) * cos(omega * r + Double(k) * .pi / 2) }
  }

  /// The derivative of `modulated` in f.
  fileprivate func modulatedByFrequency(at r: Double, order n: Int, _ m: (Int) -> Double) -> Double {
    2 * .pi
      * sum(order: n, m) { k in
        let phase = omega * r + Double(k) * .pi / 2
        let power = k == 0 ? 0 : Double(k) * pow(omega, Double(k - 1))
        return power * cos(phase) - pow(omega, Double(k)) * r * sin(phase)
      }
  }

  private func sum(order n: Int, _ m: (Int) -> Double, _ carrier: (Int) -> Double) -> Double {
    var binomial = 1.0
    var total = 0.0
    for j in 0...n {
      total += binomial * m(j) * carrier(n - j)
      binomial *= Double(n - j) / Double(j + 1)
    }
    return total
  }
}
