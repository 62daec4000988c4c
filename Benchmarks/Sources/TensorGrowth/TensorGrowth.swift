import ArgumentParser
import Foundation
import GP
import Inference
import Measures
import PPL
import Synchronization

/// How the cost of functional tensors grows with entries and with coordinates, and what a sweep takes beside
/// its floor.
@main struct TensorGrowth: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tensor-growth",
    abstract: "CPU time and memory of functional tensors against entries and coordinates, on one core.")

  @Option(help: "The most entries.") var entries = 10_000_000
  @Option(help: "The most coordinates of a mode.") var coordinates = 100_000
  @Option(help: "Sweeps of each fit, with hyper-parameters learned.") var sweeps = 5
  @Option(help: "Where the plot goes.") var output = "output/tensor-growth.svg"
  @Flag(help: "Print figures as JSON.") var json = false

  struct Point: Codable {
    let entries: Int
    let coordinates: Int
    let cpuSeconds: Double
    let peakMegabytes: Double
  }

  /// Sizes that grow in one direction.
  struct Series: Codable {
    let name: String
    let size: [Int]
    let points: [Point]
    /// The slope of log CPU time against log size, by least squares, over the upper half of the sizes: below,
    /// what every fit costs weighs in.
    let slope: Double

    init(_ name: String, _ points: [Point], size: (Point) -> Int) {
      (self.name, self.points, self.size) = (name, points, points.map(size))
      let chosen = points.suffix(max(2, (points.count + 1) / 2))
      slope = logarithmicSlope(chosen.map { Double(size($0)) }, chosen.map(\.cpuSeconds))
    }
  }

  /// A sweep without and with hyper-parameters that are learned.
  struct Sweep: Codable {
    let form: String
    let milliseconds: Double
    let learningMilliseconds: Double
    /// Of a naive program in C, measured on one machine: a figure to compare with, no limit elsewhere.
    let floorMilliseconds: Double?
  }

  struct Figures: Codable {
    let sweeps: [Sweep]
    let series: [Series]
  }

  /// Entries and coordinates of a data set of air pollution by temperature, pressure and day.
  private static let air = (entries: 16_965, coordinates: [428, 501, 1461])

  func run() throws {
    let sweeps = try measureSweeps()
    let series = [
      try measure("coordinates", sizes(1_000, upTo: coordinates).map { (2 * $0, $0) }) { $0.coordinates },
      try measure("entries", sizes(10_000, upTo: entries).map { ($0, 1_000) }) { $0.entries },
    ]
    try draw(series)
    if json { return try printJSON(Figures(sweeps: sweeps, series: series)) }
    for series in series { print(String(format: "%@: slope %.3f", series.name, series.slope)) }
    print("plot: \(output)")
  }

  /// Two products of waves, with noise, at random cells of a grid.
  private static func data(_ entries: Int, coordinates: [Int]) throws -> TensorData {
    let key = RandomKey(seed: 1)
    let columns = coordinates.enumerated().map { mode, count in
      key.child(UInt64(mode)).uniforms(entries).map { ($0 * Double(count)).rounded(.down) / Double(count) }
    }
    let noise = key.child("noise").normals(entries)
    let values = (0..<entries).map { i in
      let (x, y, z) = (columns[0][i], columns[1][i], columns[2][i])
      return sin(7 * x) * cos(5 * y) * (1 + z) + cos(9 * z + x) + 0.3 * noise[i]
    }
    return try TensorData(coordinates: columns, values: values)
  }

  private static func model(_ form: TensorForm, sweeps: Int) -> FunctionalTensor {
    var model = FunctionalTensor(form, smoothness: .half)
    (model.starts, model.maximumSweeps, model.tolerance) = (1, sweeps, 1e-300)
    return model
  }

  private static func seconds(_ data: TensorData, _ model: FunctionalTensor) throws -> Double {
    try ProcessUsage.cpuSeconds { _ = try model.fit(data, seed: 1) }
  }

  /// The CPU seconds of each sweep of a fit.
  private static func secondsOfSweeps(_ data: TensorData, _ model: FunctionalTensor) throws -> [Double] {
    let clock = Mutex([Double]())
    _ = try model.fit(data, seed: 1) { _, _, _ in clock.withLock { $0.append(ProcessUsage.cpuSeconds) } }
    let times = clock.withLock { $0 }
    return zip(times.dropFirst(), times).map { $0 - $1 }
  }

  /// Those that a sweep is timed in.
  private static var fits: Int { 21 }

  /// By the clock between one sweep and the next; the second sweep of a fit is the only one that neither starts
  /// nor learns.
  private func measureSweeps() throws -> [Sweep] {
    let data = try Self.data(Self.air.entries, coordinates: Self.air.coordinates)
    return try [(2, 0.5), (3, 0.9), (5, 2.5), (7, 5)].map { rank, floor in
      let fits = try (0..<Self.fits).map { _ in
        try Self.secondsOfSweeps(data, Self.model(.cp(rank: rank), sweeps: 22))
      }
      func median(_ seconds: ([Double]) -> Double) -> Double { fits.map(seconds).sorted()[Self.fits / 2] }
      let sweep = Sweep(
        form: "CP \(rank)", milliseconds: 1e3 * median { $0[0] },
        learningMilliseconds: 1e3 * median { $0.dropFirst().reduce(0, +) / Double($0.count - 1) }, floorMilliseconds: floor)
      if !json {
        print(
          String(
            format:
              "%@, %d entries: %.2f ms a sweep (a naive C program: %.1f), %.2f ms with hyper-parameters learned",
            sweep.form, data.count, sweep.milliseconds, floor, sweep.learningMilliseconds))
        fflush(nil)
      }
      return sweep
    }
  }

  private func measure(
    _ name: String, _ sizes: [(entries: Int, coordinates: Int)], size: (Point) -> Int
  ) throws -> Series {
    if !json { print(name) }
    let points = try sizes.map { entries, coordinates in
      let data = try Self.data(entries, coordinates: [coordinates, coordinates / 2, coordinates / 4])
      let seconds = try Self.seconds(data, Self.model(.cp(rank: 3), sweeps: sweeps))
      let point = Point(
        entries: entries, coordinates: coordinates, cpuSeconds: seconds, peakMegabytes: ProcessUsage.peakMegabytes)
      if !json {
        print(
          String(
            format:
              "  %9d entries, %8d coordinates: %8.3f CPU s, %7.1f ns an entry and sweep, peak memory %.0f MB",
            entries, coordinates, seconds, seconds * 1e9 / Double(entries * sweeps), point.peakMegabytes))
        fflush(nil)
      }
      return point
    }
    return Series(name, points, size: size)
  }

  private func draw(_ series: [Series]) throws {
    let layers = series.enumerated().map { number, series in
      Plot.Layer(
        .line(x: series.size.map { log10(Double($0)) }, y: series.points.map { log10($0.cpuSeconds) }),
        name: String(format: "%@ (slope %.2f)", series.name, series.slope), ink: .series(number))
    }
    let plot = Plot(
      title: "Functional tensors", x: Plot.Axis("log10 of entries or coordinates"),
      y: Plot.Axis("log10 of CPU seconds"), layers: layers)
    try plot.write(to: output)
  }
}
