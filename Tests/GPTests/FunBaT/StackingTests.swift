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

  /// Two candidates have their weights in closed form: of errors with the mean products G, ridge r = 10 min G_ii / n
  /// and default w0, w = (G_22 - G_12 + 2 r w0) / (G_11 + G_22 - 2 G_12 + 2 r), cut to [0, 1].
  @Test func leastSquaresOfTwo() {
    let cases: [(g: (Double, Double, Double), start: Double, n: Double)] = [
      ((1, 0.3, 2), 0.5, 1e9), ((1, 0.3, 2), 0.1, 5), ((1, 1.4, 3), 0.2, 1e6), ((2, 0.1, 0.2), 1, 40),
    ]
    for (g, start, n) in cases {
      let weights = Stacking(
        ErrorProducts(means: [g.0, g.1, g.1, g.2], candidates: 2, independent: n), default: [start, 1 - start]
      ).weights
      let ridge = 10 * min(g.0, g.2) / n
      let exact = (g.2 - g.1 + 2 * ridge * start) / (g.0 + g.2 - 2 * g.1 + 2 * ridge)
      #expect(abs(weights[0] - min(max(exact, 0), 1)) < 1e-8, "\(weights) \(exact)")
    }
  }

  /// Four candidates: no other weights on a grid do better.
  @Test func leastSquaresOfMore() {
    let draws = RandomKey(seed: 8).normals(4 * 6)
    var g = Array(repeating: 0.0, count: 16)
    for a in 0..<4 {
      for b in 0..<4 {
        g[4 * a + b] = (0..<6).reduce(0.0) { (sum: Double, i: Int) in sum + draws[6 * a + i] * draws[6 * b + i] }
      }
    }
    func square(_ w: [Double]) -> Double {
      (0..<16).reduce(0.0) { (sum: Double, i: Int) in sum + w[i / 4] * w[i % 4] * g[i] }
    }
    let weights = Stacking(
      ErrorProducts(means: g, candidates: 4, independent: 1e12), default: Array(repeating: 0.25, count: 4)
    ).weights
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12 && weights.allSatisfy { $0 >= 0 })
    for a in 0...20 {
      for b in 0...(20 - a) {
        for c in 0...(20 - a - b) {
          let other = [a, b, c, 20 - a - b - c].map { 0.05 * Double($0) }
          #expect(square(weights) <= square(other) + 1e-9)
        }
      }
    }
    // Candidates that are all the same keep their weights.
    let same = ErrorProducts(means: Array(repeating: 1, count: 9), candidates: 3, independent: 1e12)
    for (own, start) in zip(Stacking(same, default: [0.2, 0.3, 0.5]).weights, [0.2, 0.3, 0.5]) {
      #expect(abs(own - start) < 1e-6)
    }
  }
}
