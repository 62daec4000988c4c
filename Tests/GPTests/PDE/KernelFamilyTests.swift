import Foundation
import GP
import NumericCore
import Testing

@Suite("Families of covariances")
struct KernelFamilyTests {
  private let omega = 2 * Double.pi * 3
  private let l = 0.15

  /// (1 + b r + b^2 r^2 / 3) exp(-b r) (1 + cos(omega r) / 2) and its derivatives of order 2 and 4.
  private func covariance(_ x: Double, _ order: Int) -> Double {
    let (r, b) = (x.magnitude, 5.0.squareRoot() / l)
    let (e, br, third) = (exp(-b * r), b * r, b * b / 3)
    let second: Double = third * (1 + br - br * br)
    let fourth: Double = third * b * b * (3 - 5 * br + br * br)
    let odd: [Double] = [third * r * (1 + br), third * b * br * (3 - br)]
    let even: Double = 1 + br + third * r * r
    let m: [Double] = [even * e, -odd[0] * e, -second * e, odd[1] * e, fourth * e]
    let binomial: [Double] = order == 0 ? [1] : order == 2 ? [1, 2, 1] : [1, 4, 6, 4, 1]
    var sum = m[order]
    for j in 0...order {
      let k = Double(order - j)
      let carrier: Double = pow(omega, k) * cos(omega * r + k * .pi / 2)
      sum += 0.5 * binomial[j] * m[j] * carrier
    }
    return sum
  }

  private var mixture: SpectralMixture {
    SpectralMixture(
      .studentT, lengthScale: l,
      components: [.init(frequency: 0, variance: 1), .init(frequency: 3, variance: 0.5)])
  }

  @Test("Matern's envelopes: mean and deviation are those of a dense Gaussian process")
  func dense() throws {
    let count = 12
    let x = uniform(0, 1, count)
    let draw = UncertaintyTests.Draw([mixture], seed: 3)
    let solution = try PDE(on: .box([0, 1])) { u in
      Equation(laplacian(u) == { draw.laplacian([$0]) })
      Boundary(.dirichlet({ draw([$0]) }))
    }.solve(kernel: .mixtures([mixture]), grid: [count])
    let places = x.map { ($0, 2) } + [(0.0, 0), (1.0, 0)]
    let data = x.map { draw.laplacian([$0]) } + [draw([0]), draw([1])]
    var prior = Matrix(rows: places.count, columns: places.count)
    for (i, a) in places.enumerated() {
      for (j, b) in places.enumerated() { prior[i, j] = covariance(a.0 - b.0, a.1 + b.1) }
    }
    let factor = try Cholesky(prior)
    let weights = factor.solve(data)
    let scale = zip(weights, data).reduce(0) { $0 + $1.0 * $1.1 } / Double(data.count)
    for at in [0.07, 0.27, 0.55, 0.94] {
      let cross = places.map { covariance(at - $0.0, $0.1) }
      let mean = zip(cross, weights).reduce(0) { $0 + $1.0 * $1.1 }
      let explained = zip(cross, factor.solve(cross)).reduce(0) { $0 + $1.0 * $1.1 }
      let deviation = (scale * (covariance(0, 0) - explained)).squareRoot()
      // The spectrum that waves leave out is 1% of that of u''.
      #expect((try solution.value(at: at) - mean).magnitude < 0.1 * deviation)
      #expect((try solution.standardDeviations(on: [[at]])[0] / deviation - 1).magnitude < 0.05)
    }
  }

  @Test("the evidence tells rough functions from smooth ones: draws with seeds 1 to 3")
  func chosen() throws {
    let count = 200
    let x = uniform(0, 1, count)
    let places = x.map { ($0, 2) } + [(0.0, 0), (1.0, 0)]
    var prior = Matrix(rows: places.count, columns: places.count)
    for (i, a) in places.enumerated() {
      for (j, b) in places.enumerated() { prior[i, j] = covariance(a.0 - b.0, a.1 + b.1) }
    }
    let factor = try Cholesky(prior)
    var right = [0, 0]
    for seed in 1...3 {
      let rough = factor.lower * RandomKey(seed: UInt64(seed)).normals(places.count)
      let smooth = UncertaintyTests.Draw([UncertaintyTests.mixture], seed: seed)
      for (k, data) in [rough, x.map { smooth.laplacian([$0]) } + [smooth([0]), smooth([1])]].enumerated() {
        let solution = try PDE(on: .box([0, 1])) { u in
          Equation(laplacian(u) == Field(measured: Array(data[..<count])))
          Boundary(.dirichlet(Field(data[count])), on: .lower(.x))
          Boundary(.dirichlet(Field(data[count + 1])), on: .upper(.x))
        }.solve(grid: [count])
        if solution.report.covariances[0].family == [.studentT, .gaussian][k] { right[k] += 1 }
      }
    }
    #expect(right == [3, 3])
  }

  @Test("a family and the number of components can be asked for", arguments: SpectralMixture.Family.allCases)
  func asked(family: SpectralMixture.Family) throws {
    let line = try PDE(on: .box([0, 1])) { u in
      Equation(laplacian(u) == { -400 * sin(20 * $0) })
      Boundary(.dirichlet({ sin(20 * $0) }))
    }.solve(kernel: .spectralMixture(family, components: 3), grid: [100])
    #expect((try line.value(at: 0.3) - sin(6)).magnitude < 1e-4)
    #expect(line.report.covariances[0].family == family)
    #expect(line.report.covariances[0].components.count <= 3)

    let exact: @Sendable (Double, Double) -> Double = { sin(6 * $0) * exp($1) }
    let square = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(u) + u * (u * u - 1) == { -36 * exact($0, $1) + pow(exact($0, $1), 3) })
      Boundary(.dirichlet(exact))
    }.solve(kernel: .spectralMixture(family, components: 30), grid: [30, 30])
    #expect((try square.value(at: 0.3, 0.6) - exact(0.3, 0.6)).magnitude < 1e-3)
    #expect(square.report.covariances.allSatisfy { $0.family == family })

    #expect(throws: PDEError.tooFewComponents(0)) {
      try PDE(on: .box([0, 1])) { u in
        Equation(laplacian(u) == 1)
        Boundary(.dirichlet(0))
      }.solve(kernel: .spectralMixture(family, components: 0), grid: [20])
    }
  }
}
