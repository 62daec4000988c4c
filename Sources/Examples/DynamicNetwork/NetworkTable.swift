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

  private enum Model: String, Codable, CaseIterable { case moving, free, `static`, truth }

  private struct Row: Codable {
    let data: String
    let model: Model
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
      let trial = TaskProtocol(network: network, cut: 0.9, seeds: draws)
      for model in Model.allCases {
        guard let row = try row(file, trial, model, truth: "\(folder)/data/pivem/\(file)_truth.csv") else { continue }
        rows.append(row)
        if !json { show(row) }
      }
    }
    let generated = only.isEmpty || only.contains("generated") ? try (1...10).map(generate) : []
    if json {
      return try printJSON(Table(data: rows, generated: generated))
    }
    if !rows.isEmpty {
      print(
        """

        moving: settings by events that are held out
        free: the settings of reconstruction, by the fitted events themselves, their noise included
        truth: the parameters that a network was drawn with, nodes resting after the cut
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

  /// Nil where there is no such model: the truth is not known of all data.
  private func row(_ file: String, _ trial: TaskProtocol, _ model: Model, truth path: String) throws -> Row? {
    let network = trial.network
    func fit(_ settings: PiecewiseVelocityModel, masked: Set<NodePair> = []) throws -> FittedTrajectories {
      try settings.fit(nodes: network.count, events: trial.training, span: trial.cut, masked: masked)
    }
    var settings = PiecewiseVelocityModel()
    switch model {
    case .truth:
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      let truth = try NetworkTruth(contentsOf: path, network: network)
      return Row(
        data: file, model: model, cpuSeconds: 0, negativeLogLikelihood: truth.negativeLogLikelihood(trial),
        reconstruction: try truth.reconstruction(trial), completion: nil, prediction: try truth.prediction(trial),
        calibration: nil)
    case .free: settings = .reconstruction
    case .moving: try writeIntervals(file, trial)
    case .static: settings.isStatic = true
    }
    let (whole, seconds) = try timed { try fit(settings) }
    // Of pairs that are left out nothing is fitted that could be followed.
    var completion: TaskScores?
    if model != .free {
      let pairs = Double(network.count * (network.count - 1)) / 2
      let masked = trial.masked(share: min(Self.maskedShare, Self.mostMasked / pairs), seed: 1)
      completion = try trial.completion(fit(settings, masked: masked), pairs: masked)
    }
    return Row(
      data: file, model: model, cpuSeconds: seconds, negativeLogLikelihood: whole.negativeLogLikelihood,
      reconstruction: try trial.reconstruction(whole), completion: completion,
      prediction: try trial.prediction(whole), calibration: try trial.calibration(whole))
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
          + row.model.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0)
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
