/// An element of a site that is summed out: which site, by its number, and which element.
struct DiscreteElement: Hashable, Comparable {
  let site: Int
  let element: Int

  static func < (a: DiscreteElement, b: DiscreteElement) -> Bool { (a.site, a.element) < (b.site, b.element) }
}

/// What expressions depend on of the sites that are summed out, element by element, and the same expressions with values
/// in place of the sites.
final class DiscreteDependence {
  private let numbers: [String: Int]
  /// For each element of a node what it depends on; nodes that depend on nothing are left out.
  private var elements: [NodeID: [Set<DiscreteElement>]] = [:]
  private var visited: Set<NodeID> = []

  /// - Parameter paths: of the sites.
  init(_ paths: [String]) { numbers = Dictionary(uniqueKeysWithValues: paths.enumerated().map { ($1, $0) }) }

  /// For each element of an expression what it depends on; nil where it depends on nothing.
  func callAsFunction(_ expression: AnyRandom) -> [Set<DiscreteElement>]? {
    guard case .node(let arena, let index) = expression.storage else { return nil }
    walk(arena, index) { arena, index, node in
      elements[NodeID(arena, index)] = dependence(of: node, inputs: node.inputs.map { AnyRandom(arena: arena, index: $0) })
    }
    return elements[NodeID(arena, index)]
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

  private func dependence(of node: Node, inputs: [AnyRandom]) -> [Set<DiscreteElement>]? {
    let count = node.shape.count
    switch node.content {
    case .latent(let site):
      return numbers[site.path].map { number in (0..<count).map { [DiscreteElement(site: number, element: $0)] } }
    case .imported(let arena, let index): return elements[NodeID(arena, index)]
    case .scan(let body): return joined((inputs + body.roots).map(known), count)
    case .history(let value): return joined((inputs + [value]).map(known), count)
    case .apply(let application): return dependence(of: application, inputs, count)
    case .map, .bind: return joined(inputs.map(known), count)
    case .constant, .input, .failure: return nil
    }
  }

  /// All of what inputs depend on, for each element.
  private func joined(_ inputs: [[Set<DiscreteElement>]?], _ count: Int) -> [Set<DiscreteElement>]? {
    let all = inputs.compactMap { $0 }.joined().reduce(into: Set<DiscreteElement>()) { $0.formUnion($1) }
    return all.isEmpty ? nil : Array(repeating: all, count: count)
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

  // MARK: Values in place of sites

  /// The expression with values in place of sites.
  ///
  /// - Parameter values: for each site, by number, the numbers of its elements.
  /// - Throws: `ModelError.unsupportedSite` where a scan depends on a site.
  func substitute(_ values: [[Double]], in expression: AnyRandom, of sites: [PlacedSite]) throws -> AnyRandom {
    guard self(expression) != nil, case .node(let arena, let index) = expression.storage else { return expression }
    var results: [NodeID: AnyRandom] = [:]
    var stack: [(arena: Arena, index: Int, isDone: Bool)] = [(arena, index, false)]
    func result(_ expression: AnyRandom) -> AnyRandom {
      guard case .node(let arena, let index) = expression.storage else { return expression }
      return results[NodeID(arena, index)] ?? expression
    }
    while let (arena, index, isDone) = stack.popLast() {
      let (id, node) = (NodeID(arena, index), arena[index])
      guard results[id] == nil, let dependence = elements[id] else { continue }
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
        results[id] = AnyRandom(Constant(elements: values[number], shape: node.shape, kind: node.kind))
      case .imported: results[id] = result(inputs[0])
      case .apply, .map: results[id] = .make(node.content, inputs.map(result), shape: node.shape, kind: node.kind)
      case .bind, .scan, .history, .constant, .input, .failure:
        let site = dependence[0].min().map { sites[$0.site] }
        throw ModelError.unsupportedSite(
          site: site?.path ?? "", reason: "not summed out: a scan or a continuation depends on it; write the series as a loop",
          location: site?.location)
      }
    }
    return result(expression)
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
  fileprivate var knownElements: [Double]? {
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
