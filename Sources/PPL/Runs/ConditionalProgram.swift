import NumericCore

/// A static model prepared for conditional populations: lowered once, for as many as are wanted.
public struct ConditionalProgram: Sendable {
  /// The sites that are drawn, and those that are held. Latents that no score depends on are neither.
  public let sites: [Variable]
  public let held: [Variable]
  /// The number of scores of a run.
  public let scores: Int
  let program: Program
  let data: DataBlock
  let samplesAncestors: Bool
  /// For each drawing of the program, and of those of the scans, by its site: how often it draws.
  let steps: [String: Int]
  /// What the program was made of.
  private let model: RunProgram
  private let attachments: Attachments

  /// - Parameters:
  ///   - sites: those that are drawn. The others are held: their log densities are scores.
  ///   - samplesAncestors: whether `ConditionalPopulation.logFutures` is wanted, for which the log densities of draws are
  ///     computed.
  /// - Returns: nil for a model that cannot run with particles as lanes: its structure depends on drawn values, a score
  ///   depends on what a scan had at all steps, or some steps of a site are held and others are not.
  /// - Throws: `ModelError` for an ill-formed model.
  public init?<Value>(_ model: Model<Value>, over sites: SiteSelection = .all, samplesAncestors: Bool = true) throws {
    try self.init(
      RunProgram(model, holding: [], recordsSteps: false), over: sites, samplesAncestors: samplesAncestors)
  }

  init?(_ model: RunProgram, over selection: SiteSelection, samplesAncestors: Bool) throws {
    guard !model.isDynamic else { return nil }
    let latents = latents(reachedFrom: model.items.flatMap(\.roots))
    var (drawn, held, steps) = ([PlacedSite](), [PlacedSite](), [String: Int]())
    for latent in latents {
      guard let isDrawn = latent.isWhole(in: selection) else { return nil }
      if isDrawn { drawn.append(latent) } else { held.append(latent) }
      steps[latent.path] = latent.placement.steps
    }
    let heldPaths = Set(held.map(\.path))
    let scope = Scope()
    let lowered = try Scope.$current.withValue(scope) {
      let lowering = try Lowering(stoppingAt: model.items, densities: samplesAncestors ? .ofAll : .ofGiven) { site in
        heldPaths.contains(site.path) ? .given : try PPL.drawn(site)
      }
      let lowered = lowering.finish()
      try scope.finish()
      return lowered
    }
    guard lowered.hasNoHistories else { return nil }
    attachments = scope.attachments
    (self.model, program, self.steps, self.samplesAncestors) = (model, lowered, steps, samplesAncestors)
    data = DataBlock(lowered, constants: lowered.constants.map(\.elements))
    scores = lowered.scoreCount
    sites = drawn.map { Variable(name: $0.path, shape: $0.shape, kind: $0.draw.kind) }
    self.held = held.map { Variable(name: $0.path, shape: $0.shape, kind: $0.draw.kind) }
  }

  /// Room for populations of so many particles, one of which is given its draws.
  ///
  /// - Throws: `ModelError.invalidParameter` for fewer than one.
  public func population(_ count: Int) throws -> ConditionalPopulation {
    guard count >= 1 else {
      throw ModelError.invalidParameter(
        site: "population", distribution: "ConditionalPopulation", parameter: "count", value: Double(count),
        expected: ">= 1", location: SourceLocation(file: #fileID, line: #line))
    }
    return ConditionalPopulation(self, count: count)
  }
}

extension PlacedSite {
  /// Whether all steps are among some sites; nil where some are and others are not.
  fileprivate func isWhole(in selection: SiteSelection) -> Bool? {
    if selection.contains(TraceAddress(site, steps: [])) { return true }
    if placement.scans.isEmpty { return false }
    var steps = [[Int]()]
    for scan in placement.scans { steps = steps.flatMap { outer in (0..<scan.body.count).map { outer + [$0] } } }
    let chosen = steps.count { selection.contains(TraceAddress(site, steps: $0)) }
    return chosen == 0 ? false : chosen == steps.count ? true : nil
  }
}

extension Program {
  fileprivate var hasNoHistories: Bool { scans.allSatisfy { $0.histories.isEmpty && $0.program.hasNoHistories } }
}
