/// The latents that expressions depend on, each one after those that its parameters depend on.
func latents(reachedFrom roots: [AnyRandom]) -> [Site] {
  struct NodeID: Hashable {
    let arena: ObjectIdentifier
    let index: Int
  }
  var visited: Set<NodeID> = []
  var paths: Set<String> = []
  var sites: [Site] = []
  var stack: [(arena: Arena, index: Int, isDone: Bool)] = []
  for root in roots.reversed() {
    if case .node(let arena, let index) = root.storage { stack.append((arena, index, false)) }
  }
  while let (arena, index, isDone) = stack.popLast() {
    let node = arena.nodes[index]
    if isDone {
      if case .latent(let site) = node.content, paths.insert(site.path).inserted { sites.append(site) }
      continue
    }
    guard visited.insert(NodeID(arena: ObjectIdentifier(arena), index: index)).inserted else { continue }
    stack.append((arena, index, true))
    if case .imported(let other, let otherIndex) = node.content { stack.append((other, otherIndex, false)) }
    for input in node.inputs.reversed() { stack.append((arena, input, false)) }
  }
  return sites
}
