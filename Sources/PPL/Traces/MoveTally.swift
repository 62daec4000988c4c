/// How often moves were proposed and accepted, by site.
public struct MoveTally: Sendable {
  public struct Count: Sendable, Equatable {
    public var proposed = 0
    public var accepted = 0
    /// The share of proposals that were accepted; 0 where there were none.
    public var rate: Double { proposed == 0 ? 0 : Double(accepted) / Double(proposed) }
  }

  /// By what was moved: the path of a site, or the name of a move of several.
  public private(set) var counts: [String: Count] = [:]

  public init() {}

  /// The tally of one proposal.
  public init(_ name: String, isAccepted: Bool) { counts[name] = Count(proposed: 1, accepted: isAccepted ? 1 : 0) }

  public mutating func add(_ other: MoveTally) {
    for (name, count) in other.counts {
      counts[name, default: Count()].proposed += count.proposed
      counts[name, default: Count()].accepted += count.accepted
    }
  }

  /// All moves together.
  public var total: Count {
    counts.values.reduce(into: Count()) {
      $0.proposed += $1.proposed
      $0.accepted += $1.accepted
    }
  }
}
