import ArgumentParser
import CommandSupport
import Foundation
import GP
import NumericCore

extension DynamicNetwork.Kind: ExpressibleByArgument {}
extension PiecewiseVelocityModel.Aim: ExpressibleByArgument {}

@main struct DynamicNetworkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dynamic-network",
    abstract: "Events between pairs of nodes, as nodes that move in the plane and meet where they are near.",
    discussion: """
      Reads lines of source, target and time. The last part of the time is held out and tells how well the \
      model predicts, beside a model without motion; the positions and the animation are of a fit to all of the \
      time. --table prints the figures of reference data (needs BOREL_REFERENCE).
      """)

  @Argument(help: "A CSV file with a header.") var data: String?
  @Option(help: "The column of one node's name.") var source = "source"
  @Option(help: "The column of the other node's name.") var target = "target"
  @Option(help: "The column of the time: numbers, or dates such as 2024-02-29T23:59:59.") var time = "time"
  @Option(help: "What sources and targets are: undirected, bipartite (two sides), directed (senders, receivers).")
  var kind = DynamicNetwork.Kind.undirected
  @Option(help: "What is to be told: prediction (of other events), reconstruction (of these, their noise included).")
  var aim = PiecewiseVelocityModel.Aim.prediction
  @Option(help: "The number of bins of constant velocity: 20, or chosen for reconstruction.") var bins: Int?
  @Option(help: "The standard deviation of velocities, in distance over the whole time; chosen if left out.")
  var velocityScale: Double?
  @Option(help: "The share of the time that is held out.") var holdOut = 0.1
  @Option(help: "The number of communities, for colours; if left out, those that were learned, or else 5.")
  var communities: Int?
  @Option(help: "The seed: the same seed gives the same fit.") var seed: UInt64 = 1
  @Option(help: "Draws of the intervals that are told apart.") var draws = 10
  @Option(help: "The folder for positions, intervals and animation.") var output = "output/dynamic-network"
  @Option(help: "With --table: a data set alone; may be repeated.") var only: [String] = []
  @Flag(help: "Print the table of reference data.") var table = false
  @Flag(help: "Print the results as JSON.") var json = false

  func validate() throws {
    guard table != (data != nil) else { throw ValidationError("expected a file of data, or --table") }
    guard holdOut > 0, holdOut < 1 else {
      throw ValidationError("--hold-out = \(holdOut), expected between 0 and 1")
    }
    if let communities, communities < 1 { throw ValidationError("--communities = \(communities), expected >= 1") }
    if let unknown = only.first(where: { !NetworkTable.choices.contains($0) }) {
      throw ValidationError(
        "--only \(unknown), expected one of \(NetworkTable.choices.joined(separator: ", "))")
    }
    guard draws >= 1 else { throw ValidationError("--draws = \(draws), expected >= 1") }
  }

  func run() throws {
    if table { return try NetworkTable(output: output, draws: draws, only: only).run(json: json) }
    guard let data else { return }
    let rows = try DataTable(contentsOf: data)
    let times = try rows.isDated(time) ? rows.dates(time).map(\.secondsSince1970) : rows.doubles(time)
    let network = try DynamicNetwork(
      sources: rows.strings(source), targets: rows.strings(target), times: times, kind: kind)
    let trial = TaskProtocol(network: network, cut: 1 - holdOut, seeds: draws)
    var model = aim == .reconstruction ? PiecewiseVelocityModel.reconstruction : PiecewiseVelocityModel()
    model.bins = bins ?? model.bins
    (model.velocityScale, model.seed) = (velocityScale, seed)
    let progress = FitProgress()
    let fit = try model.fit(
      nodes: network.count, events: trial.training, span: trial.cut, structure: network.structure,
      progress: progress.update)
    var still = model
    still.isStatic = true
    let base = try still.fit(
      nodes: network.count, events: trial.training, span: trial.cut, structure: network.structure)
    // All of the time, with what was chosen.
    model.bins = fit.bins
    (model.velocityScale, model.lengthScale) = (fit.velocityScale / trial.cut, fit.lengthScale * trial.cut)
    (model.communities, model.forecast) = (fit.communities, fit.forecast)
    let whole = try model.fit(
      nodes: network.count, events: network.events, structure: network.structure, progress: progress.update)
    progress.finish()
    let results = try Results(network: network, fit: fit, still: base, trial: trial)
    let groups = try groups(of: whole)
    try write(
      Positions(network: network, trajectories: whole.trajectories, communities: groups).csv, "positions.csv")
    try write(trial.task(from: 0, to: trial.cut, seed: 0).csv(of: network), "reconstruction.csv")
    if results.prediction != nil {
      try write(trial.task(from: trial.cut.nextUp, to: 1, seed: 0).csv(of: network), "prediction.csv")
    }
    let title = URL(fileURLWithPath: data).deletingPathExtension().lastPathComponent
    try write(
      Animation(title: title, network: network, trajectories: whole.trajectories, communities: groups).page(),
      "animation.html")
    if json {
      return try printJSON(results)
    }
    print(results.text)
    for file in ["positions.csv", "animation.html"] { print("\(output)/\(file)") }
  }

  /// More are too many colours.
  private static let (mostLearned, unlearned) = (24, 5)

  private func groups(of fit: FittedTrajectories) throws -> [Int] {
    if communities == nil, let learned = fit.communities, learned.count <= Self.mostLearned { return learned.groups }
    return try fit.trajectories.communities(count: min(communities ?? Self.unlearned, fit.nodes), seed: seed)
  }

  private func write(_ text: String, _ file: String) throws {
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    try text.write(toFile: "\(output)/\(file)", atomically: true, encoding: .utf8)
  }
}
