import ArgumentParser
import CommandSupport
import Foundation
import GP
import NumericCore

/// The figures of reference data at default settings, with the static model beside, and of generated
/// networks.
struct NetworkTable {
  let output: String
  let draws: Int
  let only: [String]

  private struct Row: Codable {
    let data: String
    let model: String
    let cpuSeconds: Double
    let negativeLogLikelihood: Double
    let reconstruction: TaskScores
    let completion: TaskScores?
    let prediction: TaskScores?
    let calibration: ForecastCalibration?
  }

  private struct Generated: Codable {
    let seed: UInt64
    let events: Int
    let heldOut: Double
    let staticHeldOut: Double
    /// Under the true trajectories, known until the end.
    let trueHeldOut: Double
  }

  private struct Table: Codable {
    let data: [Row]
    let generated: [Generated]
  }

  static let choices = files + ["generated"]
  private static let files = ["hypertext", "synth100", "haggle", "college"]
  /// The share of the pairs that completion leaves out, and the most pairs.
  private static let maskedShare = 0.2
  private static let mostMasked = 50_000.0
  /// The name of the parameters that a network was drawn with.
  private static let truth = "truth"

  func run(json: Bool) throws {
    guard let folder = ProcessInfo.processInfo.environment["BOREL_REFERENCE"] else {
      throw ValidationError("the data are in the folder that BOREL_REFERENCE names, which is not set")
    }
    if !json {
      print(
        "data       model    CPU s        NLL  task            ROC-AUC            PR-AUC             held out"
      )
    }
    var rows: [Row] = []
    for file in Self.files where only.isEmpty || only.contains(file) {
      let table = try DataTable(contentsOf: "\(folder)/data/pivem/\(file).csv")
      let network = try DynamicNetwork(
        sources: table.strings("source"), targets: table.strings("target"), times: table.doubles("time"))
      for isStatic in [false, true] {
        let row = try row(file, network, isStatic: isStatic)
        rows.append(row)
        if !json { show(row) }
      }
      for row in try known(file, network, path: "\(folder)/data/pivem/\(file)_truth.csv") {
        rows.append(row)
        if !json { show(row) }
      }
    }
    let generated = only.isEmpty || only.contains("generated") ? try (1...10).map(generate) : []
    if json {
      return try printJSON(Table(data: rows, generated: generated))
    }
    if rows.contains(where: { $0.model == Self.truth }) {
      print(
        """

        truth: the parameters that the network was drawn with, nodes resting after the cut
        fast: velocities and bins free enough to follow noise: likelier than the truth in training, and less so after it
        """)
    }
    guard !generated.isEmpty else { return }
    print("\ngenerated  events   held out: moving   static   true trajectories")
    for g in generated {
      print(
        String(
          format: "%9d %7d %18.3f %8.3f %10.3f", g.seed, g.events, g.heldOut, g.staticHeldOut, g.trueHeldOut))
    }
  }

  private func row(_ file: String, _ network: DynamicNetwork, isStatic: Bool) throws -> Row {
    let trial = TaskProtocol(network: network, cut: 0.9, seeds: draws)
    var model = PiecewiseVelocityModel()
    model.isStatic = isStatic
    let (fit, seconds) = try timed {
      try model.fit(nodes: network.count, events: trial.training, span: trial.cut)
    }
    if !isStatic { try writeIntervals(file, trial) }
    let pairs = Double(network.count * (network.count - 1)) / 2
    let masked = trial.masked(share: min(Self.maskedShare, Self.mostMasked / pairs), seed: 1)
    let partial = try model.fit(nodes: network.count, events: trial.training, span: trial.cut, masked: masked)
    return Row(
      data: file, model: isStatic ? "static" : "moving", cpuSeconds: seconds,
      negativeLogLikelihood: fit.negativeLogLikelihood, reconstruction: try trial.reconstruction(fit),
      completion: try trial.completion(partial, pairs: masked), prediction: try trial.prediction(fit),
      calibration: try trial.calibration(fit))
  }

  /// Where the parameters that a network was drawn with are known: how well these do, and a fit that is free to follow
  /// the events as closely as the largest velocity scale and as many bins as the truth has allow, which is likelier than
  /// the truth and reconstructs better, by fitting noise.
  private func known(_ file: String, _ network: DynamicNetwork, path: String) throws -> [Row] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let trial = TaskProtocol(network: network, cut: 0.9, seeds: draws)
    let truth = try NetworkTruth(contentsOf: path, network: network)
    var model = PiecewiseVelocityModel()
    model.velocityScale = model.candidates.max()
    model.bins = Int((Double(truth.trajectories.bins) * trial.cut).rounded())
    let (fit, seconds) = try timed {
      try model.fit(nodes: network.count, events: trial.training, span: trial.cut)
    }
    return [
      Row(
        data: file, model: Self.truth, cpuSeconds: 0, negativeLogLikelihood: truth.negativeLogLikelihood(trial),
        reconstruction: try truth.reconstruction(trial), completion: nil, prediction: try truth.prediction(trial),
        calibration: nil),
      Row(
        data: file, model: "fast", cpuSeconds: seconds, negativeLogLikelihood: fit.negativeLogLikelihood,
        reconstruction: try trial.reconstruction(fit), completion: nil, prediction: try trial.prediction(fit),
        calibration: try trial.calibration(fit)),
    ]
  }

  /// The intervals that are told apart, with those without an event.
  private func writeIntervals(_ file: String, _ trial: TaskProtocol) throws {
    let folder = "\(output)/intervals"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for seed in 0..<draws {
      for (task, from, to) in [("reconstruction", 0, trial.cut), ("prediction", trial.cut.nextUp, 1)] {
        try trial.task(from: from, to: to, seed: seed).csv(of: trial.network)
          .write(toFile: "\(folder)/\(file)-\(task)-\(seed).csv", atomically: true, encoding: .utf8)
      }
    }
  }

  private func show(_ row: Row) {
    for (name, scores) in [
      ("reconstruction", row.reconstruction), ("completion", row.completion), ("prediction", row.prediction),
    ] as [(String, TaskScores?)] {
      guard let scores else { continue }
      print(
        row.data.padding(toLength: 11, withPad: " ", startingAt: 0)
          + row.model.padding(toLength: 7, withPad: " ", startingAt: 0)
          + String(format: "%7.1f %10.0f  ", row.cpuSeconds, row.negativeLogLikelihood)
          + name.padding(toLength: 16, withPad: " ", startingAt: 0)
          + "\(scores.rocAUC.text)   \(scores.prAUC.text)   "
          + (scores.heldOut.map { String(format: "%.3f", $0) } ?? ""))
      if let roc = scores.windowROCAUC, let pr = scores.windowPRAUC {
        print(String(repeating: " ", count: 38) + "  over training   \(roc.text)   \(pr.text)")
      }
    }
    if let calibration = row.calibration { print("           \(calibration.text)") }
  }

  /// A network from the generative model, of 60 nodes that cross each other's neighbourhoods within the time.
  private func generate(_ seed: UInt64) throws -> Generated {
    var stream = RandomStream(RandomKey(seed: seed).child("generated"))
    let truth = try NetworkTrajectories.draw(
      nodes: 60, bins: 40, span: 1, rate: 100, initialScale: 1, velocityScale: 3, lengthScale: 0.1,
      using: &stream)
    let events = try truth.events(using: &stream)
    var model = PiecewiseVelocityModel()
    func held(_ model: PiecewiseVelocityModel) throws -> Double {
      let fit = try model.fit(nodes: 60, events: events.filter { $0.time <= 0.9 }, span: 0.9)
      let held = try fit.forecastLikelihood(of: events, to: 1)
      return held.givenNumber / Double(held.events)
    }
    let moving = try held(model)
    model.isStatic = true
    let later = events.filter { $0.time > 0.9 }
    var expected = 0.0
    for i in 0..<60 { for j in i + 1..<60 { expected += truth.expectedCount(i, j, from: 0.9, to: 1) } }
    let perfect = HeldOutLikelihood(
      events: later.count, expected: expected,
      sum: later.reduce(0) { $0 + truth.logIntensity($1.i, $1.j, at: $1.time) })
    return Generated(
      seed: seed, events: events.count, heldOut: moving, staticHeldOut: try held(model),
      trueHeldOut: perfect.givenNumber / Double(later.count))
  }
}
