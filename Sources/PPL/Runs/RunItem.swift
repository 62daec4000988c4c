/// What a body does in order, apart from drawing, which is done when a value is needed.
enum RunItem: Sendable {
  /// The scalar expressions add up to what a site scores; nil where it observes no data.
  case score(site: String, [AnyRandom], of: Observation? = nil)
  /// A bind or a scan, that has items of its own.
  case run(AnyRandom)

  /// What has to be computed for it.
  var roots: [AnyRandom] {
    switch self {
    case .score(_, let expressions, _): expressions
    case .run(let run): [run]
    }
  }
}

extension Statement {
  fileprivate var observation: Observation? {
    if case .observe(let observation) = content { return observation }
    return nil
  }
}

extension [Statement] {
  /// The items of statements, in order. Makes the nodes of the scores.
  var items: [RunItem] {
    compactMap { statement in
      if case .run(let run) = statement.content { return .run(run) }
      let scores = statement.scores()
      guard let site = statement.site, !scores.isEmpty else { return nil }
      return .score(site: site, scores, of: statement.observation)
    }
  }
}
