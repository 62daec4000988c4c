import ArgumentParser
import Foundation
import Inference
import PPL

/// Compares NUTS with reference draws, parameter by parameter.
@main struct Posteriors: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "NUTS beside the reference posteriors of the folder that BOREL_REFERENCE names.")

  @Argument(help: "Names, or parts of names; if none are given, all but diamonds, which takes many minutes.")
  var names: [String] = []
  @Option(help: "Draws a chain after warm-up.") var draws = 5000
  @Option(help: "The seed.") var seed: UInt64 = 1
  @Flag(help: "Print every parameter.") var verbose = false

  func run() async throws {
    guard let root = ProcessInfo.processInfo.environment["BOREL_REFERENCE"], !root.isEmpty else {
      print("posteriors: skipped: BOREL_REFERENCE does not name the folder of reference posteriors")
      return
    }
    let references = try Reference.all(in: "\(root)/reference/posteriordb").filter { reference in
      names.isEmpty ? reference.name != "diamonds-diamonds" : names.contains { reference.name.contains($0) }
    }
    print(Row.header)
    var failed: [String] = []
    for reference in references {
      guard let model = try model(of: reference) else {
        print("\(reference.name.padding(toLength: 40, withPad: " ", startingAt: 0)) no model")
        continue
      }
      let row = try await compare(reference, model)
      print(row.text)
      if !row.passes { failed.append(reference.name) }
    }
    if !failed.isEmpty {
      print("\noutside of the limits: \(failed.joined(separator: ", "))")
      throw ExitCode.failure
    }
  }

  private func compare(_ reference: Reference, _ model: Model<Named>) async throws -> Row {
    let clock = ContinuousClock()
    let began = clock.now
    let posterior = try await NoUTurnSampler(chains: 4, draws: draws, targetAcceptance: 0.9).run(
      model, seed: seed, start: try start(of: reference))
    var row = Row(name: reference.name, seconds: Double(began.duration(to: clock.now) / .milliseconds(1)) / 1000)
    row.divergences = posterior.chains.flatMap(\.infos).filter(\.isDivergent).count
    let columns = Dictionary(
      zip(posterior.draws.scalarNames, posterior.draws.scalarColumns).map { ($0, $1) },
      uniquingKeysWith: { a, _ in a })
    for parameter in reference.parameters {
      guard let column = columns[parameter.name] else {
        throw ReferenceError(description: "\(reference.name): the model has no `\(parameter.name)`")
      }
      let chains = posterior.draws.chainwise(column)
      let mean = column.reduce(0, +) / Double(column.count)
      let error = Diagnostics.meanMCSE(chains)
      row.meanZ = max(row.meanZ, abs(mean - parameter.mean) / hypot(error, parameter.mcse))
      for (probability, expected) in [(0.05, parameter.q05), (0.95, parameter.q95)] {
        let error = Diagnostics.quantileMCSE(chains, probability)
        // The reference's quantiles are those of 10,000 draws: their error is ours, scaled by the sizes.
        let referenceError = error * (Diagnostics.quantileESS(chains, probability) / 10_000).squareRoot()
        row.quantileZ = max(
          row.quantileZ, abs(Diagnostics.quantile(column, probability) - expected) / hypot(error, referenceError))
      }
      let deviation = Diagnostics.standardDeviation(column)
      row.deviation = max(row.deviation, abs(deviation / parameter.standardDeviation - 1))
      row.rHat = max(row.rHat, Diagnostics.rHat(chains))
      row.bulkESS = min(row.bulkESS, Diagnostics.bulkESS(chains))
      if verbose {
        print(
          "  \(parameter.name): \(mean) for \(parameter.mean), sd \(deviation) for \(parameter.standardDeviation)")
      }
    }
    return row
  }
}

/// The worst figures of a posterior's parameters.
struct Row {
  let name: String
  let seconds: Double
  var divergences = 0
  var meanZ = 0.0
  var quantileZ = 0.0
  var deviation = 0.0
  var rHat = 0.0
  var bulkESS = Double.infinity

  init(name: String, seconds: Double) { (self.name, self.seconds) = (name, seconds) }

  var passes: Bool { meanZ < 4 && quantileZ < 4 && deviation < 0.05 && rHat < 1.01 }

  static let header =
    "posterior".padding(toLength: 40, withPad: " ", startingAt: 0)
    + "  max |z| mean  quantiles    sd off    R-hat  min ESS  divergent  seconds"

  var text: String {
    func cell(_ value: Double, _ digits: Int, _ width: Int) -> String {
      let text = String(format: "%.\(digits)f", value)
      return String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return name.padding(toLength: 40, withPad: " ", startingAt: 0) + cell(meanZ, 2, 14) + cell(quantileZ, 2, 11)
      + cell(100 * deviation, 1, 9) + "%" + cell(rHat, 4, 9) + cell(bulkESS, 0, 9)
      + cell(Double(divergences), 0, 11) + cell(seconds, 2, 9) + (passes ? "" : "  outside")
  }
}
