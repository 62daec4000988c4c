import ArgumentParser
import Foundation
import GP
import Measures
import PPL

/// Differential equations by Gaussian processes beside Chebyshev collocation, and their growth beside the matrix
/// products that they cannot do without.
@main struct Collocation: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collocation",
    abstract:
      "Errors and CPU seconds beside Chebyshev collocation, on exact, noisy and incomplete sources; growth."
  )

  @Option(help: "The repetitions of each time; the shortest counts.") var repetitions = 3
  @Option(help: "Where the plot of the growth goes.") var output = "output/collocation.svg"
  @Flag(help: "Print figures as JSON.") var json = false

  struct Figures: Codable {
    var exact: [Comparison] = []
    var measured: [Comparison] = []
    var growth: [Growth] = []
  }
  struct Comparison: Codable {
    let problem: String
    let error, chebyshevError: Double
    var seconds, chebyshevSeconds: Double?
    /// Of Numerov's differences at the points of the measurements.
    var differencesError: Double?
  }
  struct Growth: Codable {
    let grid: [Int]
    /// Of `solve`, and of one matrix product along each axis.
    let seconds, floor: Double
  }

  func validate() throws {
    guard repetitions >= 1 else { throw ValidationError("--repetitions = \(repetitions), expected at least 1") }
  }

  func run() throws {
    var figures = Figures()
    figures.exact = try LineProblem.all.map(exact)
    for (name, noise, missing) in [
      ("noise 1%", 0.01, 0.0), ("noise 5%", 0.05, 0), ("a third missing", 0, 1.0 / 3),
      ("noise 5%, a third missing", 0.05, 1.0 / 3),
    ] { figures.measured.append(try measured(name, noise: noise, missing: missing)) }
    figures.growth = try [[200, 200], [400, 400], [800, 800], [1000, 1000], [50, 50, 50], [100, 100, 100]].map(
      growth)
    try draw(figures.growth)
    if json { return try printJSON(figures) }
    print("Exact sources, as many points: relative error and CPU seconds")
    for row in figures.exact {
      print(
        String(
          format: "%@: %.1e in %.3f s; Chebyshev %.1e in %.3f s", row.problem, row.error, row.seconds ?? 0,
          row.chebyshevError, row.chebyshevSeconds ?? 0))
    }
    print(
      """

      u = sin 12x + .2 cos 50x from a source measured at 200 points: root mean square of relative errors, 10 seeds
      """
    )
    for row in figures.measured {
      print(
        String(
          format: "%@: %.1e; Chebyshev on the interpolated source %.1e; finite differences %.1e", row.problem,
          row.error, row.chebyshevError, row.differencesError ?? .nan))
    }
    print(
      """

      Poisson's equation, u a product of sin 100x, in 3D of sin 40x: CPU seconds, and over one matrix product \
      along each axis
      """)
    for row in figures.growth {
      let grid = row.grid.map(String.init).joined(separator: " x ")
      print(String(format: "%@: %.3f s, %.0f times", grid, row.seconds, row.seconds / row.floor))
    }
  }

  private func exact(_ p: LineProblem) throws -> Comparison {
    let problem = PDE(on: .box([p.ends.lower, p.ends.upper])) { u in
      Equation(laplacian(u) + (p.reaction ? u * (u * u - 1) : 0) == { p.source($0) })
      Boundary(.dirichlet(p.exact))
    }
    let (solution, seconds) = try shortest { try problem.solve(grid: [p.points]) }
    let x = uniform(p.ends.lower, p.ends.upper, 300)
    let truth = x.map(p.exact)
    let ((chebyshev, values), chebyshevSeconds) = try shortest {
      let chebyshev = Chebyshev(p.ends.lower, p.ends.upper, count: p.points)
      let values = try chebyshev.solve(
        source: chebyshev.points.map(p.source), ends: (p.exact(p.ends.upper), p.exact(p.ends.lower)),
        reaction: p.reaction)
      return (chebyshev, values)
    }
    return Comparison(
      problem: p.name, error: relativeError(try solution.values(on: [x]), truth),
      chebyshevError: relativeError(x.map { chebyshev.interpolate(values, at: $0) }, truth), seconds: seconds,
      chebyshevSeconds: chebyshevSeconds)
  }

  /// Chebyshev's points are not those of the measurements, and differences need all of these: between measurements
  /// the source is interpolated, by cubics, or linearly where there is noise, which cubics magnify.
  private func measured(_ name: String, noise: Double, missing: Double) throws -> Comparison {
    let exact: @Sendable (Double) -> Double = { sin(12 * $0) + 0.2 * cos(50 * $0) }
    let source: @Sendable (Double) -> Double = { -144 * sin(12 * $0) - 500 * cos(50 * $0) }
    let count = 200
    let x = uniform(0, 1, count)
    let size = (x.reduce(0) { $0 + source($1) * source($1) } / Double(count)).squareRoot()
    let truth = x.map(exact)
    var squares = (process: 0.0, chebyshev: 0.0, differences: 0.0)
    for seed in 1...10 {
      let key = RandomKey(seed: UInt64(seed))
      let (normals, gaps) = (key.child(0).normals(count), key.child(1).uniforms(count))
      let values = x.indices.map { gaps[$0] < missing ? .nan : source(x[$0]) + noise * size * normals[$0] }
      let problem = PDE(on: .box([0, 1])) { u in
        Equation(laplacian(u) == Field(measured: values))
        Boundary(.dirichlet(exact))
      }
      let error = relativeError(try problem.solve(grid: [count]).values(on: [x]), truth)
      squares.process += error * error / 10
      let interpolated = Interpolation(x, values, degree: noise > 0 ? 1 : 3)
      let chebyshev = Chebyshev(0, 1, count: 100)
      let u = try chebyshev.solve(
        source: chebyshev.points.map(interpolated.value), ends: (exact(1), exact(0)), reaction: false)
      let chebyshevError = relativeError(x.map { chebyshev.interpolate(u, at: $0) }, truth)
      squares.chebyshev += chebyshevError * chebyshevError / 10
      let differences = Numerov.solve(
        source: x.map(interpolated.value), spacing: x[1] - x[0], ends: (exact(0), exact(1)))
      let differencesError = relativeError(differences, truth)
      squares.differences += differencesError * differencesError / 10
    }
    return Comparison(
      problem: name, error: squares.process.squareRoot(), chebyshevError: squares.chebyshev.squareRoot(),
      differencesError: squares.differences.squareRoot())
  }

  private func growth(_ grid: [Int]) throws -> Growth {
    let omega = grid.count == 3 ? 40.0 : 100
    let problem: PDE =
      grid.count == 3
      ? PDE(on: .box([0, 1], [0, 1], [0, 1])) { u in
        Equation(laplacian(u) == { -3 * omega * omega * sin(omega * $0) * sin(omega * $1) * sin(omega * $2) })
        Boundary(.dirichlet({ sin(omega * $0) * sin(omega * $1) * sin(omega * $2) }))
      }
      : PDE(on: .box([0, 1], [0, 1])) { u in
        Equation(laplacian(u) == { -2 * omega * omega * sin(omega * $0) * sin(omega * $1) })
        Boundary(.dirichlet({ sin(omega * $0) * sin(omega * $1) }))
      }
    let seconds = try shortest { try problem.solve(grid: grid) }.seconds
    let (n, rest) = (grid[0], grid.dropFirst().reduce(1, *))
    let (a, b) = (Matrix(rows: n, columns: n, repeating: 1), Matrix(rows: n, columns: rest, repeating: 1))
    let floor = try shortest { a * b }.seconds * Double(grid.count)
    return Growth(grid: grid, seconds: seconds, floor: floor)
  }

  /// The result of the last run, and the CPU seconds of the fastest.
  private func shortest<T>(_ body: () throws -> T) throws -> (result: T, seconds: Double) {
    var seconds = Double.infinity
    for _ in 1..<repetitions { seconds = min(seconds, try ProcessUsage.cpuSeconds { _ = try body() }) }
    let start = ProcessUsage.cpuSeconds
    let result = try body()
    return (result, min(seconds, ProcessUsage.cpuSeconds - start))
  }

  private func uniform(_ lower: Double, _ upper: Double, _ count: Int) -> [Double] {
    (0..<count).map { $0 == count - 1 ? upper : lower + (upper - lower) * Double($0) / Double(count - 1) }
  }

  private func relativeError(_ values: [Double], _ exact: [Double]) -> Double {
    let squares = zip(values, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (squares / exact.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }
}
