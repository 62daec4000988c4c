import Foundation
import GP
import NumericCore
import Testing

@Suite("Observations on boxes")
struct BoxObservationTests {
  typealias Plane = @Sendable (Double, Double) -> Double

  /// Points of [0, 1]^2 at random, with u and noise there.
  private func sample(
    _ count: Int, noise: Double, seed: UInt64, _ u: Plane
  ) -> (points: [[Double]], values: [Double]) {
    let key = RandomKey(seed: seed)
    let (places, normals) = (key.child(0).uniforms(2 * count), key.child(1).normals(count))
    let points = (0..<count).map { [places[2 * $0], places[2 * $0 + 1]] }
    return (points, zip(points, normals).map { u($0[0], $0[1]) + noise * $1 })
  }

  private func relativeErrorOnSquare(_ solution: PDESolution, _ exact: Plane) throws -> Double {
    let x = uniform(0, 1, 21)
    return relativeError(try solution.values(on: [x, x]), x.flatMap { y in x.map { exact($0, y) } })
  }

  @Test("mean and deviation are those of a dense Gaussian process: Laplacians on a grid, and values")
  func dense() throws {
    let (n, l, noise) = (8, 0.25, 0.02)
    let exact: Plane = { exp($0) * sin(2 * $1) + $0 * $1 }
    let source: Plane = { -3 * exp($0) * sin(2 * $1) }
    let (points, values) = sample(20, noise: noise, seed: 1, exact)
    let mixture = SpectralMixture(lengthScale: l, components: [.init(frequency: 0, variance: 1)])
    let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(u) == source)
      Observation(at: points, values: values, noise: noise)
    }.solve(kernel: .mixtures([mixture, mixture]), grid: [n, n])

    let k = { (r: Double, order: Int) in ObservationTests.covariance(r, order, l) }
    /// The covariance of the Laplacian where true, or u, at two points.
    func covariance(_ a: ([Double], Bool), _ b: ([Double], Bool)) -> Double {
      let (x, y) = (a.0[0] - b.0[0], a.0[1] - b.0[1])
      switch (a.1, b.1) {
      case (true, true): return k(x, 4) * k(y, 0) + 2 * k(x, 2) * k(y, 2) + k(x, 0) * k(y, 4)
      case (false, false): return k(x, 0) * k(y, 0)
      default: return k(x, 2) * k(y, 0) + k(x, 0) * k(y, 2)
      }
    }
    func matrix(_ a: [([Double], Bool)], _ b: [([Double], Bool)]) -> Matrix {
      var result = Matrix(rows: a.count, columns: b.count)
      for i in a.indices { for j in b.indices { result[i, j] = covariance(a[i], b[j]) } }
      return result
    }
    // Given the Laplacians, values have a conditional mean and covariance, the second up to s^2.
    let grid = uniform(0, 1, n)
    let known = grid.flatMap { y in grid.map { ([$0, y], true) } }
    let data = known.map { source($0.0[0], $0.0[1]) }
    let first = try Cholesky(matrix(known, known))
    let seen = points.map { ($0, false) }
    let targets = [(0.5, 0.5), (0.03, 0.97), (0.8, 0.2)].map { ([$0.0, $0.1], false) }
    func conditional(_ a: [([Double], Bool)], _ b: [([Double], Bool)]) -> Matrix {
      var result = matrix(a, b)
      let explained = matrix(a, known) * first.solve(matrix(known, b))
      for i in a.indices { for j in b.indices { result[i, j] -= explained[i, j] } }
      return result
    }
    let mean = { (a: [([Double], Bool)]) in matrix(a, known) * first.solve(data) }
    let left = conditional(seen, seen)
    let misses = zip(values, mean(seen)).map { $0 - $1 }
    func factor(_ scale: Double) throws -> Cholesky {
      var total = left
      total.addToDiagonal(noise * noise / scale)
      return try Cholesky(total)
    }
    let scales = (0...6000).map { pow(10, -3 + Double($0) / 1000) }
    let evidences = try scales.map { scale in
      let factor = try factor(scale)
      let quadratic = zip(factor.solve(misses), misses).reduce(0) { $0 + $1.0 * $1.1 }
      return -0.5 * (Double(values.count) * log(scale) + factor.logDeterminant + quadratic / scale)
    }
    let scale = scales[evidences.indices.max { evidences[$0] < evidences[$1] } ?? 0]
    let second = try factor(scale)
    let cross = conditional(targets, seen)
    let expected = zip(mean(targets), cross * second.solve(misses)).map(+)
    let explained = cross * second.solve(cross.transposed)
    let own = conditional(targets, targets)
    for (i, target) in targets.enumerated() {
      let deviation = (scale * (own[i, i] - explained[i, i])).squareRoot()
      let axes = target.0.map { [$0] }
      #expect((try solution.values(on: axes)[0] - expected[i]).magnitude < 2e-3 * deviation)
      #expect((try solution.standardDeviations(on: axes)[0] / deviation - 1).magnitude < 2e-3)
    }
  }

  @Test("a harmonic function without conditions: nine of ten 90% intervals hold it; seeds 1 to 40")
  func harmonic() throws {
    let exact: Plane = { exp($0) * sin($1) + $0 * $1 }
    var held = 0
    for seed in 1...40 {
      let (points, values) = sample(60, noise: 0.05, seed: UInt64(seed), exact)
      let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
        Equation(laplacian(u) == 0)
        Observation(at: points, values: values, noise: 0.05)
      }.solve(grid: [20, 20])
      #expect(solution.report.relativeResidual < 1e-4)
      let (x, y) = (Double((seed * 37) % 100) / 100, Double((seed * 53) % 100) / 100)
      let deviation = try solution.standardDeviations(on: [[x], [y]])[0]
      #expect(deviation < 0.05)
      if (try solution.value(at: x, y) - exact(x, y)).magnitude < 1.6449 * deviation { held += 1 }
    }
    // 36 expected, with a standard deviation of 1.9: four of them.
    #expect(held >= 29, "\(held)")
  }

  @Test("three sides, and noisy values in place of the fourth; their noise is found")
  func missingSide() throws {
    let exact: Plane = { sin(3 * $0) * exp(-$1) }
    let (points, values) = sample(60, noise: 0.01, seed: 1, exact)
    let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(u) == { -8 * sin(3 * $0) * exp(-$1) })
      Boundary(.dirichlet(exact), on: .lower(.x), .upper(.x), .lower(.y))
      Observation(at: points, values: values)
    }.solve(grid: [40, 40])
    #expect(try relativeErrorOnSquare(solution, exact) < 0.01)
    #expect(solution.report.boundaryResidual < 1e-5)
    // 60 values tell it to 9%.
    #expect((try #require(solution.report.observationNoise) / 0.01 - 1).magnitude < 0.37)
    let deviations = try solution.standardDeviations(on: [[0.5], [0, 0.5, 1]])
    #expect(deviations[0] < 1e-5 && deviations[0] < deviations[1] && deviations[1] < deviations[2])
  }

  @Test("where conditions are complete and the source exact, values add nothing")
  func complete() throws {
    let exact: Plane = { sin(3 * $0) * exp(-$1) }
    let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(u) == { -8 * sin(3 * $0) * exp(-$1) })
      Boundary(.dirichlet(exact))
      Observation(at: [[0.4, 0.6]], values: [exact(0.4, 0.6) + 0.1], noise: 0.1)
    }.solve(grid: [40, 40])
    #expect(try relativeErrorOnSquare(solution, exact) < 1e-7)
  }

  @Test("values make a noisy source better, and deviations shrink near them: noise of seeds 1 to 4")
  func noisySource() throws {
    let exact: Plane = { sin(3 * $0) * exp(-$1) }
    let x = uniform(0, 1, 30)
    func solve(_ noise: Double, seed: UInt64) throws -> (error: Double, deviations: [Double]) {
      let normals = RandomKey(seed: seed).normals(900)
      let source = x.flatMap { y in x.map { -8 * exact($0, y) } }.enumerated().map { $1 + 2 * normals[$0] }
      let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
        Equation(laplacian(u) == Field(measured: source))
        Boundary(.dirichlet(exact))
        Observation(at: [[0.5, 0.5]], values: [exact(0.5, 0.5)], noise: noise)
      }.solve(grid: [30, 30])
      return (
        try relativeErrorOnSquare(solution, exact),
        try solution.standardDeviations(on: [[0.2, 0.5, 0.6], [0.5]])
      )
    }
    var squares = (without: 0.0, with: 0.0)
    for seed in 1...4 {
      let (without, with) = (try solve(100, seed: UInt64(seed)), try solve(1e-3, seed: UInt64(seed)))
      squares.without += without.error * without.error
      squares.with += with.error * with.error
      #expect(with.deviations[1] < 1.01e-3 && with.deviations[1] < with.deviations[2])
      #expect(zip(with.deviations, without.deviations).allSatisfy { $0 < $1 })
    }
    #expect(squares.with < squares.without)
  }

  @Test("a nonlinear equation in time without conditions, and fluxes in three dimensions")
  func further() throws {
    // u = x / (1 + t) solves u_t + u u_x = v u_xx.
    let exact: Plane = { $0 / (1 + $1) }
    let (points, values) = sample(40, noise: 0.01, seed: 1, exact)
    let flow = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(d(u, .y) + u * d(u, .x) - 0.1 * d(u, .x, order: 2) == 0)
      Observation(at: points, values: values, noise: 0.01)
    }.solve(grid: [30, 30])
    #expect(try relativeErrorOnSquare(flow, exact) < 0.03)
    #expect(flow.report.relativeResidual < 1e-4)

    let places = RandomKey(seed: 2).uniforms(120)
    let inside = (0..<40).map { Array(places[3 * $0..<3 * $0 + 3]) }
    let solution = try PDE(on: .box([0, 1], [0, 1], [0, 1])) { u in
      Equation(laplacian(u) == 2)
      Observation(at: [[0, 0, 0]], values: [1], noise: 1e-4)
      Observation(of: d(u, .x), at: inside, values: inside.map { $0[1] }, noise: 1e-4)
      Observation(of: d(u, .y), at: inside, values: inside.map { $0[0] }, noise: 1e-4)
      Observation(of: d(u, .z), at: inside, values: inside.map { 2 * $0[2] }, noise: 1e-4)
    }.solve(grid: [10, 10, 10])
    // u = 1 + x y + z^2.
    for p in [[0.5, 0.5, 0.5], [0.2, 0.9, 0.4]] {
      let miss = try solution.value(at: p[0], p[1], p[2]) - (1 + p[0] * p[1] + p[2] * p[2])
      #expect(miss.magnitude < 1e-3)
    }
  }
}
