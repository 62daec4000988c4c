import Foundation
import GP
import Testing

/// How far off a solution on a box may be, by what the linearised equation makes of the functions that it tells least.
@Suite("Deviations on boxes")
struct BoxDeviationTests {
  private static let exact: @Sendable (Double, Double) -> Double = { sin(3 * $0) * cos(4 * $1) + $0 * $1 }

  /// laplacian(u) + 2 pi^2 (1 + gap) u makes 2 pi^2 gap of sin(pi x) sin(pi y).
  private func resonance(gap: Double) throws -> (deviation: Double, error: Double) {
    let k2 = 2 * Double.pi * Double.pi * (1 + gap)
    let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(u) + k2 * u == { x, y in -25 * sin(3 * x) * cos(4 * y) + k2 * Self.exact(x, y) })
      Boundary(.dirichlet(Self.exact))
    }.solve(grid: [40, 40])
    let x = uniform(0, 1, 41)
    let error = relativeError(try solution.values(on: [x, x]), x.flatMap { y in x.map { Self.exact($0, y) } })
    return (try #require(solution.report.relativeDeviation), error)
  }

  @Test("close to a resonance it grows as one over the gap")
  func resonances() throws {
    let (wide, narrow) = (try resonance(gap: 1e-2), try resonance(gap: 1e-5))
    #expect(wide.deviation > wide.error)
    #expect(narrow.deviation > narrow.error)
    #expect((0.8e3...1.2e3).contains(narrow.deviation / wide.deviation))
  }

  @Test("it is not far below the error of a nonlinear equation, which needs no warning", arguments: [1.0, 12])
  func bound(frequency: Double) throws {
    let exact: @Sendable (Double, Double) -> Double = { sin(frequency * $0 + $1) }
    let gain = frequency * frequency + 1
    let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(u) + u * (u * u - 1) == { x, y in
        let v = exact(x, y)
        return v * (v * v - 1) - gain * v
      })
      Boundary(.dirichlet(exact))
    }.solve(grid: [50, 50])
    let x = uniform(0, 1, 41)
    let error = relativeError(try solution.values(on: [x, x]), x.flatMap { y in x.map { exact($0, y) } })
    let deviation = try #require(solution.report.relativeDeviation)
    #expect(2 * deviation > error)
    #expect(deviation < 1e-5)
    #expect(solution.report.warnings.isEmpty)
  }

  /// Fisher's front of Ablowitz and Zeppetella's speed: where it stands hangs on 4e-18 at the right end. No eigenvalue is
  /// small, a singular value is.
  @Test("a front in a strip that hardly more than rounding holds in its place is told")
  func front() throws {
    let ofPopulations: @Sendable (Double, Double) -> Double = { x, _ in pow(1 + exp(x / 6.0.squareRoot()), -2) }
    let solution = try PDE(on: .box([-50, 50], [0, 1])) { u in
      Equation(laplacian(u) + 5 / 6.0.squareRoot() * d(u, .x) + u * (1 - u) == 0)
      Boundary(.dirichlet(ofPopulations), on: .lower(.x), .upper(.x))
      Boundary(.neumann(0), on: .lower(.y), .upper(.y))
    }.solve(grid: [120, 20])
    #expect(try #require(solution.report.relativeDeviation) > 0.05)
    #expect(solution.report.warnings.contains { $0.hasPrefix("u is ") })
  }
}
