/// The constants of a graph in the order in which it is walked, and what the graph is apart from them. Two graphs of the
/// same structure differ in their constants alone: a program that was lowered from one serves the other.
struct GraphConstants {
  let constants: [(node: NodeID, value: Constant)]
  /// Of operations, shapes and sites.
  let structure: Int

  /// - Parameter substitutes: what stands in for latents.
  init(_ roots: [AnyRandom], substitutes: [String: AnyRandom]) {
    var hasher = Hasher()
    var constants: [(node: NodeID, value: Constant)] = []
    visit(roots, substitutes: substitutes) { node, expression in
      hasher.combine(node.shape)
      hasher.combine(node.kind)
      hasher.combine(node.inputs.count)
      switch node.content {
      case .constant(let constant):
        if case .node(let arena, let index) = expression.storage {
          constants.append((NodeID(arena, index), constant))
        }
      case .latent(let site): hasher.combine(site.path)
      case .apply(let application):
        hasher.combine(ObjectIdentifier(application.operation))
        let (a, b, c, d) = application.immediate
        for i in [a, b, c, d] { hasher.combine(i) }
      case .input(let source, _): hasher.combine(source)
      case .scan(let body): hasher.combine(body.count)
      case .imported, .map, .bind, .history, .failure: break
      }
    }
    self.constants = constants
    structure = hasher.finalize()
  }
}

extension CompiledModel {
  /// This model with the data of another one of the same structure: new data of the same shapes need no new lowering.
  ///
  /// - Parameter model: usually the same Swift function of other data.
  /// - Throws: `ModelError.structureMismatch` where sites, operations or shapes differ; errors of the model itself.
  public func binding(_ model: Model<Value>) throws -> CompiledModel {
    let new = try DensityParts(model)
    guard new.graph.structure == parts.graph.structure, new.graph.constants.count == constantSlots.count,
      zip(new.graph.constants, parts.graph.constants).allSatisfy({ $0.value.shape == $1.value.shape })
    else { throw ModelError.structureMismatch("other sites, operations or shapes") }
    var elements: [Int: [Double]] = [:]
    for (slot, constant) in zip(constantSlots, new.graph.constants) {
      guard let slot else { continue }
      elements[slot] = constant.value.elements
    }
    return CompiledModel(new, density: density.binding(elements), constantSlots: constantSlots)
  }
}
