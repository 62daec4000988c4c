import ArgumentParser
import Foundation
import GP
import Inference
import Measures
import PPL

/// How the cost of a dynamic network's likelihood grows with nodes, bins and events, as figures and as a
/// plot.
@main struct NetworkGrowth: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network-growth",
    abstract: "CPU time of a likelihood with gradient against nodes, bins and events, and of a whole fit.")

  @Option(help: "The most nodes.") var nodes = 10_000
  @Option(help: "The most bins.") var bins = 100
  @Option(help: "The most events.") var events = 1_000_000
  @Option(help: "Fit a generated network of as many nodes to rest instead.") var fit: Int?
  @Option(help: "Fit a CSV file of source, target and time to rest instead.") var data: String?
  @Option(help: "The bins of that.") var fitBins = 20
  @Flag(help: "Choose the settings of the generated network by a default fit, in place of those it was drawn with.")
  var defaults = false
  @Option(help: "The most iterations of the search to rest.") var iterations = 5_000
  @Option(help: "Where the plot goes.") var output = "output/network-growth.svg"
  @Flag(help: "Print figures as JSON.") var json = false

  struct Point: Codable {
    let nodes: Int
    let bins: Int
    let events: Int
    let sums: String
    let milliseconds: Double
    let peakMegabytes: Double
    var nanosecondsAPairAndBin: Double {
      milliseconds * 1e6 / (Double(nodes) * Double(nodes - 1) / 2 * Double(bins))
    }
  }

  /// Sizes that grow in one direction.
  struct Series: Codable {
    let name: String
    var points: [Point] = []
    let size: [Double]

    /// The slope of log time against log size, by least squares over the upper half of sizes.
    var slope: Double {
      let upper = points.indices.suffix(max(2, (points.count + 1) / 2))
      return logarithmicSlope(upper.map { size[$0] }, upper.map { points[$0].milliseconds })
    }
  }

  func run() throws {
    if let data { return try descend(readingFrom: data) }
    if let fit { return try descend(generating: fit) }
    func doubled(_ first: Int, upTo last: Int) -> [Int] { sizes(first, upTo: last, factor: 2) }
    let (manyNodes, fewNodes) = (doubled(125, upTo: nodes), doubled(125, upTo: min(nodes, 2_000)))
    let (bins, events) = (doubled(10, upTo: self.bins), doubled(1_000, upTo: self.events))
    let series = [
      try measure("nodes, by a grid", manyNodes.map { ($0, 20, 0) }, manyNodes, .cheapest),
      try measure("nodes, pair by pair", fewNodes.map { ($0, 20, 0) }, fewNodes, .direct),
      try measure("bins", bins.map { (500, $0, 0) }, bins, .cheapest),
      try measure("events", events.map { (100, 20, $0) }, events, .cheapest),
    ]
    try draw(series)
    if json { return try printJSON(series) }
    for series in series { print(String(format: "%@: slope %.2f", series.name, series.slope)) }
    print("plot: \(output)")
  }

  private func measure(
    _ name: String, _ sizes: [(nodes: Int, bins: Int, events: Int)], _ size: [Int], _ sums: PairLikelihood.Sums
  ) throws -> Series {
    var series = Series(name: name, size: size.map(Double.init))
    if !json { print(name) }
    for (nodes, bins, events) in sizes {
      let trajectories = try Self.trajectories(nodes, bins)
      var stream = RandomStream(RandomKey(seed: 2))
      let happenings = try (0..<events).map { _ in
        let i = try stream.uniformInteger(below: nodes)
        let j = (i + 1 + (try stream.uniformInteger(below: nodes - 1))) % nodes
        return NetworkEvent(i: i, j: j, time: stream.uniform())
      }
      let likelihood = PairLikelihood(
        nodes: nodes, bins: bins, span: 1, events: happenings, relativeError: 1e-6, sums: sums)
      let point = Point(
        nodes: nodes, bins: bins, events: events, sums: "\(sums)",
        milliseconds: Self.milliseconds(likelihood, trajectories.parameters), peakMegabytes: ProcessUsage.peakMegabytes)
      series.points.append(point)
      if json { continue }
      print(
        String(
          format: "  %6d nodes, %4d bins, %8d events: %9.2f CPU ms, %7.3f ns a pair and bin, peak memory %.0f MB",
          nodes, bins, events, point.milliseconds, point.nanosecondsAPairAndBin, point.peakMegabytes))
    }
    return series
  }

  /// Nodes that cross about a fifth of the plane they live in, alike for all sizes.
  private static func trajectories(_ nodes: Int, _ bins: Int) throws -> NetworkTrajectories {
    var stream = RandomStream(RandomKey(seed: 1))
    return try NetworkTrajectories.draw(
      nodes: nodes, bins: bins, span: 1, rate: 1, initialScale: 2, velocityScale: 4, lengthScale: 0.1,
      using: &stream)
  }

  /// The least of a few evaluations, the first of which is not counted.
  private static func milliseconds(_ likelihood: PairLikelihood, _ parameters: [Double]) -> Double {
    var gradient = parameters
    var least = Double.infinity
    for _ in 0..<4 {
      let start = ProcessUsage.cpuSeconds
      _ = parameters.withUnsafeBufferPointer { p in
        gradient.withUnsafeMutableBufferPointer { likelihood.value(at: p, gradient: $0) }
      }
      least = min(least, (ProcessUsage.cpuSeconds - start) * 1e3)
    }
    return least
  }

  private func draw(_ series: [Series]) throws {
    let layers = series.filter { $0.points.count > 1 }.enumerated().map { number, series in
      Plot.Layer(
        .line(x: series.size.map { log10($0) }, y: series.points.map { log10($0.milliseconds) }),
        name: String(format: "%@ (slope %.2f)", series.name, series.slope), ink: .series(number))
    }
    let plot = Plot(
      title: "A likelihood with gradient", x: Plot.Axis("log10 of nodes, bins or events"),
      y: Plot.Axis("log10 of CPU milliseconds"), layers: layers)
    try plot.write(to: output)
  }
}
