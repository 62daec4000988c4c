import Foundation

/// Nodes and weights of Gauss-Legendre quadrature on [0, 1]: exact for polynomials of degree below 2 n. By Newton's
/// method on the Legendre polynomial.
public struct GaussLegendre: Sendable {
  /// In descending order.
  public let nodes: [Double]
  public let weights: [Double]

  /// Cost: about 10 n^2. Precondition: n >= 1.
  public init(_ n: Int) {
    precondition(n >= 1, "\(n) nodes")
    var (nodes, weights) = ([Double](), [Double]())
    for k in 1...n {
      var x = cos(Double.pi * (Double(k) - 0.25) / (Double(n) + 0.5))
      var slope = 1.0
      // Newton doubles the digits: from two digits, five steps are enough.
      for _ in 0..<5 {
        var (p, before) = (1.0, 0.0)
        for j in 1...n { (p, before) = ((Double(2 * j - 1) * x * p - Double(j - 1) * before) / Double(j), p) }
        slope = Double(n) * (x * p - before) / (x * x - 1)
        x -= p / slope
      }
      nodes.append((1 + x) / 2)
      weights.append(1 / ((1 - x * x) * slope * slope))
    }
    (self.nodes, self.weights) = (nodes, weights)
  }
}
