import NumericCore

/// Where a run draws: a site, at the steps of the loops around it.
///
/// It is structural: the path of scopes and binds that leads to the site, and its name or its number there. An unrelated
/// branch does not shift it, so that a choice keeps its address while others change.
public struct TraceAddress: Sendable {
  /// The names that lead to the site. Deep in a recursion paths are shortened: two addresses may have the same.
  public let path: String
  /// The steps that the loops around the site are at, outermost first.
  public let steps: [Int]
  let key: RandomKey

  init(_ site: Site, steps: [Int]) { (path, key, self.steps) = (site.path, site.key, steps) }

  /// The address of a site of this name at the top of a model.
  public init(_ name: String) { (path, key, steps) = (name, Scope.root.child(name), []) }

  /// The path, with the steps: `x[3]`.
  public var name: String { steps.reduce(path) { "\($0)[\($1)]" } }
}

extension TraceAddress: Hashable {
  public static func == (a: TraceAddress, b: TraceAddress) -> Bool { a.key == b.key && a.steps == b.steps }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(key)
    if !steps.isEmpty { hasher.combine(steps) }
  }
}

/// A choice of a run: a number that a site drew, or a vector that is drawn as a whole. The elements of a plate are choices
/// of their own.
public struct TraceChoice: Sendable, Hashable {
  public let address: TraceAddress
  /// The element of the plate; nil where the site draws one value.
  public let element: Int?
  public let isDiscrete: Bool
  /// The number of the address among those of the trace that the choice is of.
  let number: Int

  public var name: String { element.map { "\(address.name)[\($0)]" } ?? address.name }
}

/// What a proposal makes of a trace: choices that take other values. Whatever else the run then comes to is kept where its
/// address was there before, and drawn from its prior where it was not.
public enum TraceChange: Sendable {
  /// A choice is drawn from its prior.
  case redraw(TraceChoice)
  /// A choice takes a value; a vector's as a whole.
  case set(TraceChoice, [Double])
  /// Addresses take values, those of a plate for all of its elements; others are drawn from their priors.
  case several([TraceAddress: [Double]], redrawn: Set<TraceAddress> = [])
}

/// What came of a change.
public struct TraceStep: Sendable {
  /// The logarithm of d rho' / d rho, where what was not set is proposed from its prior, and what was set by a symmetric
  /// proposal:
  ///
  ///     log p(new) - log p(old) + log of the priors of what was dropped or redrawn, before
  ///       - log of the priors of what is new or redrawn, after
  ///
  /// p being the density of all choices, times the scores to the power of the inverse temperature. -infinity for what is
  /// impossible: it has been reverted.
  public let logRatio: Double
  /// Whether the run came to addresses that it did not have before, or had in another shape, and drew there; of what is
  /// impossible, before it turned out to be.
  public let drawsAnew: Bool
  /// Whether the old run had addresses that the new one does not come to; false for what is impossible.
  public let dropsChoices: Bool

  /// Whether the run has the addresses that it had. What is impossible whatever is drawn has them too.
  public var keepsAddresses: Bool { !drawsAnew && !dropsChoices }
}
