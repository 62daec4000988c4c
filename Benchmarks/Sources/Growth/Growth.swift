import ArgumentParser
import Foundation
import Inference
import Measures
import PPL

/// How the cost of particles grows with steps and particles, as figures and as a plot.
@main struct Growth: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "growth",
    abstract: "CPU time and memory of bootstrap filters, static and recursive, against steps times particles.")

  @Option(help: "The most steps of static programs.") var steps = 10_000
  @Option(help: "The most particles of static programs.") var particles = 100_000
  @Option(help: "The most steps times particles of dynamic programs.") var dynamic = 10_000_000
  @Option(help: "Where the plot goes.") var output = "output/growth.svg"
  @Flag(help: "Print figures as JSON.") var json = false

  struct Point: Codable {
    let steps: Int
    let particles: Int
    let cpuSeconds: Double
    let peakMegabytes: Double
    var size: Double { Double(steps) * Double(particles) }
  }

  /// Sizes of one kind of program that grow in one direction.
  struct Series: Codable {
    let name: String
    var points: [Point] = []

    /// The slope of log CPU time against log size, by least squares.
    var slope: Double { logarithmicSlope(points.map(\.size), points.map(\.cpuSeconds)) }
  }

  struct Figures: Codable {
    let series: [Series]
    let slopes: [String: Double]
  }

  func run() async throws {
    let series = [
      try await measure("static, steps", sizes(1_000, upTo: steps).map { ($0, 10_000) }, Self.chain),
      try await measure("static, particles", sizes(1_000, upTo: particles).map { (1_000, $0) }, Self.chain),
      try await measure("static, both", [(steps, particles)], Self.chain),
      try await measure(
        "dynamic, steps", sizes(100, upTo: dynamic / 1_000).map { ($0, 100) }, Self.recursion),
      try await measure(
        "dynamic, particles", sizes(100, upTo: dynamic / 100).map { (100, $0) }, Self.recursion),
    ]
    try draw(series)
    if json {
      let slopes = Dictionary(
        uniqueKeysWithValues: series.filter { $0.points.count > 1 }.map { ($0.name, $0.slope) })
      return try printJSON(Figures(series: series, slopes: slopes))
    }
    for series in series where series.points.count > 1 {
      show(String(format: "%@: slope %.3f", series.name, series.slope))
    }
    show("plot: \(output)")
  }

  /// Prints a line at once, in a pipe too.
  private func show(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  private func measure<Value>(
    _ name: String, _ sizes: [(steps: Int, particles: Int)], _ model: (Int) -> Model<Value>
  ) async throws -> Series {
    var series = Series(name: name)
    if !json { show(name) }
    for (steps, particles) in sizes {
      let filter = SequentialMonteCarlo(particles: particles) { Resample(.systematic, when: .always) }
      let start = ProcessUsage.cpuSeconds
      _ = try await filter.run(model(steps), seed: 1)
      let point = Point(
        steps: steps, particles: particles, cpuSeconds: ProcessUsage.cpuSeconds - start,
        peakMegabytes: ProcessUsage.peakMegabytes)
      series.points.append(point)
      if json { continue }
      show(
        String(
          format: "  %9d steps, %8d particles: %9.3f CPU s, %7.1f ns a particle and step, peak memory %.0f MB",
          point.steps, point.particles, point.cpuSeconds, point.cpuSeconds * 1e9 / point.size, point.peakMegabytes))
    }
    return series
  }

  /// An autoregression, seen with noise: a normal draw and a normal score a step.
  private static func chain(_ steps: Int) -> Model<Random<Double>> {
    let data = RandomKey(seed: 2).normals(steps)
    return Model {
      let scan = Scan("series", over: data, from: Random<Double>(0)) { x, y in
        let next = Latent("x", Normal(0.9 * x, 0.5))
        Observe(y, from: Normal(next, 1), as: "y")
        Return(next)
      }
      scan
      Return(scan.final)
    }
  }

  /// The same as a recursion of the host language: a bind and a score a step.
  private static func recursion(_ steps: Int) -> Model<Random<Double>> {
    follow(0, RandomKey(seed: 2).normals(steps)[...])
  }

  private static func follow(_ x: Double, _ data: ArraySlice<Double>) -> Model<Random<Double>> {
    guard let y = data.first else { return Model { Return(Random(x)) } }
    return Latent(Normal(0.9 * x, 0.5)).flatMap { next -> Model<Random<Double>> in
      Model {
        Observe(y, from: Normal(next, 1))
        let end = try Submodel("next", follow(next, data.dropFirst()))
        end
        Return(end.value)
      }
    }
  }

  private func draw(_ series: [Series]) throws {
    let layers = series.filter { $0.points.count > 1 }.enumerated().map { number, series in
      Plot.Layer(
        .line(x: series.points.map { log10($0.size) }, y: series.points.map { log10($0.cpuSeconds) }),
        name: String(format: "%@ (slope %.2f)", series.name, series.slope), ink: .series(number))
    }
    let plot = Plot(
      title: "Bootstrap filters", x: Plot.Axis("log10 of steps x particles"), y: Plot.Axis("log10 of CPU seconds"),
      layers: layers)
    try plot.write(to: output)
  }
}
