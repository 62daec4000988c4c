import NumericCore
import Synchronization

/// How the values of a site lie that draws at the steps of scans: one step after the other.
struct SiteSteps: Sendable {
  /// The numbers of steps of the loops around the site, outermost first.
  private let counts: [Int]
  /// The numbers of one draw.
  private let width: Int

  init(_ site: PlacedSite) { (counts, width) = (site.placement.scans.map(\.body.count), site.site.shape.count) }

  var count: Int { counts.reduce(width, *) }

  /// The numbers of the draw at some steps.
  func range(at steps: [Int]) -> Range<Int> {
    let step = zip(counts, steps).reduce(0) { $0 * $1.0 + $1.1 }
    return (step * width)..<((step + 1) * width)
  }
}

/// The conditional programs of a program that have been asked for, and how its sites lie.
final class ConditionalPrograms: Sendable {
  private struct Key: Hashable {
    let sites: SiteSelection
    let samplesAncestors: Bool
  }

  private struct State {
    var programs: [Key: ConditionalProgram?] = [:]
    var steps: [String: SiteSteps]?
  }

  private let state = Mutex(State())

  /// The sites that the scores of a program depend on.
  func siteSteps(of program: RunProgram) -> [String: SiteSteps] {
    state.withLock { state in
      if let steps = state.steps { return steps }
      let sites = latents(reachedFrom: program.items.flatMap(\.roots))
      let steps = Dictionary(sites.map { ($0.path, SiteSteps($0)) }, uniquingKeysWith: { first, _ in first })
      state.steps = steps
      return steps
    }
  }

  func program(
    of program: RunProgram, over sites: SiteSelection, samplesAncestors: Bool
  ) throws -> ConditionalProgram? {
    let key = Key(sites: sites, samplesAncestors: samplesAncestors)
    if let known = state.withLock({ $0.programs[key] }) { return known }
    let made = try ConditionalProgram(program, over: sites, samplesAncestors: samplesAncestors)
    state.withLock { $0.programs[key] = made }
    return made
  }
}

extension Trace {
  /// Whether the structure of the program depends on drawn values.
  package var isDynamic: Bool { program.isDynamic }

  /// The log density of the choices from a number on that are not among some sites.
  package func logPrior(from first: Int, outside sites: SiteSelection) -> Double {
    (first..<run.siteCount).reduce(0) { total, number in
      sites.contains(run.address(number)) ? total : total + run.logDensities(number).reduce(0, +)
    }
  }

  /// The values of the sites that scores depend on, of a run of a static program: the steps of a scan one after the other.
  package func siteValues() -> [String: [Double]] {
    let steps = program.conditional.siteSteps(of: program)
    var values = steps.mapValues { Array(repeating: 0.0, count: $0.count) }
    for number in 0..<run.siteCount {
      let address = run.address(number)
      guard let range = steps[address.path]?.range(at: address.steps) else { continue }
      values[address.path]?.replaceSubrange(range, with: run.values(number, element: nil))
    }
    return values
  }

  /// A run to the end with other values of sites. What is not among them is drawn.
  package func replacing(_ values: [String: [Double]], key: RandomKey) throws -> Trace {
    let steps = program.conditional.siteSteps(of: program)
    var trace = restarted
    let given = { (address: TraceAddress) -> [Double]? in
      guard let range = steps[address.path]?.range(at: address.steps) else { return nil }
      return values[address.path].map { Array($0[range]) }
    }
    while try trace.advance(key: key, given: given) != nil {}
    return trace
  }

  /// The program of the run for conditional populations, as `ConditionalProgram.init`.
  package func conditional(over sites: SiteSelection, samplesAncestors: Bool) throws -> ConditionalProgram? {
    try program.conditional.program(of: program, over: sites, samplesAncestors: samplesAncestors)
  }
}
