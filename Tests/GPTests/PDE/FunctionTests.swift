import Foundation
import GP
import Testing

@Suite("Smooth functions of u in equations")
struct FunctionTests {
  private func error(
    _ solution: PDESolution, _ ends: ClosedRange<Double>, _ exact: (Double) -> Double
  ) throws -> Double {
    let x = uniform(ends.lowerBound, ends.upperBound, 201)
    return relativeError(try solution.values(on: [x]), x.map(exact))
  }

  @Test("Bratu: u'' + lambda e^u = 0 has 2 log(cosh(theta / 4) / cosh((x - 1/2) theta / 2))", arguments: [1.0, 3])
  func bratu(lambda: Double) throws {
    // theta = sqrt(2 lambda) cosh(theta / 4): the smaller root, by iteration, is the lower of two solutions.
    let theta = (0..<500).reduce(0) { theta, _ in (2 * lambda).squareRoot() * cosh(theta / 4) }
    let exact = { (x: Double) in 2 * log(cosh(theta / 4) / cosh((x - 0.5) * theta / 2)) }
    let solution = try PDE(on: .box([0, 1])) { u in
      Equation(d(u, .x, order: 2) + lambda * exp(u) == 0)
      Boundary(.dirichlet(0))
    }.solve(grid: [60])
    #expect(try error(solution, 0...1, exact) < 1e-9)
    // Above 3.513830719 there is none.
    #expect(throws: PDEError.self) {
      try PDE(on: .box([0, 1])) { u in
        Equation(d(u, .x, order: 2) + 5 * exp(u) == 0)
        Boundary(.dirichlet(0))
      }.solve(grid: [60])
    }
  }

  @Test("sine-Gordon: a kink that moves, and a breather")
  func sineGordon() throws {
    let gamma = 1 / (1 - 0.3 * 0.3).squareRoot()
    let kink: @Sendable (Double, Double) -> Double = { x, t in 4 * atan(exp(gamma * (x - 0.3 * t))) }
    let kinkSlope: @Sendable (Double, Double) -> Double = { x, t in -0.6 * gamma / cosh(gamma * (x - 0.3 * t)) }
    let omega = 0.8
    let ratio = (1 - omega * omega).squareRoot() / omega
    let breather: @Sendable (Double, Double) -> Double = { x, t in
      4 * atan(ratio * sin(omega * t) / cosh(ratio * omega * x))
    }
    let breatherSlope: @Sendable (Double, Double) -> Double = { x, _ in 4 * ratio * omega / cosh(ratio * omega * x) }
    for (exact, slope) in [(kink, kinkSlope), (breather, breatherSlope)] {
      let solution = try PDE(on: .box([-5, 5], [0, 3])) { u in
        Equation(d(u, .y, order: 2) - d(u, .x, order: 2) + sin(u) == 0)
        Boundary(.dirichlet(exact), on: .lower(.x), .upper(.x), .lower(.y))
        // The outward normal points to the past.
        Boundary(.neumann({ -slope($0, $1) }), on: .lower(.y))
      }.solve(grid: [80, 40])
      let (x, t) = (uniform(-5, 5, 60), uniform(0, 3, 30))
      let truth = t.flatMap { t in x.map { exact($0, t) } }
      #expect(relativeError(try solution.values(on: [x, t]), truth) < 1e-5)
    }
  }

  /// An equation of second order with a term that is a function of u, and the value of that term.
  private struct Term {
    let name: String
    let expression: @Sendable (DifferentialExpression) -> DifferentialExpression
    let value: @Sendable (_ u: Double, _ slope: Double, _ second: Double) -> Double
  }

  @Test("equations with a source that makes u = 2 + sin(5 x) / 2 their solution")
  func manufactured() throws {
    let exact: @Sendable (Double) -> Double = { 2 + 0.5 * sin(5 * $0) }
    let terms = [
      Term(name: "sinh", expression: { -1 * sinh($0) }, value: { u, _, _ in -sinh(u) }),
      Term(name: "cosh", expression: { -1 * cosh($0) }, value: { u, _, _ in -cosh(u) }),
      Term(name: "Michaelis and Menten", expression: { -3 * $0 / (1 + $0) }, value: { u, _, _ in -3 * u / (1 + u) }),
      Term(name: "cos", expression: { cos(2 * $0) }, value: { u, _, _ in cos(2 * u) }),
      Term(name: "tanh", expression: { -tanh($0 * $0) }, value: { u, _, _ in -tanh(u * u) }),
      Term(name: "root", expression: { sqrt($0) }, value: { u, _, _ in u.squareRoot() }),
      Term(name: "logarithm", expression: { log($0) }, value: { u, _, _ in log(u) }),
      Term(name: "power", expression: { -pow($0, 2.5) }, value: { u, _, _ in -pow(u, 2.5) }),
      Term(name: "number", expression: { -$0 / 4 }, value: { u, _, _ in -u / 4 }),
      Term(
        name: "coefficient", expression: { exp(Field { x in -x } * $0) - $0 / Field { 1 + $0 } },
        value: { _, _, _ in .nan }),
      Term(
        name: "of a slope", expression: { d(d($0, .x) / sqrt(1 + d($0, .x) * d($0, .x)), .x) },
        value: { _, slope, second in second / pow(1 + slope * slope, 1.5) }),
      Term(
        name: "diffusion e^-u", expression: { d(exp(-$0) * d($0, .x), .x) },
        value: { u, slope, second in exp(-u) * (second - slope * slope) }),
    ]
    for term in terms {
      let source: @Sendable (Double) -> Double = { x in
        let (u, slope, second) = (exact(x), 2.5 * cos(5 * x), -12.5 * sin(5 * x))
        let value = term.name == "coefficient" ? exp(-x * u) - u / (1 + x) : term.value(u, slope, second)
        return second + value
      }
      let solution = try PDE(on: .box([0, 1])) { u in
        Equation(d(u, .x, order: 2) + term.expression(u) == source)
        Boundary(.dirichlet(exact))
      }.solve(grid: [50])
      let error = try error(solution, 0...1, exact)
      #expect(error < 1e-8, "\(term.name): \(error)")
    }
  }

  @Test("Poisson-Boltzmann on a square")
  func square() throws {
    let exact: @Sendable (Double, Double) -> Double = { 1 + sin(3 * $0) * cos(2 * $1) }
    let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(u) - sinh(u) == { -13 * (exact($0, $1) - 1) - sinh(exact($0, $1)) })
      Boundary(.dirichlet(exact))
    }.solve(grid: [40, 40])
    let x = uniform(0, 1, 41)
    #expect(relativeError(try solution.values(on: [x, x]), x.flatMap { y in x.map { exact($0, y) } }) < 1e-9)
  }

  @Test("observations of u tell a solution of u'' = -sin u: a pendulum")
  func pendulum() throws {
    // By the midpoint rule of fine steps.
    var (angle, speed, path) = (1.5, 0.0, [1.5])
    for _ in 0..<10_000 {
      let half = (angle + 5e-4 * speed, speed - 5e-4 * sin(angle))
      (angle, speed) = (angle + 1e-3 * half.1, speed - 1e-3 * sin(half.0))
      path.append(angle)
    }
    let seen = stride(from: 0, through: 10_000, by: 500).map { $0 }
    let solution = try PDE(on: .box([0, 10])) { u in
      Equation(d(u, .x, order: 2) + sin(u) == 0)
      Observation(at: seen.map { 1e-3 * Double($0) }, values: seen.map { path[$0] }, noise: 1e-3)
    }.solve(grid: [100])
    let places = stride(from: 250, to: 10_000, by: 500).map { $0 }
    let found = try solution.values(on: [places.map { 1e-3 * Double($0) }])
    #expect(relativeError(found, places.map { path[$0] }) < 1e-3)
  }

  @Test("where an equation is not defined it is said; a function of u is not observed")
  func errors() {
    #expect {
      try PDE(on: .box([0, 1])) { u in
        Equation(d(u, .x, order: 2) + log(u) == 0)
        Boundary(.dirichlet(-1))
      }.solve(grid: [40])
    } throws: { if case PDEError.undefined(let u) = $0 { (u + 1).magnitude < 1e-6 } else { false } }
    #expect(throws: PDEError.self) {
      try PDE(on: .box([0, 1], [0, 1])) { u in
        Equation(laplacian(u) + log(u) == 0)
        Boundary(.dirichlet(-1))
      }.solve(grid: [20, 20])
    }
    #expect(throws: PDEError.equationWithoutUnknown) {
      try PDE(on: .box([0, 1])) { _ in
        Equation(exp(DifferentialExpression(Field { $0 })) == 0)
        Boundary(.dirichlet(0))
      }.solve(grid: [40])
    }
    #expect(throws: PDEError.self) {
      try PDE(on: .box([0, 1])) { u in
        Equation(laplacian(u) == 1)
        Observation(of: exp(u), at: [0.5], values: [1])
      }.solve(grid: [20])
    }
  }
}
