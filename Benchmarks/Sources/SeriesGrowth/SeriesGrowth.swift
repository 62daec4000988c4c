import ArgumentParser
import Foundation
import GP
import Measures
import PPL

/// How the cost of regression in state space grows with the length of a series.
@main struct SeriesGrowth: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "series-growth",
    abstract: "CPU time and memory of a Matern 3/2 and a quasi-periodic process against the number of points.")

  @Option(help: "The most points.") var points = 1_000_000
  @Flag(help: "Points at random distances instead of equal ones.") var irregular = false
  @Flag(help: "Print figures as JSON.") var json = false

  struct Row: Codable {
    let points, states: Int
    /// CPU seconds of: the factorisation with the evidence, the gradient of the evidence in all hyper-parameters, mean
    /// and variance at 1,000 new points, and leave-one-out predictions of all.
    let evidence, gradient, prediction, leaveOneOut: Double
    let peakMegabytes: Double
  }

  func validate() throws {
    guard points >= 1_000 else { throw ValidationError("--points = \(points), expected >= 1000") }
  }

  func run() throws {
    var (rows, count) = ([Row](), 1_000)
    if !json { print("   points  states   evidence   gradient  1000 new  leave-one-out   peak MB") }
    while true {
      let row = try measure(count)
      rows.append(row)
      if !json {
        print(
          String(
            format: "%9d %7d %9.3f s %8.3f s %7.3f s %12.3f s %9.0f", row.points, row.states, row.evidence,
            row.gradient, row.prediction, row.leaveOneOut, row.peakMegabytes))
      }
      guard count < points else { break }
      count = min(10 * count, points)
    }
    guard json else { return }
    try printJSON(rows)
  }

  private func measure(_ count: Int) throws -> Row {
    let wave = try CentredPeriodicKernel(period: 1)
    let season = try (wave * RadialKernel(.matern32, lengthScale: 30)).scaled(by: 1)
    let kernel = try RadialKernel(.matern32, lengthScale: 5).scaled(by: 2) + season
    let (jitter, noise) = (RandomKey(seed: 1).uniforms(count), RandomKey(seed: 2).normals(count))
    let t = (0..<count).map { 0.02 * (Double($0) + (irregular ? 0.4 * jitter[$0] : 0)) }
    let y = t.indices.map { sin(2 * .pi * t[$0]) + sin(t[$0] / 10) + 0.3 * noise[$0] }
    let process = try GaussianProcess(kernel, noiseVariance: 0.09, mean: .constant)
    var posterior = try process.condition(on: Matrix(points: [0, 1]), [0, 1], structure: .dense)
    let evidence = try ProcessUsage.cpuSeconds {
      posterior = try process.condition(on: Matrix(points: t), y, structure: .stateSpace)
    }
    let gradient = ProcessUsage.cpuSeconds { _ = posterior.evidenceGradient() }
    let new = Matrix(points: (0..<1_000).map { 0.02 * Double(count) * Double($0) / 900 })
    let prediction = try ProcessUsage.cpuSeconds { _ = try posterior.predict(at: new) }
    let leaveOneOut = ProcessUsage.cpuSeconds { _ = posterior.leaveOneOut() }
    return Row(
      points: count, states: try kernel.stateSpaceModel().states, evidence: evidence, gradient: gradient,
      prediction: prediction, leaveOneOut: leaveOneOut, peakMegabytes: ProcessUsage.peakMegabytes)
  }
}
