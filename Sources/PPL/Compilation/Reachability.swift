/// Whether an expression depends on a continuation of a drawn value.
func isDynamic(_ roots: [AnyRandom]) -> Bool {
  var found = false
  visit(roots) { node, _ in
    if case .bind = node.content { found = true }
  }
  return found
}

/// The latents that expressions depend on, each one after those that its parameters depend on.
func latents(reachedFrom roots: [AnyRandom]) -> [Site] {
  var paths: Set<String> = []
  var sites: [Site] = []
  visit(roots) { node, _ in
    if case .latent(let site) = node.content, paths.insert(site.path).inserted { sites.append(site) }
  }
  return sites
}

/// Visits all nodes that expressions depend on, each one once and after its inputs.
///
/// - Parameter substitutes: what stands in for latents, by path: walked in place of their parameters.
func visit(_ roots: [AnyRandom], substitutes: [String: AnyRandom] = [:], _ body: (Node, NodeID) -> Void) {
  var visited: Set<NodeID> = []
  var stack: [(arena: Arena, index: Int, isDone: Bool)] = []
  for root in roots.reversed() {
    if case .node(let arena, let index) = root.storage { stack.append((arena, index, false)) }
  }
  while let (arena, index, isDone) = stack.popLast() {
    let node = arena[index]
    if isDone {
      body(node, NodeID(arena, index))
      continue
    }
    guard visited.insert(NodeID(arena, index)).inserted else { continue }
    stack.append((arena, index, true))
    if case .imported(let other, let otherIndex) = node.content { stack.append((other, otherIndex, false)) }
    if case .latent(let site) = node.content, let substitute = substitutes[site.path] {
      if case .node(let other, let otherIndex) = substitute.storage { stack.append((other, otherIndex, false)) }
      continue
    }
    for input in node.inputs.reversed() { stack.append((arena, input, false)) }
  }
}
