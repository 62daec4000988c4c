import Foundation
import GP
import Testing

/// Fronts of nonlinear equations, which Newton's method does not reach from 0: with what is known of them in closed form.
@Suite("Fronts")
struct FrontTests {
  @Test("steady Burgers: -a tanh(a x / (2 nu)) with a tanh(a / (2 nu)) = 1", arguments: [(0.05, 300), (0.02, 300), (0.02, 400), (0.01, 400)])
  func burgers(viscosity: Double, points: Int) throws {
    let a = (0..<200).reduce(1.0) { a, _ in 1 / tanh(a / (2 * viscosity)) }
    let solution = try PDE(on: .box([-1, 1])) { u in
      Equation(u * d(u, .x) - viscosity * d(u, .x, order: 2) == 0)
      Boundary(.dirichlet({ -$0 }))
    }.solve(grid: [points])
    let x = uniform(-1, 1, 701)
    let error = relativeError(try solution.values(on: [x]), x.map { -a * tanh(a * $0 / (2 * viscosity)) })
    #expect(error < 1e-6)
    #expect(try #require(solution.report.relativeDeviation) > error)
  }

  /// Four points across the layer.
  @Test("Burgers' layer at a wall: tanh((1 - x) / (2 nu))") func wall() throws {
    let viscosity = 0.005
    let solution = try PDE(on: .box([0, 1])) { u in
      Equation(u * d(u, .x) - viscosity * d(u, .x, order: 2) == 0)
      Boundary(.dirichlet(1), on: .lower(.x))
      Boundary(.dirichlet(0), on: .upper(.x))
    }.solve(grid: [400])
    let x = uniform(0, 1, 701)
    #expect(relativeError(try solution.values(on: [x]), x.map { tanh((1 - $0) / (2 * viscosity)) }) < 1e-8)
    #expect(!isUndetermined(solution))
  }

  /// Where the front stands hangs on a value of 8e-8 at the right end alone.
  @Test("the travelling front of Fisher, Kolmogorov, Petrovsky and Piskunov, of Ablowitz and Zeppetella's speed", arguments: [150, 300, 400])
  func populations(points: Int) throws {
    let solution = try Self.population(points)
    let x = uniform(-20, 20, 701)
    let error = relativeError(try solution.values(on: [x]), x.map(Self.ofPopulations))
    #expect(error < 1e-6)
    #expect(try #require(solution.report.relativeDeviation) > error)
    #expect(!isUndetermined(solution))
  }

  private static let ofPopulations: @Sendable (Double) -> Double = { pow(1 + exp($0 / 6.0.squareRoot()), -2) }

  private static func population(_ points: Int, length: Double = 40) throws -> PDESolution {
    try PDE(on: .box([-0.5 * length, 0.5 * length])) { u in
      Equation(d(u, .x, order: 2) + 5 / 6.0.squareRoot() * d(u, .x) + u * (1 - u) == 0)
      Boundary(.dirichlet(ofPopulations))
    }.solve(grid: [points])
  }

  private func isUndetermined(_ solution: PDESolution) -> Bool {
    solution.report.warnings.contains { $0.contains("not determined") }
  }

  /// The ends hold it by exp(-0.9 sqrt 8 / eps) = 8e-23.
  @Test("an inner layer of Allen and Cahn's equation may be anywhere, which is told", arguments: [150, 300])
  func layer(points: Int) throws {
    let width = 0.05
    let solution = try PDE(on: .box([-1, 1])) { u in
      Equation(width * width * d(u, .x, order: 2) + u - u * u * u == 0)
      Boundary(.dirichlet({ tanh(($0 - 0.1) / (2.0.squareRoot() * width)) }))
    }.solve(grid: [points])
    #expect(isUndetermined(solution))
    #expect(try #require(solution.report.relativeDeviation) >= 1)
  }

  @Test("a front that hardly more than rounding holds in its place is told")
  func free() throws {
    #expect(isUndetermined(try Self.population(400, length: 100)))
  }

  /// u'' = -sin u from rest at 2: the period is 4 K(sin 1), with K by the arithmetic-geometric mean.
  @Test("three swings of a pendulum") func pendulum() throws {
    let solution = try PDE(on: .box([0, 20])) { u in
      Equation(d(u, .x, order: 2) + sin(u) == 0)
      Boundary(.dirichlet(2), on: .lower(.x))
      Boundary(.neumann(0), on: .lower(.x))
    }.solve(grid: [200])
    var (a, b) = (1.0, cos(1.0))
    for _ in 0..<6 { (a, b) = (0.5 * (a + b), (a * b).squareRoot()) }
    let quarter = 0.5 * .pi / a
    let found = try solution.values(on: [(0...8).map { quarter * Double($0) }])
    for (value, expected) in zip(found, [2.0, 0, -2, 0, 2, 0, -2, 0, 2]) { #expect((value - expected).magnitude < 1e-7) }
  }

  @Test("a front of Burgers' equation with a source, found in a wrong place, is told")
  func displaced() throws {
    let (viscosity, place) = (0.02, 0.3)
    let exact: @Sendable (Double) -> Double = { -tanh(($0 - place) / (2 * viscosity)) + 0.2 * sin(5 * $0) }
    let source: @Sendable (Double) -> Double = { x in
      let t = tanh((x - place) / (2 * viscosity))
      let slope = -(1 - t * t) / (2 * viscosity) + cos(5 * x)
      let curvature = t * (1 - t * t) / (2 * viscosity * viscosity) - 5 * sin(5 * x)
      return exact(x) * slope - viscosity * curvature
    }
    let solution = try PDE(on: .box([-1, 1])) { u in
      Equation(u * d(u, .x) - viscosity * d(u, .x, order: 2) == source)
      Boundary(.dirichlet(exact))
    }.solve(grid: [150])
    let x = uniform(-1, 1, 701)
    let isFound = relativeError(try solution.values(on: [x]), x.map(exact)) < 1e-2
    #expect(isFound || isUndetermined(solution))
  }

  /// Conditions that determine u leave nothing to tell, resolved or not.
  @Test("nonlinear equations that determine u are not said not to", arguments: [12.0, 40])
  func determined(frequency k: Double) throws {
    for points in [60, 200] {
      let exact: @Sendable (Double) -> Double = { sin(k * $0) }
      let reaction = PDE(on: .box([0, 2])) { u in
        Equation(laplacian(u) + u * (u * u - 1) == { -k * k * sin(k * $0) + exact($0) * (exact($0) * exact($0) - 1) })
        Boundary(.dirichlet(exact))
      }
      let step = PDE(on: .box([0, 2])) { u in
        Equation(laplacian(u) - u * u * u == { $0 > 0.77 ? k : -k })
        Boundary(.dirichlet(exact))
      }
      for problem in [reaction, step] { #expect(!isUndetermined(try problem.solve(grid: [points]))) }
    }
  }
}
