import ArgumentParser
import Foundation
import PPL

@main struct Gradients: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradients",
    abstract: "The cost of a log density with its gradient, beside the same density written in C.")

  @Option(help: "The number of generated programs; their seeds are 0, 1, 2...") var programs = 100
  @Flag(help: "Count instructions by callgrind (valgrind must be installed), instead of time.") var instructions =
    false
  @Flag(help: "Print figures as JSON.") var json = false
  @Flag(help: "Print the figures of each generated program.") var each = false
  @Option(help: "Print the C function of the generated program of this seed.") var source: UInt64?
  @Option(help: "Evaluate the program of this number again and again, for a profiler.") var profile: Int?
  @Option(help: "Measure the program of this number alone; the named ones come first.") var only: Int?
  @Option(help: .hidden) var marked: String?

  func run() throws {
    if let source {
      let program = AbstractProgram.generated(seed: source)
      let sites = try CompiledModel(program.model).inferredSites
      let offsets = Dictionary(uniqueKeysWithValues: sites.map { ($0.path, $0.range.lowerBound) })
      return print(CWriter.source(of: CGraph(program, offsets: offsets)))
    }
    let compiler = try marked.map { CCompiler(compiledIn: URL(filePath: $0)) } ?? CCompiler()
    defer { if marked == nil { compiler.removeFiles() } }
    let named = NamedProgram.all
    let all = named + (0..<programs).map { NamedProgram(program: .generated(seed: UInt64($0))) }
    if let profile {
      var pair = try Pair(all[profile], index: profile, compiler: compiler)
      print(pair.name, pair.runLibrary(Int(3e9 / max(Figures.timed(&pair).library, 1))))
      return
    }
    var figures: [Figures] = []
    for (index, program) in all.enumerated() where only == nil || only == index {
      var pair = try Pair(program, index: index, compiler: compiler)
      try pair.check()
      if marked != nil {
        _ = Instructions.mark(&pair)
      } else if instructions {
        figures.append(Figures(name: pair.name, library: 0, c: 0, stan: nil))
      } else {
        figures.append(Figures.timed(&pair))
      }
    }
    if marked != nil { return }
    if instructions {
      let counts = try Instructions.count(["--marked", compiler.folder.path, "--programs", "\(programs)"])
      figures = zip(figures, counts).map { Figures(name: $0.name, library: $1.library, c: $1.c, stan: nil) }
    }
    let report = Report(
      unit: instructions ? "instructions" : "ns", named: Array(figures.prefix(named.count)),
      generated: Array(figures.dropFirst(named.count)))
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      print(String(decoding: try encoder.encode(report), as: UTF8.self))
    } else {
      print(report.table)
      if each {
        for f in report.generated {
          print(String(format: "%@: %.0f, C %.0f, ratio %.2f", f.name, f.library, f.c, f.ratio))
        }
      }
    }
  }
}
