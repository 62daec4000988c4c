import ArgumentParser
import Foundation
import Inference
import LawCatalogue
import NumericCore

@main struct Laws: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "laws",
    abstract: "Checks the laws of inference on all that the library has, and that they notice faults in its code.")

  /// Of the seeds, how many have to notice a fault.
  private static let leastShare = 0.95
  /// The probability that uniform p-values do not pass: one seed in a thousand.
  private static let uniformityLevel = 1e-3

  @Option(help: "The seed of the checks of the right code.") var seed: UInt64 = 1
  @Option(help: "The number of seeds that each fault is looked for with.") var seeds = 20
  @Option(help: "The number of seeds of the test that p-values are uniform; 0 leaves it out.") var uniformity = 200
  @Option(help: "Only what has this in its name, and faults with it in theirs.") var only: String?
  @Option(help: "Only print the checks of what `--only` names, with this fault active.") var fault: String?
  @Flag(help: "Print all as JSON.") var json = false

  func run() async throws {
    if let fault { return try await printChecks(with: fault) }
    let start = ContinuousClock.now
    var report = LawReport()
    func note(_ text: String) { self.note("\(start.duration(to: .now).components.seconds) s: \(text)") }
    for enrolled in Enrolled.library where isWanted(enrolled.name) {
      note("checking \(enrolled.name)")
      report.add(enrolled.name, try await enrolled.verdict(seed: seed))
    }
    if only == nil {
      note("checking all in small")
      for seed in UInt64(1)...3 {
        for enrolled in Enrolled.library {
          let verdict = try await enrolled.verdict(effort: Enrolled.firstEffort, seed: seed)
          report.addSmall(enrolled.name, verdict)
        }
      }
    }
    for part in Uniformity.all where uniformity > 0 && isWanted(part.name) {
      note("p-values of \(part.name)")
      report.add(try await part.test(seeds: uniformity), of: part.name, level: Self.uniformityLevel)
    }
    for mutation in Mutation.allCases where Mutation.isAvailable && isWanted("\(mutation)") {
      note("looking for \(mutation)")
      report.add(try await trial(of: mutation), named: "\(mutation)", least: Self.leastShare)
    }
    report.seconds = Double(start.duration(to: .now).components.seconds)
    print(json ? try report.json() : report.text)
    if !Mutation.isAvailable { note("no faults: build with --traits Mutations") }
    if !report.passes { throw ExitCode.failure }
  }

  private func isWanted(_ name: String) -> Bool { only.map(name.contains) ?? true }

  private func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

  private func printChecks(with fault: String) async throws {
    guard Mutation.isAvailable, let mutation = Mutation.allCases.first(where: { "\($0)" == fault }) else {
      throw ValidationError("there is no fault \(fault) in this build")
    }
    Mutation.activate(mutation)
    for enrolled in Enrolled.library where isWanted(enrolled.name) {
      print(enrolled.name, try await enrolled.verdict(seed: seed).table, separator: "\n")
    }
  }

  /// The first failure with each seed, while the fault is active.
  private func trial(of mutation: Mutation) async throws -> [LawVerdict.Check?] {
    guard let enrolled = Enrolled.library.first(where: { $0.name == mutation.noticedBy }) else {
      throw ValidationError("\(mutation) is to be noticed by \(mutation.noticedBy), which is not enrolled")
    }
    Mutation.activate(mutation)
    defer { Mutation.activate(nil) }
    var failures: [LawVerdict.Check?] = []
    for seed in 1...max(seeds, 1) { failures.append(try await enrolled.firstFailure(seed: UInt64(seed))) }
    return failures
  }
}
