/// Whether an expression depends on a continuation of a drawn value.
func isDynamic(_ roots: [AnyRandom]) -> Bool {
  var found = false
  visit(roots) { node in
    if case .bind = node.content { found = true }
  }
  return found
}

/// The latents that expressions depend on, each one after those that its parameters depend on.
func latents(reachedFrom roots: [AnyRandom]) -> [Site] {
  var paths: Set<String> = []
  var sites: [Site] = []
  visit(roots) { node in
    if case .latent(let site) = node.content, paths.insert(site.path).inserted { sites.append(site) }
  }
  return sites
}

/// Visits all nodes that expressions depend on, each one once and after its inputs.
private func visit(_ roots: [AnyRandom], _ body: (Node) -> Void) {
  struct NodeID: Hashable {
    let arena: ObjectIdentifier
    let index: Int
  }
  var visited: Set<NodeID> = []
  var stack: [(arena: Arena, index: Int, isDone: Bool)] = []
  for root in roots.reversed() {
    if case .node(let arena, let index) = root.storage { stack.append((arena, index, false)) }
  }
  while let (arena, index, isDone) = stack.popLast() {
    let node = arena.nodes[index]
    if isDone {
      body(node)
      continue
    }
    guard visited.insert(NodeID(arena: ObjectIdentifier(arena), index: index)).inserted else { continue }
    stack.append((arena, index, true))
    if case .imported(let other, let otherIndex) = node.content { stack.append((other, otherIndex, false)) }
    for input in node.inputs.reversed() { stack.append((arena, input, false)) }
  }
}
