import Foundation
import GP
import NumericCore
import Testing

/// Joint draws of state-space regression against the dense posterior.
@Suite struct StateSpaceSamplesTests {
  static let x = [0.2, 1.5, 0.2, 3.1, 0.9]
  static let y = [0.5, -0.3, 0.9, 1.4, 0.1]

  /// Means and covariances of 20,000 draws within 5 standard errors; seed 1. Before, at, between and after
  /// the data, one point twice.
  @Test(arguments: MaternSmoothness.allCases) func haveThePosteriorsMoments(
    smoothness: MaternSmoothness
  ) throws {
    let (lengthScale, variance, noise, draws) = (0.8, 1.3, 0.2, 20_000)
    let gp = try StateSpaceRegression(
      x: Self.x, y: Self.y, smoothness: smoothness, lengthScale: lengthScale, variance: variance,
      noiseVariance: noise)
    let places = [4.0, -0.5, 0.2, 1.2, 1.3, 1.2]
    func covariance(_ a: [Double], _ b: [Double]) -> Matrix {
      var matrix = Matrix(rows: a.count, columns: b.count)
      for i in a.indices {
        for j in b.indices {
          matrix[i, j] = variance * smoothness.correlation(distance: a[i] - b[j], lengthScale: lengthScale)
        }
      }
      return matrix
    }
    var seen = covariance(Self.x, Self.x)
    for i in Self.x.indices { seen[i, i] += noise }
    let cross = covariance(Self.x, places)
    let (own, solved) = (covariance(places, places), try Cholesky(seen).solve(cross))
    let offset = Self.y.reduce(0, +) / Double(Self.y.count)
    let samples = try gp.samples(at: places, count: draws, seed: 1)
    let exact = places.indices.map { i in
      offset + Self.x.indices.reduce(0) { $0 + solved[$1, i] * (Self.y[$1] - offset) }
    }
    func posterior(_ i: Int, _ j: Int) -> Double {
      own[i, j] - Self.x.indices.reduce(0) { $0 + cross[$1, i] * solved[$1, j] }
    }
    let n = Double(draws)
    for i in places.indices {
      let sum = samples.reduce(0) { $0 + $1[i] - exact[i] }
      #expect(abs(sum / n) < 5 * (posterior(i, i) / n).squareRoot())
      for j in 0...i {
        let products = samples.reduce(0) { $0 + ($1[i] - exact[i]) * ($1[j] - exact[j]) }
        let (c, square) = (posterior(i, j), posterior(i, i) * posterior(j, j))
        #expect(abs(products / n - c) < 5 * ((square + c * c) / n).squareRoot(), "\(i) \(j)")
      }
    }
    #expect(samples.allSatisfy { $0[3] == $0[5] })
  }

  @Test func refuseWhatIsWrong() throws {
    let gp = try StateSpaceRegression(
      x: Self.x, y: Self.y, lengthScale: 1, variance: 1, noiseVariance: 1)
    #expect(throws: TensorError.notFinite(what: "point", entry: 1, value: .infinity)) {
      _ = try gp.samples(at: [0, .infinity], count: 1, seed: 1)
    }
    #expect(throws: TensorError.invalidSetting(name: "count", value: -1, expected: ">= 0")) {
      _ = try gp.samples(at: [0], count: -1, seed: 1)
    }
  }
}
