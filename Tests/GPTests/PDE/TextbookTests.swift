import Foundation
import GP
import Testing

@Suite("Textbook problems")
struct TextbookTests {
  private typealias Plane = @Sendable (Double, Double) -> Double

  private func errorOnBox(
    _ solution: PDESolution, _ x: ClosedRange<Double>, _ y: ClosedRange<Double>, _ exact: Plane
  ) throws -> Double {
    let axes = [uniform(x.lowerBound, x.upperBound, 41), uniform(y.lowerBound, y.upperBound, 41)]
    return relativeError(try solution.values(on: axes), axes[1].flatMap { y in axes[0].map { exact($0, y) } })
  }

  @Test("Allen and Cahn: a front of thickness eps", arguments: [0.1, 0.05])
  func front(eps: Double) throws {
    let exact: @Sendable (Double) -> Double = { tanh($0 / (2.0.squareRoot() * eps)) }
    let solution = try PDE(on: .box([-1, 1])) { u in
      Equation(eps * eps * d(u, .x, order: 2) + u - u * u * u == 0)
      Boundary(.dirichlet(exact))
    }.solve(grid: [200])
    let x = uniform(-1, 1, 201)
    #expect(relativeError(try solution.values(on: [x]), x.map(exact)) < 1e-5)
  }

  @Test("steady Burgers: an error that ill-posedness makes large is told", arguments: [0.1, 0.02, 0.01])
  func burgers(viscosity: Double) throws {
    // A shift of the front changes the equation and its conditions by exp(-1 / viscosity) of it.
    let exact: @Sendable (Double) -> Double = { -tanh($0 / (2 * viscosity)) }
    let solution = try PDE(on: .box([-1, 1])) { u in
      Equation(u * d(u, .x) - viscosity * d(u, .x, order: 2) == 0)
      Boundary(.dirichlet(exact))
    }.solve(grid: [300])
    let x = uniform(-1, 1, 301)
    let error = relativeError(try solution.values(on: [x]), x.map(exact))
    #expect(error < 1e-3 || !solution.report.warnings.isEmpty, "\(error)")
    #expect(viscosity < 0.1 || error < 1e-7, "\(error)")
  }

  @Test("van der Pol's oscillator from its start, beside Runge and Kutta's method")
  func oscillator() throws {
    let solution = try PDE(on: .box([0, 10])) { u in
      Equation(d(u, .x, order: 2) - (1 - u * u) * d(u, .x) + u == 0)
      Boundary(.dirichlet(2), on: .lower(.x))
      Boundary(.neumann(0), on: .lower(.x))
    }.solve(grid: [200])
    func slope(_ s: SIMD2<Double>) -> SIMD2<Double> { [s[1], (1 - s[0] * s[0]) * s[1] - s[0]] }
    var (state, path, step) = (SIMD2(2.0, 0), [2.0], 1e-3)
    for _ in 0..<10_000 {
      let a = slope(state)
      let b = slope(state + 0.5 * step * a)
      let c = slope(state + 0.5 * step * b)
      let last = slope(state + step * c)
      state += step / 6 * (a + 2 * b + 2 * c + last)
      path.append(state[0])
    }
    step = 0.1
    let x = (0...100).map { step * Double($0) }
    let found = try solution.values(on: [x])
    #expect(relativeError(found, (0...100).map { path[100 * $0] }) < 1e-8)
  }

  @Test("Fisher and Kolmogorov's wave, by Ablowitz and Zeppetella")
  func wave() throws {
    let exact: Plane = { x, t in
      let e = exp((x - 5 * t / 6.0.squareRoot()) / 6.0.squareRoot())
      return 1 / ((1 + e) * (1 + e))
    }
    let solution = try PDE(on: .box([-10, 10], [0, 4])) { u in
      Equation(d(u, .y) - d(u, .x, order: 2) - u * (1 - u) == 0)
      Boundary(.dirichlet(exact), on: .lower(.x), .upper(.x), .lower(.y))
    }.solve(grid: [60, 60])
    #expect(try errorOnBox(solution, -10...10, 0...4, exact) < 1e-8)
  }

  @Test("a packet of waves that travels")
  func packet() throws {
    let exact: Plane = { x, t in
      let s = x - t - 0.3
      return exp(-80 * s * s) * cos(60 * s)
    }
    let past: Plane = { x, t in
      let s = x - t - 0.3
      return exp(-80 * s * s) * (-160 * s * cos(60 * s) - 60 * sin(60 * s))
    }
    let solution = try PDE(on: .box([0, 1], [0, 0.5])) { u in
      Equation(d(u, .y, order: 2) - d(u, .x, order: 2) == 0)
      Boundary(.dirichlet(exact), on: .lower(.x), .upper(.x), .lower(.y))
      Boundary(.neumann(past), on: .lower(.y))
    }.solve(grid: [120, 120])
    #expect(try errorOnBox(solution, 0...1, 0...0.5, exact) < 1e-5)
  }

  @Test("a source that jumps is solved for, and told")
  func step() throws {
    let exact: @Sendable (Double) -> Double = { $0 < 0.5 ? $0 * $0 / 2 - 3 * $0 / 8 : $0 / 8 - 0.125 }
    let solution = try PDE(on: .box([0, 1])) { u in
      Equation(laplacian(u) == { $0 < 0.5 ? 1 : 0 })
      Boundary(.dirichlet(0))
    }.solve(grid: [100])
    let x = uniform(0, 1, 301)
    let values = try solution.values(on: [x])
    #expect(relativeError(values, x.map(exact)) < 0.02)
    #expect(!solution.report.warnings.isEmpty)
    let deviations = try solution.standardDeviations(on: [x])
    #expect(x.indices.allSatisfy { (values[$0] - exact(x[$0])).magnitude < 4 * deviations[$0] + 1e-9 })
  }
}
