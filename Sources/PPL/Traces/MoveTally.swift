/// How often moves were proposed and accepted, by site.
public struct MoveTally: Sendable {
  public struct Count: Sendable, Equatable {
    public var proposed = 0
    public var accepted = 0

    fileprivate mutating func add(_ other: Count) {
      proposed += other.proposed
      accepted += other.accepted
    }

    /// The share of proposals that were accepted; 0 where there were none.
    public var rate: Double { proposed == 0 ? 0 : Double(accepted) / Double(proposed) }
  }

  /// What was moved first, apart: one proposal makes no dictionary.
  private var first: (name: String, count: Count)?
  private var others: [String: Count] = [:]

  /// By what was moved: the path of a site, or the name of a move of several.
  public var counts: [String: Count] {
    guard let first else { return [:] }
    return others.merging([first.name: first.count]) { count, _ in count }
  }

  public init() {}

  /// The tally of one proposal.
  public init(_ name: String, isAccepted: Bool) { first = (name, Count(proposed: 1, accepted: isAccepted ? 1 : 0)) }

  public mutating func add(_ other: MoveTally) {
    if let (name, count) = other.first { add(count, of: name) }
    for (name, count) in other.others { add(count, of: name) }
  }

  private mutating func add(_ count: Count, of name: String) {
    if first == nil {
      first = (name, count)
    } else if first?.name == name {
      first?.count.add(count)
    } else {
      others[name, default: Count()].add(count)
    }
  }

  /// All moves together.
  public var total: Count {
    others.values.reduce(first?.count ?? Count()) { total, count in
      var total = total
      total.add(count)
      return total
    }
  }
}
