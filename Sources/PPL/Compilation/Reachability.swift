/// Whether an expression depends on a continuation of a drawn value.
func isDynamic(_ roots: [AnyRandom]) -> Bool {
  var found = false
  visit(roots) { node, _ in
    if case .bind = node.content { found = true }
  }
  return found
}

/// Whether an expression depends on a latent, or on a state that a loop hands on.
func dependsOnDraws(_ root: AnyRandom) -> Bool {
  var found = false
  visit([root]) { node, _ in
    switch node.content {
    case .latent, .bind, .scan, .input(.state, _): found = true
    default: break
    }
  }
  return found
}

/// A latent that expressions depend on, and the loops that it is in.
struct PlacedSite: Sendable {
  let site: Site
  /// The draw, where it is made.
  let draw: AnyRandom
  let placement: Placement

  var path: String { site.path }
  var distribution: any Distribution { site.distribution }
  var location: SourceLocation { site.location }
  /// The shape of its values, those of all steps together.
  var shape: Shape { placement.stacked(site.shape) }
  /// Its values, those of all steps together.
  var value: AnyRandom { placement.stacked(draw) }
}

/// The latents that expressions depend on, each one after those that its parameters depend on.
func latents(reachedFrom roots: [AnyRandom]) -> [PlacedSite] {
  var paths: Set<String> = []
  var sites: [(site: Site, draw: AnyRandom)] = []
  var scans: [Loop: (node: AnyRandom, body: ScanBody)] = [:]
  visit(roots) { node, expression in
    if case .latent(let site) = node.content, paths.insert(site.path).inserted {
      sites.append((site, expression))
    }
    if case .scan(let body) = node.content { scans[body.loop] = (expression, body) }
  }
  return sites.map { site, draw in
    PlacedSite(site: site, draw: draw, placement: Placement(scans: site.loops.compactMap { scans[$0] }))
  }
}

/// An observation, and the loops that it is in.
struct PlacedObservation: Sendable {
  let observation: Observation
  let placement: Placement

  var path: String { observation.path }
  /// The data that the model would see in place of what was observed, those of all steps together.
  var replicated: AnyRandom { placement.stacked(observation.replicated) }
}

/// All observations of statements and of the loops that they run.
func observations(of statements: [Statement], in placement: Placement = Placement()) -> [PlacedObservation] {
  statements.flatMap { statement -> [PlacedObservation] in
    switch statement.content {
    case .observe(let observation): return [PlacedObservation(observation: observation, placement: placement)]
    case .factor: return []
    case .run(let run):
      guard let body = run.scanBody else { return [] }
      return observations(of: body.statements, in: placement.inside(run, body))
    }
  }
}

extension AnyRandom {
  /// The body, where this is a scan.
  var scanBody: ScanBody? {
    if case .node(let arena, let index) = storage, case .scan(let body) = arena[index].content { return body }
    return nil
  }
}

/// Visits all nodes that expressions depend on, each one once and after its inputs.
///
/// - Parameter substitutes: what stands in for latents, by path: walked in place of their parameters.
func visit(_ roots: [AnyRandom], substitutes: [String: AnyRandom] = [:], _ body: (Node, AnyRandom) -> Void) {
  var visited: Set<NodeID> = []
  var stack: [(arena: Arena, index: Int, isDone: Bool)] = []
  func push(_ expressions: [AnyRandom]) {
    for expression in expressions.reversed() {
      if case .node(let arena, let index) = expression.storage { stack.append((arena, index, false)) }
    }
  }
  push(roots)
  while let (arena, index, isDone) = stack.popLast() {
    if isDone {
      body(arena[index], AnyRandom(arena: arena, index: index))
      continue
    }
    guard visited.insert(NodeID(arena, index)).inserted else { continue }
    let node = arena[index]
    stack.append((arena, index, true))
    switch node.content {
    case .imported(let other, let otherIndex): stack.append((other, otherIndex, false))
    case .latent(let site):
      if let substitute = substitutes[site.path] {
        push([substitute])
        continue
      }
    case .scan(let scan): push(scan.roots)
    case .history(let value): push([value])
    default: break
    }
    for input in node.inputs.reversed() { stack.append((arena, input, false)) }
  }
}
