import Foundation
import GP
import NumericCore
import Testing

@Suite struct KroneckerPriorTests {
  @Test(arguments: [2, 4]) func densityAndGradientAreThoseOfTheDenseCovariance(communities: Int) throws {
    var stream = RandomStream(RandomKey(seed: 65))
    let (nodes, bins, lambda, sigma) = (4, 3, 0.7, 0.3)
    let time = KroneckerPrior.time(bins: bins, span: 1, initialScale: 1.4, lengthScale: 0.4)
    var c = Matrix(rows: nodes, columns: communities)
    for i in 0..<nodes { for k in 0..<communities { c[i, k] = stream.uniform() } }
    let prior = try KroneckerPrior(time: time, communities: c, lambda: lambda, sigma: sigma)
    let n = 2 * nodes * (bins + 1)
    let y = (0..<n).map { _ in stream.normal() }
    var covariance = Matrix(rows: n, columns: n)
    for a in 0..<n {
      for b in 0..<n where a / nodes % 2 == b / nodes % 2 {
        let inner = (0..<communities).reduce(0) { $0 + c[a % nodes, $1] * c[b % nodes, $1] }
        covariance[a, b] =
          lambda * lambda * (time[a / (2 * nodes), b / (2 * nodes)] * inner + (a == b ? sigma * sigma : 0))
      }
    }
    let factor = try Cholesky(covariance)
    let solved = factor.solve(y)
    let quadratic = zip(y, solved).reduce(0) { $0 + $1.0 * $1.1 }
    let expected = -0.5 * (quadratic + factor.logDeterminant + Double(n) * log(2 * Double.pi))
    let (value, gradient) = prior.logDensity(at: y)
    #expect(abs(value - expected) < 1e-10 * abs(expected))
    for k in 0..<n { #expect(abs(gradient[k] + solved[k]) < 1e-9 * max(1, abs(solved[k]))) }
  }

  @Test func aScaleOfZeroIsRefused() {
    let time = KroneckerPrior.time(bins: 2, span: 1, initialScale: 1, lengthScale: 1)
    #expect(throws: DynamicNetworkError.self) {
      try KroneckerPrior(time: time, communities: Matrix.identity(3), lambda: 0, sigma: 1)
    }
  }
}
