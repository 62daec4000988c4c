import Foundation
import GP
import NumericCore
import Testing

/// The filter and smoother of several processes that are seen together, against the dense Gaussian.
@Suite struct LatentChainTests {
  static let points = [0, 0.3, 0.3 + 1e-9, 1.1, 2.5, 2.6, 7]

  /// A chain with random messages: none at one point, singular ones at others.
  static func chain(_ smoothness: MaternSmoothness, components: Int) -> LatentChain {
    let chain = LatentChain(points, components: components, smoothness: smoothness, lengthScale: 1)
    var stream = RandomStream(RandomKey(seed: 3))
    let n = components
    for c in 0..<n { (chain.lengthScales[c], chain.variances[c]) = (0.4 + 0.9 * Double(c), 0.5 + Double(c)) }
    for j in points.indices where j != 3 {
      for _ in 0..<(j % 2 == 0 ? 1 : n + 1) {
        let direction = (0..<n).map { _ in stream.normal() }
        for a in 0..<n {
          chain.linear[j * n + a] += direction[a] * stream.normal()
          for b in 0..<n { chain.precision[(j * n + a) * n + b] += 2 * direction[a] * direction[b] }
        }
      }
    }
    return chain
  }

  /// Prior covariances of the values at some points, in the order of `[point][component]`.
  static func prior(_ chain: LatentChain, _ x: [Double], _ y: [Double]) -> Matrix {
    let n = chain.components
    var matrix = Matrix(rows: x.count * n, columns: y.count * n)
    for (i, a) in x.enumerated() {
      for (j, b) in y.enumerated() {
        for c in 0..<n {
          matrix[i * n + c, j * n + c] =
            chain.variances[c] * chain.smoothness.correlation(distance: a - b, lengthScale: chain.lengthScales[c])
        }
      }
    }
    return matrix
  }

  /// log Z, means and covariances at the points and between, before and after them: (K^-1 + Lambda)^-1 in the form
  /// K - K (K + Lambda^-1)^-1 K without inverses, by (I + K Lambda)^-1.
  @Test(arguments: MaternSmoothness.allCases, [1, 3]) func isTheDenseGaussian(
    smoothness: MaternSmoothness, components: Int
  ) throws {
    let chain = Self.chain(smoothness, components: components)
    let (n, count) = (components, Self.points.count * components)
    let prior = Self.prior(chain, Self.points, Self.points)
    var lambda = Matrix(rows: count, columns: count)
    for j in Self.points.indices {
      for a in 0..<n { for b in 0..<n { lambda[j * n + a, j * n + b] = chain.precision[(j * n + a) * n + b] } }
    }
    let eta = (0..<count).map { chain.linear[$0] }
    // With Lambda = R R^T: M = I + R^T K R is well conditioned.
    let eigen = try SymmetricEigen(lambda)
    var root = eigen.vectors
    for j in 0..<count { for i in 0..<count { root[i, j] *= max(eigen.values[j], 0).squareRoot() } }
    var inner = root.transposeTimes(prior * root)
    inner.addToDiagonal(1)
    let factor = try Cholesky(inner)
    let projected = root.transposeTimes(prior)
    func posterior(_ cross: Matrix, _ own: Matrix) -> (mean: [Double], covariance: Matrix) {
      let seen = cross * root
      let solved = factor.solve(seen.transposed)
      let correction = seen * solved
      let gain = cross * eta
      let inside = factor.solve(root.transposeTimes(prior * eta))
      let lost = seen * inside
      var covariance = own
      for i in 0..<own.rows { for j in 0..<own.columns { covariance[i, j] -= correction[i, j] } }
      return (zip(gain, lost).map { $0 - $1 }, covariance)
    }
    let logMass = chain.smooth()
    let dense = posterior(prior, prior)
    let expected = 0.5 * zip(eta, dense.mean).reduce(0) { $0 + $1.0 * $1.1 } - 0.5 * factor.logDeterminant
    #expect(abs(logMass - expected) < 1e-7 * (1 + abs(expected)))
    #expect(projected.rows == count)
    for j in Self.points.indices {
      for a in 0..<n {
        #expect(abs(chain.means[j * n + a] - dense.mean[j * n + a]) < 1e-6)
        for b in 0..<n {
          #expect(abs(chain.covariances[(j * n + a) * n + b] - dense.covariance[j * n + a, j * n + b]) < 1e-6)
        }
      }
    }
    for x in [-1.5, 0, 0.2, 0.3, 2.55, 5, 9] {
      let function = chain.predict(at: x)
      let other = posterior(Self.prior(chain, [x], Self.points), Self.prior(chain, [x], [x]))
      for a in 0..<n {
        #expect(abs(function.mean[a] - other.mean[a]) < 1e-6, "\(x)")
        for b in 0..<n { #expect(abs(function.covariance[a * n + b] - other.covariance[a, b]) < 1e-6, "\(x)") }
      }
    }
  }

  /// 300 points, all with strong messages that see every component.
  static func longChain(_ smoothness: MaternSmoothness) -> LatentChain {
    let chain = LatentChain(
      (0..<300).map { 0.03 * Double($0) + 0.01 * sin(Double($0)) }, components: 3, smoothness: smoothness,
      lengthScale: 1)
    var stream = RandomStream(RandomKey(seed: 4))
    chain.lengthScales = [0.1, 1, 5]
    for j in chain.points.indices {
      for _ in 0..<8 {
        let direction = (0..<3).map { _ in 1 + 0.3 * stream.normal() }
        for a in 0..<3 {
          chain.linear[j * 3 + a] += 50 * direction[a] * (sin(chain.points[j]) + 0.1 * stream.normal())
          for b in 0..<3 { chain.precision[(j * 3 + a) * 3 + b] += 50 * direction[a] * direction[b] }
        }
      }
    }
    return chain
  }

  /// The gradient of log Z in log length scales and log variances against differences of fourth order.
  static func expectGradientOfEvidence(_ chain: LatentChain) {
    let (scales, variances) = (chain.lengthScales, chain.variances)
    var gradient = Array(repeating: Double.nan, count: 2 * chain.components)
    _ = chain.filter()
    chain.writeGradient(to: &gradient)
    let step = 1e-3
    for i in gradient.indices {
      func mass(_ change: Double) -> Double {
        (chain.lengthScales, chain.variances) = (scales, variances)
        if i < chain.components {
          chain.lengthScales[i] *= exp(change)
        } else {
          chain.variances[i - chain.components] *= exp(change)
        }
        return chain.filter()
      }
      let difference = (8 * (mass(step) - mass(-step)) - mass(2 * step) + mass(-2 * step)) / (12 * step)
      #expect(abs(gradient[i] - difference) < 1e-7 * (1 + abs(difference)), "\(i): \(gradient[i]) \(difference)")
    }
  }

  @Test(arguments: MaternSmoothness.allCases, [1, 3]) func gradientIsThatOfTheEvidence(
    smoothness: MaternSmoothness, components: Int
  ) {
    Self.expectGradientOfEvidence(Self.chain(smoothness, components: components))
  }

  /// What rounding adds does not grow along a chain.
  @Test(arguments: MaternSmoothness.allCases) func gradientOfALongChain(smoothness: MaternSmoothness) {
    Self.expectGradientOfEvidence(Self.longChain(smoothness))
  }

  /// Many components that are seen well: log Z = -sum log(1 + 1e12) / 2, though the product of the pivots overflows.
  @Test func manyPivotsDoNotOverflow() {
    let n = 65
    let chain = LatentChain([0], components: n, smoothness: .half, lengthScale: 1)
    for c in 0..<n { chain.precision[c * n + c] = 1e12 }
    #expect(abs(chain.filter() + 0.5 * Double(n) * log1p(1e12)) < 1e-8)
  }

  /// A point may be as near to the next as doubles allow, and as far as one likes.
  @Test(arguments: MaternSmoothness.allCases) func distancesMayBeExtreme(smoothness: MaternSmoothness) {
    let chain = LatentChain(
      [0, .leastNonzeroMagnitude, 1e-300, 1e-12, 1, 1e300], components: 2, smoothness: smoothness, lengthScale: 1)
    for i in 0..<24 { chain.precision[i] = i % 4 == 0 || i % 4 == 3 ? 1e8 : 0 }
    for i in 0..<12 { chain.linear[i] = 1e8 }
    #expect(chain.smooth().isFinite)
    for i in 0..<12 { #expect(chain.means[i].isFinite) }
    for j in 0..<6 { #expect(chain.covariances[j * 4] >= 0 && chain.covariances[j * 4 + 3] >= 0) }
  }
}
