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

  /// Eight sets of hyper-parameters at a time give what each gives alone.
  @Test(arguments: MaternSmoothness.allCases) func lanesAreSingleFilters(smoothness: MaternSmoothness) {
    let chain = Self.chain(smoothness, components: 3)
    var (scales, variances) = ([ChainEvidence.Lanes](), [ChainEvidence.Lanes]())
    for c in 0..<3 {
      var (l, v) = (ChainEvidence.Lanes.zero, ChainEvidence.Lanes.zero)
      for lane in 0..<8 { (l[lane], v[lane]) = (0.05 * Double(1 + lane * lane + c), 0.3 * Double(1 + lane + c)) }
      scales.append(l)
      variances.append(v)
    }
    let masses = ChainEvidence(chain).logMass(lengthScales: scales, variances: variances)
    for lane in 0..<8 {
      chain.lengthScales = scales.map { $0[lane] }
      chain.variances = variances.map { $0[lane] }
      let mass = chain.filter()
      #expect(abs(masses[lane] - mass) < 1e-8 * (1 + abs(mass)))
    }
  }

  /// Many components that are seen well: log Z = -sum log(1 + 1e12) / 2, though the product of the pivots overflows.
  @Test func manyPivotsDoNotOverflow() {
    let n = 65
    let chain = LatentChain([0], components: n, smoothness: .half, lengthScale: 1)
    for c in 0..<n { chain.precision[c * n + c] = 1e12 }
    let ones = Array(repeating: ChainEvidence.Lanes(repeating: 1), count: n)
    let mass = ChainEvidence(chain).logMass(lengthScales: ones, variances: ones)[0]
    #expect(abs(mass + 0.5 * Double(n) * log1p(1e12)) < 1e-8)
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
