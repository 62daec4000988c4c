/// An element of a quantity that is summed over, by its number.
struct DiscreteElement: Hashable, Comparable {
  let quantity: Int
  let element: Int

  static func < (a: DiscreteElement, b: DiscreteElement) -> Bool { (a.quantity, a.element) < (b.quantity, b.element) }
}

/// What expressions depend on of what is summed over, element by element, and the same expressions with values in place of
/// it.
final class DiscreteDependence {
  /// Sites that are summed over, by their numbers as quantities.
  private let sites: [PlacedSite]
  private let numbers: [String: Int]
  /// Scans whose states are summed over, in the order in which they run, and their numbers.
  private let scans: [SummedScan]
  private let scanNumbers: [NodeID: Int]
  /// The quantities that states before a step are.
  private let states: [NodeID: Int]
  /// What runs in place of those scans, of the first ones.
  private var replacements: [AnyRandom] = []
  /// For each element of a node what it depends on; nodes that depend neither on a quantity nor on a scan are left out.
  private var elements: [NodeID: [Set<DiscreteElement>]] = [:]
  /// The number of scans that have to run before the value of a node is known.
  private var stages: [NodeID: Int] = [:]
  private var visited: Set<NodeID> = []

  /// - Parameter sites: the first quantities.
  init(_ sites: [PlacedSite], scans: [SummedScan] = []) {
    (self.sites, self.scans) = (sites, scans)
    numbers = Dictionary(uniqueKeysWithValues: sites.enumerated().map { ($1.path, $0) })
    scanNumbers = Dictionary(uniqueKeysWithValues: scans.enumerated().map { ($1.id, $0) })
    states = Dictionary(
      uniqueKeysWithValues: scans.flatMap { scan in
        scan.parts.map { (NodeID(scan.body.arena, scan.body.states[$0.number]), $0.before) }
      })
  }

  /// For each element of an expression what it depends on; nil where it depends on nothing, and on no scan whose states are
  /// summed over.
  func callAsFunction(_ expression: AnyRandom) -> [Set<DiscreteElement>]? {
    guard case .node(let arena, let index) = expression.storage else { return nil }
    walk(arena, index) { arena, index, node in
      let id = NodeID(arena, index)
      elements[id] = dependence(of: node, arena, index, inputs: node.inputs.map { AnyRandom(arena: arena, index: $0) })
      let own = scanNumbers[id].map { $0 + 1 } ?? 0
      let stage = node.dependencies(in: arena).reduce(own) { max($0, self.knownStage($1)) }
      if stage > 0 { stages[id] = stage }
    }
    return elements[NodeID(arena, index)]
  }

  /// All that an expression depends on.
  func quantities(of expression: AnyRandom) -> Set<DiscreteElement> {
    (self(expression) ?? []).reduce(into: []) { $0.formUnion($1) }
  }

  /// The number of scans, of those whose states are summed over, that have to run before an expression.
  func stage(of expression: AnyRandom) -> Int {
    _ = self(expression)
    return knownStage(expression)
  }

  private func knownStage(_ expression: AnyRandom) -> Int {
    guard case .node(let arena, let index) = expression.storage else { return 0 }
    return stages[NodeID(arena, index)] ?? 0
  }

  /// Tells what runs in place of the next scan.
  func replaceNext(by scan: AnyRandom) { replacements.append(scan) }

  private func replacement(of scan: Int) -> AnyRandom {
    scan < replacements.count ? replacements[scan] : scans[scan].node
  }

  /// The quantity that an expression is, where it is one.
  func quantity(_ expression: AnyRandom) -> Int? {
    guard case .node(let arena, let index) = expression.storage else { return nil }
    let node = arena[index]
    switch node.content {
    case .imported(let other, let otherIndex): return quantity(AnyRandom(arena: other, index: otherIndex))
    case .latent(let site): return numbers[site.path]
    case .input: return states[NodeID(arena, index)]
    case .apply(let application) where application.operation == Slice.self:
      guard let number = scanNumber(arena, node.inputs[0]) else {
        // All of it, as another kind of numbers.
        let whole = AnyRandom(arena: arena, index: node.inputs[0])
        return application.immediate.1 == 1 && whole.shape == node.shape ? quantity(whole) : nil
      }
      return scans[number].parts.first { ($0.offset, $0.shape) == (application.immediate.0, node.shape) }?.end
    default: return nil
    }
  }

  /// The number of a scan, of those whose states are summed over.
  private func scanNumber(_ arena: Arena, _ index: Int) -> Int? {
    if case .imported(let other, let otherIndex) = arena[index].content { return scanNumber(other, otherIndex) }
    return scanNumbers[NodeID(arena, index)]
  }

  private func known(_ expression: AnyRandom) -> [Set<DiscreteElement>]? {
    guard case .node(let arena, let index) = expression.storage else { return nil }
    return elements[NodeID(arena, index)]
  }

  /// Visits nodes that have not been visited, each one after what it depends on. The values of latents are given: they
  /// depend on nothing.
  private func walk(_ arena: Arena, _ index: Int, _ body: (Arena, Int, Node) -> Void) {
    var stack: [(arena: Arena, index: Int, isDone: Bool)] = [(arena, index, false)]
    while let (arena, index, isDone) = stack.popLast() {
      let node = arena[index]
      if isDone {
        body(arena, index, node)
        continue
      }
      guard visited.insert(NodeID(arena, index)).inserted else { continue }
      stack.append((arena, index, true))
      for input in node.dependencies(in: arena) {
        if case .node(let arena, let index) = input.storage { stack.append((arena, index, false)) }
      }
    }
  }

  private func dependence(
    of node: Node, _ arena: Arena, _ index: Int, inputs: [AnyRandom]
  ) -> [Set<DiscreteElement>]? {
    let count = node.shape.count
    func elements(of quantity: Int, _ count: Int) -> [Set<DiscreteElement>] {
      (0..<count).map { [DiscreteElement(quantity: quantity, element: $0)] }
    }
    switch node.content {
    case .latent(let site): return numbers[site.path].map { elements(of: $0, count) }
    case .imported(let arena, let index): return self.elements[NodeID(arena, index)]
    case .scan(let body):
      guard let number = scanNumbers[NodeID(arena, index)] else {
        return joined((inputs + body.roots).map(known), count)
      }
      var result = Array(repeating: Set<DiscreteElement>(), count: count)
      for part in scans[number].parts {
        result.replaceSubrange(part.range, with: elements(of: part.end, part.shape.count))
      }
      return result
    case .history(let value):
      // What does not depend on states is the same in the scan that runs in place of this one.
      let isOfSummed = scanNumber(arena, node.inputs[0]) != nil
      return joined((isOfSummed ? [value] : inputs + [value]).map(known), count)
        ?? (isOfSummed ? Array(repeating: [], count: count) : nil)
    case .apply(let application): return dependence(of: application, inputs, count)
    case .map, .bind: return joined(inputs.map(known), count)
    case .input:
      return states[NodeID(arena, index)].map { elements(of: $0, count) }
    case .constant, .failure: return nil
    }
  }

  /// All of what inputs depend on, for each element.
  private func joined(_ inputs: [[Set<DiscreteElement>]?], _ count: Int) -> [Set<DiscreteElement>]? {
    guard inputs.contains(where: { $0 != nil }) else { return nil }
    let all = inputs.compactMap { $0 }.joined().reduce(into: Set<DiscreteElement>()) { $0.formUnion($1) }
    return Array(repeating: all, count: count)
  }

  private func dependence(
    of application: Application, _ inputs: [AnyRandom], _ count: Int
  ) -> [Set<DiscreteElement>]? {
    let parts = inputs.map(known)
    guard parts.contains(where: { $0 != nil }) else { return nil }
    func part(_ input: Int, at element: Int) -> Set<DiscreteElement> {
      parts[input].map { $0[$0.count == 1 ? 0 : element] } ?? []
    }
    let operation = application.operation
    if operation == Gather.self {
      let whole = joined([parts[0]], 1)?[0] ?? []
      guard let indices = inputs[1].knownElements else { return (0..<count).map { part(1, at: $0).union(whole) } }
      return indices.map { (0..<Double(inputs[0].shape.count)).contains($0) ? part(0, at: Int($0)) : [] }
    }
    if operation == Slice.self {
      return (0..<count).map { part(0, at: application.immediate.0 + $0 * application.immediate.1) }
    }
    if operation == Stack.self {
      return inputs.indices.flatMap { input in (0..<inputs[input].shape.count).map { part(input, at: $0) } }
    }
    guard operation.isElementwise, inputs.allSatisfy({ $0.shape.count == 1 || $0.shape.count == count }) else {
      return joined(parts, count)
    }
    return (0..<count).map { element in
      inputs.indices.reduce(into: Set<DiscreteElement>()) { $0.formUnion(part($1, at: element)) }
    }
  }

  // MARK: Values in place of quantities

  /// The expression with values in place of quantities, and with the scans that run in place of others.
  ///
  /// - Parameter values: for each quantity the numbers of its elements.
  /// - Throws: `ModelError.unsupportedSite` where something depends on a quantity that does not tell how.
  func substitute(_ values: [[Double]], in expression: AnyRandom) throws -> AnyRandom {
    guard self(expression) != nil, case .node(let arena, let index) = expression.storage else { return expression }
    var results: [NodeID: AnyRandom] = [:]
    var stack: [(arena: Arena, index: Int, isDone: Bool)] = [(arena, index, false)]
    func result(_ expression: AnyRandom) -> AnyRandom {
      guard case .node(let arena, let index) = expression.storage else { return expression }
      return results[NodeID(arena, index)] ?? expression
    }
    func constant(_ quantity: Int, _ shape: Shape, _ kind: NumberKind) -> AnyRandom {
      AnyRandom(Constant(elements: values[quantity], shape: shape, kind: kind))
    }
    while let (arena, index, isDone) = stack.popLast() {
      let (id, node) = (NodeID(arena, index), arena[index])
      guard results[id] == nil, let dependence = elements[id] else { continue }
      if let number = scanNumbers[id] {
        results[id] = scans[number].finalState(replacement(of: number)) { constant($0.end, $0.shape, $0.kind) }
        continue
      }
      let inputs = node.dependencies(in: arena)
      if !isDone {
        stack.append((arena, index, true))
        for input in inputs {
          if case .node(let arena, let index) = input.storage { stack.append((arena, index, false)) }
        }
        continue
      }
      switch node.content {
      case .latent(let site):
        guard let number = numbers[site.path] else { continue }
        results[id] = constant(number, node.shape, node.kind)
      case .input:
        guard let quantity = quantity(AnyRandom(arena: arena, index: index)) else { continue }
        results[id] = constant(quantity, node.shape, node.kind)
      case .imported: results[id] = result(inputs[0])
      case .apply, .map: results[id] = .make(node.content, inputs.map(result), shape: node.shape, kind: node.kind)
      case .history(let value) where dependence.allSatisfy(\.isEmpty):
        let scan = scanNumber(arena, node.inputs[0]).map(replacement) ?? result(inputs[0])
        results[id] = .make(.history(result(value)), [scan], shape: node.shape, kind: node.kind)
      case .bind, .scan, .history, .constant, .failure:
        let site = dependence.lazy.flatMap { $0 }.map(\.quantity).filter { $0 < self.sites.count }.min()
          .map { self.sites[$0] } ?? sites.first
        throw ModelError.unsupportedSite(
          site: site?.path ?? "", reason: "not summed out: \(Self.what(node.content)) depends on it",
          location: site?.location)
      }
    }
    return result(expression)
  }

  private static func what(_ content: Node.Content) -> String {
    switch content {
    case .history: "what is made of all steps, outside of their scan (which may score them inside),"
    case .scan: "a scan inside of another one"
    default: "a continuation"
    }
  }
}

extension Node {
  /// What has to be known for the value of a node, latents being given.
  fileprivate func dependencies(in arena: Arena) -> [AnyRandom] {
    let inputs = inputs.map { AnyRandom(arena: arena, index: $0) }
    switch content {
    case .latent: return []
    case .imported(let other, let index): return [AnyRandom(arena: other, index: index)]
    case .scan(let body): return inputs + body.roots
    case .history(let value): return inputs + [value]
    default: return inputs
    }
  }
}

extension AnyRandom {
  /// The numbers, where they are known before a run, here or in another arena.
  var knownElements: [Double]? {
    switch storage {
    case .constant(let constant): return constant.elements
    case .node(let arena, let index):
      switch arena[index].content {
      case .constant(let constant): return constant.elements
      case .imported(let other, let otherIndex): return AnyRandom(arena: other, index: otherIndex).knownElements
      default: return nil
      }
    }
  }

  /// What is summed, where this is a sum over a plate.
  var summands: AnyRandom {
    guard case .node(let arena, let index) = storage, case .apply(let application) = arena[index].content,
      application.operation == Sum.self
    else { return self }
    return AnyRandom(arena: arena, index: arena[index].inputs[0])
  }
}
