import Foundation
import GP
import Testing

@Suite("Problems that cannot be solved are said clearly")
struct PDEErrorTests {
  private func error(
    _ domain: Domain = .box([0, 1]), grid: [Int] = [40], covariances: [SpectralMixture]? = nil,
    @PDEBuilder _ body: (DifferentialExpression) -> [any PDEStatement]
  ) -> PDEError? {
    let kernel = covariances.map { PDEKernel.mixtures($0) } ?? .automatic
    return #expect(throws: PDEError.self) { try PDE(on: domain, body).solve(kernel: kernel, grid: grid) }
  }

  @Test("what the statements miss")
  func statements() {
    #expect(error { _ in Boundary(.dirichlet(0)) } == .equationCount(0))
    #expect(
      error { u in
        Equation(laplacian(u) == 1)
        Boundary(.dirichlet(0), on: .lower(.x))
      } == .missingBoundary(axis: 0, found: 1, needed: 2))
    #expect(
      error { u in
        Equation(u * 0 == 1)
        Boundary(.dirichlet(0))
      } == .equationWithoutUnknown)
    #expect(
      error { u in
        Equation(d(Field { $0 } * d(u, .x), .x) == 1)
        Boundary(.dirichlet(0))
      } == .differentiatedCoefficient)
    #expect(
      error { u in
        Equation(d(u, .x, order: 5) == 1)
        Boundary(.dirichlet(0))
      } == .unsupportedOrder(order: 5, highest: 4))
    #expect(
      error { u in
        Equation(d(u, .y, order: 2) == 1)
        Boundary(.dirichlet(0))
      } == .axisOutsideDomain(axis: 1, dimensions: 1))
    #expect(
      error { u in
        Equation(laplacian(u) == { x, y in x * y })
        Boundary(.dirichlet(0))
      } == .wrongCoordinates(count: 2, dimensions: 1))
  }

  @Test("domains and grids")
  func grids() {
    @PDEBuilder func poisson(_ u: DifferentialExpression) -> [any PDEStatement] {
      Equation(laplacian(u) == 1)
      Boundary(.dirichlet(0))
    }
    #expect(error(.box([1, 0]), poisson) == .invalidInterval(axis: 0, ends: [1, 0]))
    #expect(error(grid: [40, 40], poisson) == .wrongGrid(count: 2, dimensions: 1))
    #expect(error(grid: [4], poisson) == .gridTooSmall(axis: 0, points: 4, needed: 8))
    #expect(
      error(.box([0, 1], [0, 1], [0, 1], [0, 1]), grid: [9, 9, 9, 9], poisson) == .unsupportedDimensions(4))
    for length in [0, 0.01] {
      let short = SpectralMixture(lengthScale: length, components: [.init(frequency: 0, variance: 1)])
      guard case .invalidCovariance(axis: 0, _)? = error(covariances: [short], poisson) else {
        Issue.record("a length scale of \(length) is accepted")
        return
      }
    }
  }

  @Test("the shortest length scale that is accepted can be solved with")
  func shortest() throws {
    let mixture = SpectralMixture(lengthScale: 1.0 / 64, components: [.init(frequency: 0, variance: 1)])
    let problem = PDE(on: .box([0, 1])) { u in
      Equation(laplacian(u) == { -9 * sin(3 * $0) })
      Boundary(.dirichlet({ sin(3 * $0) }))
    }
    let solution = try problem.solve(kernel: .mixtures([mixture]), grid: [300])
    #expect((try solution.value(at: 0.37) - sin(3 * 0.37)).magnitude < 1e-4)
  }

  @Test("a source that is not finite is named with its point")
  func nonFinite() {
    #expect(
      error { u in
        Equation(laplacian(u) == { 1 / $0 })
        Boundary(.dirichlet(0))
      } == .nonFinite(what: "source", point: [0], value: .infinity))
  }

  @Test(
    "a grid on which the source looks slower than it is: it is looked at between the points", arguments: [1, 2])
  func aliased(dimensions: Int) {
    // 61 cycles on 40 steps look like 21.
    let found =
      dimensions == 1
      ? error(grid: [41]) { u in
        Equation(laplacian(u) == { sin(2 * .pi * 61 * $0) })
        Boundary(.dirichlet(0))
      }
      : error(.box([0, 1], [0, 1]), grid: [30, 41]) { u in
        Equation(laplacian(u) == { x, y in x * sin(2 * .pi * 61 * y) })
        Boundary(.dirichlet(0))
      }
    guard case .gridTooCoarse(let axis, 41, let frequency, let share, let suggested)? = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    #expect(axis == dimensions - 1)
    #expect((frequency - 61).magnitude < 3)
    #expect(share > 0.9)
    #expect((240...270).contains(suggested))
  }

  @Test("a problem with more than one solution is singular; conditions that say the same are dependent")
  func singular() {
    let found = error(.box([0, 1], [0, 1]), grid: [20, 20]) { u in
      Equation(laplacian(u) == { x, y in cos(.pi * x) * cos(.pi * y) })
      Boundary(.neumann(0))
    }
    guard case .singular? = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    #expect(
      error(.box([0, 1], [0, 1]), grid: [20, 20]) { u in
        Equation(laplacian(u) == 1)
        Boundary(.dirichlet(0))
        Boundary(.neumann(0), on: .lower(.x))
      } == .overdetermined(axis: 0, found: 3, needed: 2))
    #expect(
      error(.box([0, 1], [0, 1]), grid: [20, 20]) { u in
        Equation(laplacian(u) == 1)
        Boundary(.dirichlet(0), on: .lower(.x), .lower(.y), .upper(.y))
        Boundary(.robin(2, 0, 0), on: .lower(.x))
      } == .dependentConditions(axis: 0))
  }

  @Test("mixed derivatives alone are not for the solver")
  func mixed() {
    let found = error(.box([0, 1], [0, 1]), grid: [20, 20]) { u in
      Equation(d(d(u, .x), .y) == { x, y in cos(x) * cos(y) })
      Boundary(.dirichlet({ x, y in sin(x) * sin(y) }), on: .lower(.x), .lower(.y))
    }
    guard case .singular? = found else {
      Issue.record("\(String(describing: found))")
      return
    }
  }

  @Test("points outside of the domain, and too few samples")
  func solution() throws {
    let problem = PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(u) == 1)
      Boundary(.dirichlet(0))
    }
    let solution = try problem.solve(grid: [20, 20])
    #expect(throws: PDEError.outsideDomain(axis: 1, value: 1.5, lower: 0, upper: 1)) {
      try solution.value(at: 0.5, 1.5)
    }
    #expect(throws: PDEError.wrongGrid(count: 1, dimensions: 2)) { try solution.values(on: [[0.5]]) }
    #expect(throws: PDEError.tooFewSamples(0)) {
      try solution.standardDeviations(on: [[0.5], [0.5]], samples: 0)
    }
  }
}
