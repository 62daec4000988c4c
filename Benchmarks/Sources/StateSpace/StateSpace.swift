import ArgumentParser
import Foundation
import Measures
import PPL

/// The cost of a step of a state-space model, and the memory of a long series.
@main struct StateSpace: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "state-space",
    abstract: "Forward runs of a linear Gaussian series: one normal draw and one normal score a lane and step.")

  @Option(help: "Steps of the short series, whose cost is measured.") var steps = 1_000
  @Option(help: "Lanes of the short series.") var lanes = 1_000
  @Option(help: "Steps of the long series, whose memory is measured.") var longSteps = 10_000
  @Option(help: "Lanes of the long series.") var longLanes = 100_000
  @Flag(help: "Print figures as JSON.") var json = false

  struct Figures: Codable {
    let nanosecondsPerLaneStep: Double
    let peakMegabytesShort: Double
    let longSeconds: Double
    let peakMegabytesLong: Double
  }

  func run() throws {
    let key = RandomKey(seed: 1)
    let short = try ForwardRun(Self.series(steps), recordsSteps: false)
    _ = try short.draws(count: lanes, key: key)
    let times = try (0..<9).map { _ in try Self.seconds { _ = try short.draws(count: lanes, key: key) } }.sorted()
    let cost = times[times.count / 2] * 1e9 / Double(steps * lanes)
    // The same number of lanes, so that only the steps differ.
    let fewSteps = try ForwardRun(Self.series(longSteps / 100), recordsSteps: false)
    _ = try fewSteps.draws(count: longLanes, key: key)
    let peakShort = ProcessUsage.peakMegabytes
    let long = try ForwardRun(Self.series(longSteps), recordsSteps: false)
    let longSeconds = try Self.seconds { _ = try long.draws(count: longLanes, key: key) }
    let figures = Figures(
      nanosecondsPerLaneStep: cost, peakMegabytesShort: peakShort, longSeconds: longSeconds,
      peakMegabytesLong: ProcessUsage.peakMegabytes)
    if json {
      try printJSON(figures)
    } else {
      print(String(format: "%d lanes, %d steps: %.1f ns a lane and step (median of 9)", lanes, steps, cost))
      print(
        String(
          format: "%d lanes: peak memory %.0f MB with %d steps, %.0f MB with %d steps (%.1f s)", longLanes,
          peakShort, longSteps / 100, figures.peakMegabytesLong, longSteps, longSeconds))
    }
  }

  static func series(_ steps: Int) -> Model<Random<Double>> {
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

  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let duration = try clock.measure(body)
    return Double(duration.components.seconds) + 1e-18 * Double(duration.components.attoseconds)
  }
}
