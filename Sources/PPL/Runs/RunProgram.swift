/// A model prepared for runs that stop at scores.
struct RunProgram: Sendable {
  private let attachments: [Attachments]
  let items: [RunItem]
  let outputs: [(name: String, element: AnyRandom)]
  let variables: [Variable]
  let start: PartialRun
  /// The shapes of the sites that are held.
  let held: [String: Shape]
  let isDynamic: Bool
  /// What conditional populations of it need, made once.
  let conditional = ConditionalPrograms()
  /// Where nodes are made that belong to it.
  let scope: Scope

  /// - Parameter sites: those that are held: their log densities are the first scores.
  init<Value>(_ model: Model<Value>, holding sites: [String], recordsSteps: Bool) throws {
    let instance = try model.instantiate()
    let scope = Scope()
    self.scope = scope
    attachments = [instance.attachments, scope.attachments]
    let heldSites = try instance.sites(named: sites)
    held = Dictionary(heldSites.map { ($0.path, $0.shape) }, uniquingKeysWith: { a, _ in a })
    (items, outputs) = try Scope.$current.withValue(scope) {
      var (items, outputs) = try instance.forward(predicting: false, recordsSteps: recordsSteps)
      items.insert(
        contentsOf: heldSites.map { .score(site: $0.path, $0.distribution.terms(of: $0.draw)) }, at: 0)
      try scope.finish()
      return (items, outputs)
    }
    variables = outputs.map { Variable(name: $0.name, shape: $0.element.shape, kind: $0.element.kind) }
    start = PartialRun(items, outputs: outputs.map(\.element))
    isDynamic = PPL.isDynamic(outputs.map(\.element) + items.flatMap(\.roots))
  }

  /// Throws where values are given for other sites than those held, or too many or too few.
  func check(held values: [String: [Double]]) throws {
    if let name = Set(values.keys).symmetricDifference(held.keys).sorted().first {
      throw ModelError.unknownSite(name, known: held.keys.sorted())
    }
    for (name, value) in values where value.count != held[name]?.count {
      throw ModelError.shapeMismatch(
        operation: "the value held for `\(name)`", shapes: [.vector(value.count), held[name] ?? .scalar],
        location: nil)
    }
  }
}
