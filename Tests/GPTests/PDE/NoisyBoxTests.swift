import Foundation
import GP
import NumericCore
import Testing

@Suite("Noisy sources on boxes")
struct NoisyBoxTests {
  private typealias Plane = @Sendable (Double, Double) -> Double

  /// Values on a grid of the unit square, with noise relative to their root mean square, and some missing.
  private func measured(_ f: Plane, points: Int, noise: Double, missing: Double, seed: UInt64) -> Field {
    let x = uniform(0, 1, points)
    let values = x.flatMap { y in x.map { f($0, y) } }
    let size = (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
    let normals = RandomKey(seed: seed).normals(values.count)
    var stream = RandomStream(RandomKey(seed: seed).child(1))
    return Field(
      measured: values.enumerated().map { i, value in
        Double.random(in: 0..<1, using: &stream) < missing ? .nan : value + noise * size * normals[i]
      })
  }

  @Test(
    "noise is found by the evidence, and intervals hold u: seeds 1 to 3",
    arguments: [(0.01, 0.0), (0.05, 0.0), (0.02, 0.2)])
  func noise(noise: Double, missing: Double) throws {
    let exact: Plane = { sin(9 * $0) * cos(7 * $1) }
    let x = uniform(0.05, 0.95, 12)
    let truth = x.flatMap { y in x.map { exact($0, y) } }
    var (inside, squares, variances) = (0, 0.0, 0.0)
    for seed in 1...3 {
      let source = measured(
        { -130 * exact($0, $1) }, points: 36, noise: noise, missing: missing, seed: UInt64(seed))
      let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
        Equation(laplacian(u) == source)
        Boundary(.dirichlet(exact))
      }.solve(grid: [36, 36])
      // Half of the noise, and twice.
      #expect((0.5...2).contains(solution.report.relativeResidual / noise))
      let values = try solution.values(on: [x, x])
      let deviations = try solution.standardDeviations(on: [x, x])
      for (i, value) in values.enumerated() {
        let error = value - truth[i]
        if error.magnitude < 1.645 * deviations[i] { inside += 1 }
        squares += error * error
        variances += deviations[i] * deviations[i]
      }
      #expect(relativeError(values, truth) < noise)
    }
    // Errors at neighbouring points depend on each other: a few dozen are independent.
    let share = Double(inside) / Double(3 * truth.count)
    #expect((0.6...1).contains(share), "\(share)")
    #expect((0.4...2.5).contains((squares / variances).squareRoot()))
  }

  @Test("missing values alone cost few digits")
  func missing() throws {
    let exact: Plane = { sin(9 * $0) * cos(7 * $1) }
    let source = measured({ -130 * exact($0, $1) }, points: 40, noise: 0, missing: 0.2, seed: 1)
    let solution = try PDE(on: .box([0, 1], [0, 1])) { u in
      Equation(laplacian(u) == source)
      Boundary(.dirichlet(exact))
    }.solve(grid: [40, 40])
    let x = uniform(0, 1, 50)
    #expect(relativeError(try solution.values(on: [x, x]), x.flatMap { y in x.map { exact($0, y) } }) < 1e-7)
  }
}
