import Foundation
import GP
import NumericCore
import Testing

/// The weights of mixtures.
@Suite struct StackingTests {
  static func logDensity(_ x: Double, mean: Double) -> Double {
    -0.5 * ((x - mean) * (x - mean) + log(2 * .pi))
  }

  /// 20,000 draws from 0.3 N(-2, 1) + 0.7 N(2, 1), seed 1: the weights within 5 standard errors, which are at
  /// least those of counts; a third member far away gets none.
  @Test func findsTheMixture() {
    let n = 20_000
    let (uniforms, normals) = (RandomKey(seed: 1).uniforms(n), RandomKey(seed: 2).normals(n))
    let values = (0..<n).map { normals[$0] + (uniforms[$0] < 0.3 ? -2 : 2) }
    let weights = Stacking(
      logDensities: [-2.0, 2, 40].map { mean in values.map { Self.logDensity($0, mean: mean) } }
    ).weights
    #expect(abs(weights[0] - 0.3) < 5 * (0.21 / (0.9 * Double(n))).squareRoot(), "\(weights)")
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12 && weights[2] < 1e-12)
  }

  @Test func dataAtTheEdge() {
    #expect(Stacking(logDensities: [[-1, -2]]).weights == [1])
    #expect(Stacking(logDensities: [[], []]).weights == [0.5, 0.5])
    // Densities that no exponential holds; a value that no member knows of does not count.
    let weights = Stacking(logDensities: [[-1e5, -.infinity], [-1e5, -.infinity]]).weights
    #expect(weights == [0.5, 0.5])
    #expect(Stacking(logDensities: [[-1e5], [-.infinity]]).weights == [1, 0])
  }
}
