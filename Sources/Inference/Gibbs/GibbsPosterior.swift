import NumericCore
import PPL

/// One chain's draws.
struct GibbsChain: Sendable {
  /// So many draws are evaluated together.
  private static let block = 128

  private let evaluation: SiteEvaluation
  private let key: RandomKey
  private(set) var variables: [Variable]
  private(set) var columns: [[Double]]
  private(set) var count = 0
  var moves = MoveTally()
  /// The sites of draws whose returned values have yet to be computed.
  private var waiting: [[String: [Double]]] = []

  init(_ evaluation: SiteEvaluation, key: RandomKey) {
    (self.evaluation, self.key, variables) = (evaluation, key, evaluation.variables)
    columns = Array(repeating: [], count: evaluation.variables.reduce(0) { $0 + $1.shape.count })
  }

  mutating func append(_ values: [String: [Double]]) throws {
    waiting.append(values)
    if waiting.count == Self.block { try evaluateRest() }
  }

  mutating func evaluateRest() throws {
    guard !waiting.isEmpty else { return }
    let sites = evaluation.sites.map { site in
      (site.name, (0..<site.shape.count).map { e in waiting.map { $0[site.name]?[e] ?? .nan } })
    }
    let given = Dictionary(sites, uniquingKeysWith: { first, _ in first })
    let values = try evaluation.columns(given: given, count: waiting.count, key: key.child(UInt64(count)))
    for (i, column) in values.columns.enumerated() { columns[i] += column }
    count += waiting.count
    waiting = []
  }
}

/// Draws of a posterior by Markov chains on the values of sites, chain after chain.
public struct GibbsPosterior: Sendable {
  /// All named sites, and the returned values.
  public let draws: Draws
  /// What was proposed and accepted after the warm-up, by chain.
  public let moves: [MoveTally]

  init(_ chains: [GibbsChain]) throws {
    let chains = chains.filter { $0.count > 0 }
    guard let first = chains.first else { throw InferenceError.noDraws }
    let columns = first.columns.indices.map { i in chains.flatMap { $0.columns[i] } }
    draws = try Draws(VariableColumns(variables: first.variables, columns: columns), counts: chains.map(\.count))
    moves = chains.map(\.moves)
  }

  public func summary(probabilities: [Double] = [0.05, 0.5, 0.95]) -> Summary {
    Summary(draws, probabilities: probabilities)
  }

  /// Accepted and proposed moves of all chains, by kernel.
  public var acceptance: MoveTally { moves.reduce(into: MoveTally()) { $0.add($1) } }

  /// What is wrong with the chains, and what to do about it; empty where nothing is.
  public var warnings: [String] {
    acceptance.counts.sorted { $0.key < $1.key }.filter { $1.proposed >= 100 && $1.rate < 0.01 }.map {
      name, count in
      "`\(name)`: \(count.accepted) of \(count.proposed) moves changed anything: propose smaller changes, or raise the number "
        + "of particles"
    }
  }
}
