import Foundation
import GP
import NumericCore
import Testing

@Suite("The joint density of the reference method")
struct CollocationDensityTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let dimensions: Int
    let envelope: StationaryEnvelope
    let isNonlinear: Bool
    var testDescription: String { "\(dimensions)D, \(envelope), \(isNonlinear ? "nonlinear" : "linear")" }
  }
  static let rows = [1, 2].flatMap { dimensions in
    StationaryEnvelope.allCases.flatMap { envelope in
      [false, true].map { Row(dimensions: dimensions, envelope: envelope, isNonlinear: $0) }
    }
  }

  private static let components = 2
  private static func source(_ point: [Double]) -> Double {
    3 * sin(5 * point[0]) + (point.count == 2 ? point[1] : 0)
  }
  private static func boundary(_ point: [Double]) -> Double {
    0.3 + point[0] - (point.count == 2 ? point[1] * point[1] : 0)
  }

  /// The density, the same written out, and a position without symmetry.
  private func densities(_ row: Row) throws -> (CollocationDensity, LiteralCollocationDensity, [Double]) {
    let reaction = row.isNonlinear ? Reaction.allenCahn : nil
    let problem =
      row.dimensions == 1
      ? try CollocationProblem(
        on: -0.2...1.3, points: 9, source: { Self.source([$0]) }, boundary: { Self.boundary([$0]) },
        reaction: reaction)
      : try CollocationProblem(
        on: -0.2...1.3, 0...1, points: (6, 5), source: { Self.source([$0, $1]) },
        boundary: { Self.boundary([$0, $1]) }, reaction: reaction)
    let density = try CollocationDensity(
      problem, envelope: row.envelope, components: Self.components, boundaryWeight: 20, boundaryFloor: 0.1,
      residualFloor: 0.2, jitter: 1e-3)
    let literal = LiteralCollocationDensity(
      axes: problem.axes, source: problem.source, boundary: Self.boundary,
      reaction: { u in row.isNonlinear ? u * u * u - u : 0 }, envelope: row.envelope,
      components: Self.components,
      boundaryWeight: 20, boundaryFloor: 0.1, residualFloor: 0.2, jitter: 1e-3)
    let values = (0..<density.pointCount).map { 0.4 * sin(1.7 * Double($0)) + 0.2 }
    // log w, log l and f of two components, for each axis.
    let mixtures: [Double] = [-0.2, -1.4, 0.3, -0.9, -0.9, 1.1, 0.2, -1.2, 0.2, -0.7, -1.6, 0.9]
    let parameters: [Double] = Array(mixtures[..<(6 * row.dimensions)]) + [0.3, -1.1]
    return (density, literal, values + parameters)
  }

  @Test("is the formula of the paper", arguments: rows)
  func value(row: Row) throws {
    let (density, literal, position) = try densities(row)
    #expect(position.count == density.dimension)
    var workspace = density.makeWorkspace()
    // The second evaluation finds what the first left in the workspace.
    for shift in [0.0, 0.1] {
      let shifted = position.map { $0 + shift }
      let expected = try literal.logDensity(at: shifted)
      let value = density.logDensity(at: shifted.span, workspace: &workspace)
      #expect(abs(value - expected) < 1e-10 * expected.magnitude, "\(value) against \(expected)")
    }
  }

  @Test("has the gradient of the formula by central differences", arguments: rows)
  func gradient(row: Row) throws {
    let (density, literal, position) = try densities(row)
    var workspace = density.makeWorkspace()
    var gradient = Array(repeating: Double.nan, count: density.dimension)
    var span = gradient.mutableSpan
    let value = density.logDensity(at: position.span, gradient: &span, workspace: &workspace)
    #expect(try abs(value - literal.logDensity(at: position)) < 1e-10 * value.magnitude)
    let largest = gradient.reduce(0) { max($0, $1.magnitude) }
    for i in position.indices {
      func at(_ step: Double) throws -> Double {
        var moved = position
        moved[i] += step
        return try literal.logDensity(at: moved)
      }
      // The error is of order h^4, and rounding of the values over h.
      let h = 1e-3
      let difference = try (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
      #expect(
        abs(gradient[i] - difference) < 1e-8 * largest, "coordinate \(i): \(gradient[i]), \(difference)")
    }
  }

  @Test(
    "the gradient of log |K| stays right where K is close to singular", arguments: StationaryEnvelope.allCases
  )
  func illConditioned(envelope: StationaryEnvelope) throws {
    // At U = 0 nothing else depends on the parameters: -1/2 tr(K^-1 dK), with a condition number of 2e8.
    let (n, jitter) = (200, 1e-6)
    let problem = try CollocationProblem(on: 0...1, points: n, source: { $0 }, boundary: { $0 })
    let density = try CollocationDensity(
      problem, envelope: envelope, components: 3, boundaryWeight: 1, boundaryFloor: 1e-8, residualFloor: 1e-8,
      jitter: jitter)
    let parameters = [-0.1, 0.2, 0, -0.5, -0.3, 2, 0.3, 0.1, 5]
    let k = try StationaryCovariance.matern52(lengthScale: 1)
    let covariance = try StationaryCovariance(
      envelope, components: Array(repeating: k.components[0], count: 3)
    )
    .withParameters(parameters)
    var matrix = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0..<n {
        matrix[i, j] = try covariance.value(at: Double(i - j) / Double(n - 1)) + (i == j ? jitter : 0)
      }
    }
    let inverse = try Cholesky(matrix).inverse
    var expected = Array(repeating: 0.0, count: parameters.count)
    for i in 0..<n {
      for j in 0..<n {
        let derivatives = try covariance.gradient(at: Double(i - j) / Double(n - 1))
        for p in expected.indices { expected[p] -= 0.5 * inverse[i, j] * derivatives[p] }
      }
    }
    let position = Array(repeating: 0.0, count: n) + parameters + [0, 0]
    var gradient = position
    var span = gradient.mutableSpan
    var workspace = density.makeWorkspace()
    _ = density.logDensity(at: position.span, gradient: &span, workspace: &workspace)
    let largest = expected.reduce(0) { max($0, $1.magnitude) }
    for p in expected.indices {
      #expect(
        abs(gradient[n + p] - expected[p]) < 1e-6 * largest, "\(gradient[n + p]) against \(expected[p])")
    }
  }

  @Test("is 0, its gradient too, where a covariance is not positive definite")
  func notPositiveDefinite() throws {
    let (density, _, start) = try densities(Self.rows[0])
    var position = start
    position[density.pointCount] = 800
    var workspace = density.makeWorkspace()
    var gradient = position
    var span = gradient.mutableSpan
    #expect(density.logDensity(at: position.span, gradient: &span, workspace: &workspace) == -.infinity)
    #expect(gradient.allSatisfy { $0 == 0 })
  }
}
