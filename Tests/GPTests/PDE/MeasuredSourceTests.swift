import Foundation
import GP
import NumericCore
import Testing

@Suite("Sources that are measured")
struct MeasuredSourceTests {
  /// u'' of a sum of oscillations on [0, 1] and u itself.
  private let u: @Sendable (Double) -> Double = { sin(12 * $0) + 0.2 * cos(50 * $0) }
  private let source: @Sendable (Double) -> Double = { -144 * sin(12 * $0) - 500 * cos(50 * $0) }

  private func error(_ measured: [Double]) throws -> Double {
    let exact = u
    let problem = PDE(on: .box([0, 1])) { v in
      Equation(laplacian(v) == Field(measured: measured))
      Boundary(.dirichlet(exact))
    }
    let x = uniform(0, 1, 200)
    let solution = try problem.solve(grid: [measured.count])
    return relativeError(try solution.values(on: [x]), x.map(exact))
  }

  @Test("a third of the source missing at random costs few digits")
  func missing() throws {
    let gaps = RandomKey(seed: 1).uniforms(200)
    let values = zip(uniform(0, 1, 200), gaps).map { $1 < 0.33 ? .nan : source($0) }
    #expect(try error(values) < 1e-6)
  }

  @Test("noise costs a sixth of what it costs those who integrate the source: seeds 1 to 10", arguments: [0.01, 0.05])
  func noise(level: Double) throws {
    let count = 200
    let x = uniform(0, 1, count)
    let truth = x.map(u)
    let deviation = level * (x.reduce(0) { $0 + source($1) * source($1) } / Double(count)).squareRoot()
    var (found, integrated, held) = (0.0, 0.0, 0)
    for seed in 1...10 {
      let noise = RandomKey(seed: UInt64(seed)).normals(count).map { deviation * $0 }
      let exact = u
      let solution = try PDE(on: .box([0, 1])) { v in
        Equation(laplacian(v) == Field(measured: zip(x, noise).map { source($0) + $1 }))
        Boundary(.dirichlet(exact))
      }.solve(grid: [count])
      let error = relativeError(try solution.values(on: [x]), truth)
      found += error * error
      let places = [0.12, 0.37, 0.61, 0.9]
      let misses = zip(try solution.values(on: [places]), places.map(u)).map { $0 - $1 }
      held += zip(misses, try solution.standardDeviations(on: [places])).count { $0.magnitude < 1.6449 * $1 }
      // What noise alone does to u: u'' = noise with u = 0 at both ends, by the trapezoidal rule twice.
      let h = 1 / Double(count - 1)
      var (slope, value, path) = (0.0, 0.0, [0.0])
      for i in 1..<count {
        slope += 0.5 * h * (noise[i - 1] + noise[i])
        value += h * slope
        path.append(value)
      }
      let wrong = relativeError(path.indices.map { truth[$0] + path[$0] - value * x[$0] }, truth)
      integrated += wrong * wrong
    }
    #expect(found < integrated / 36, "\(found.squareRoot()) \(integrated.squareRoot())")
    // 36 of 40 expected; those of one source hang together.
    #expect(held >= 30, "\(held)")
  }

  @Test("what is close to the grid's highest frequency and above the noise is no noise")
  func fast() throws {
    let (count, omega, amplitude) = (400, 950.0, 0.002)
    let exact: @Sendable (Double) -> Double = { sin(12 * $0) + amplitude * cos(omega * $0) }
    let values = zip(uniform(0, 1, count), RandomKey(seed: 3).normals(count)).map { x, z in
      -144 * sin(12 * x) - amplitude * omega * omega * cos(omega * x) + 13 * z
    }
    let solution = try PDE(on: .box([0, 1])) { v in
      Equation(laplacian(v) == Field(measured: values))
      Boundary(.dirichlet(exact))
    }.solve(grid: [count])
    let x = uniform(0, 1, 5001)
    let found = try solution.values(on: [x])
    let sum = zip(x, found).reduce(0) { $0 + ($1.1 - sin(12 * $1.0)) * cos(omega * $1.0) }
    // Its standard error is 13 sqrt(2 / count) / omega^2 = 1e-6; what else there is of u may add 1e-5.
    #expect((2 * sum / 5001 - amplitude).magnitude < 2e-5, "\(2 * sum / 5001)")
  }

  @Test("a nonlinear equation with a noisy source")
  func nonlinear() throws {
    let (exact, x) = (u, uniform(0, 1, 200))
    let normals = RandomKey(seed: 1).normals(200)
    let values = zip(x, normals).map { x, z in source(x) + u(x) * (u(x) * u(x) - 1) + 20 * z }
    let solution = try PDE(on: .box([0, 1])) { v in
      Equation(laplacian(v) + v * (v * v - 1) == Field(measured: values))
      Boundary(.dirichlet(exact))
    }.solve(grid: [200])
    let places = uniform(0.05, 0.95, 19)
    let misses = zip(try solution.values(on: [places]), places.map(u)).map { $0 - $1 }
    let deviations = try solution.standardDeviations(on: [places])
    #expect(zip(misses, deviations).allSatisfy { $0.magnitude < 4 * $1 })
    #expect(relativeError(try solution.values(on: [x]), x.map(u)) < 0.05)
  }

  @Test("a quarter of the source missing on a square")
  func square() throws {
    let exact: @Sendable (Double, Double) -> Double = { sin(9 * $0) * cos(7 * $1) + $0 * $1 }
    let count = 40
    let x = uniform(0, 1, count)
    let gaps = RandomKey(seed: 2).uniforms(count * count)
    let values = (0..<count * count).map { i in
      gaps[i] < 0.25 ? .nan : -130 * sin(9 * x[i % count]) * cos(7 * x[i / count])
    }
    let problem = PDE(on: .box([0, 1], [0, 1])) { v in
      Equation(laplacian(v) == Field(measured: values))
      Boundary(.dirichlet(exact))
    }
    let solution = try problem.solve(grid: [count, count])
    let error = relativeError(try solution.values(on: [x, x]), x.flatMap { y in x.map { exact($0, y) } })
    #expect(error < 1e-4)
  }

  @Test("what is no measurement of a source is refused")
  func errors() {
    func solve(_ values: [Double]) throws {
      _ = try PDE(on: .box([0, 1])) { v in
        Equation(laplacian(v) == Field(measured: values))
        Boundary(.dirichlet(0))
      }.solve(grid: [20])
    }
    #expect(throws: PDEError.wrongMeasurements(what: "source", count: 3, points: 20)) { try solve([1, 2, 3]) }
    #expect(throws: PDEError.nothingMeasured) { try solve(Array(repeating: .nan, count: 20)) }
    #expect(throws: PDEError.nonFinite(what: "source", point: [0], value: .infinity)) {
      try solve([.infinity] + Array(repeating: 0, count: 19))
    }
    #expect(throws: PDEError.wrongMeasurements(what: "boundary value", count: 1, points: 1)) {
      try PDE(on: .box([0, 1])) { v in
        Equation(laplacian(v) == 1)
        Boundary(.dirichlet(Field(measured: [1])))
      }.solve(grid: [20])
    }
  }
}
