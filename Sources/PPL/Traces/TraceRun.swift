import NumericCore

/// What a trace is made of: a run that remembers the sites that it drew, in order, and can be changed.
protocol TraceRun: Sendable {
  var isFinished: Bool { get }
  /// How often the run has been advanced.
  var limit: Int { get }
  /// Where the run scored last.
  var lastSite: String { get }
  var logPrior: Double { get }
  var logScore: Double { get }
  /// The elements that the last change computed, where that is counted.
  var work: Int { get }

  // Sites, by their number in the order of draws.
  var siteCount: Int { get }
  func address(_ number: Int) -> TraceAddress
  func site(_ number: Int) -> Site
  /// The values of a site, or one of them.
  func values(_ number: Int, element: Int?) -> [Double]
  /// One for each choice of the site.
  func logDensities(_ number: Int) -> [Double]
  func number(of address: TraceAddress) -> Int?
  /// The first site of a name, with or without steps.
  func number(ofName name: String) -> Int?
  func choiceCount(of sites: SiteSelection) -> Int
  /// The site of a choice of some sites, and its element there.
  func choice(_ index: Int, of sites: SiteSelection) -> (site: Int, element: Int)
  /// What a site drew, given what was drawn before it.
  func choice(_ number: Int) throws -> (choice: Choice, run: PartialRun)

  /// Runs on to the next score; nil where there was none before the end.
  ///
  /// - Parameter given: values that are not drawn.
  mutating func advance(key: RandomKey, lane: Int, given: ((TraceAddress) -> [Double]?)?) throws -> Double?
  /// Makes a change, that `revert` takes back. Where it throws or is impossible, the run is what it was.
  mutating func make(_ change: TraceChange, key: RandomKey, lane: Int) throws -> TraceRunOutcome
  /// Takes back the last change, where there was one since the run went on or was taken back.
  mutating func revert()
  /// The outputs, one after the other.
  ///
  /// - Throws: `ModelError.structureMismatch` before the end.
  func values() throws -> [Double]
}

/// What a change made of the densities.
struct TraceRunOutcome {
  /// The difference of the log priors, as `TraceStep.logRatio` counts them, and that of the scores.
  var prior = 0.0
  var score = 0.0
  var isImpossible = false
  var drawsAnew = false
  var dropsChoices = false
}

/// Throws where a site, or an element of it, is given too many or too few values.
func check(_ values: [Double], of site: Site, element: Int? = nil, at address: TraceAddress) throws(ModelError) {
  let shape = element == nil ? site.shape : .scalar
  guard values.count == shape.count else {
    throw .shapeMismatch(
      operation: "set `\(address.name)`", shapes: [.vector(values.count), shape], location: site.location)
  }
}
