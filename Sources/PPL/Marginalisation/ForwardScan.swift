import NumericCore

/// The scan that runs in place of one whose states are summed over: in place of a discrete state it hands on, for each
/// combination of its values, the logarithm of the sum over all that led there (the forward algorithm: Rabiner, 'A tutorial
/// on hidden Markov models', 1989, section III).
struct ForwardScan {
  /// What the tables that are handed on are functions of: the discrete parts of the state, and what is carried through all
  /// steps.
  let before: [DiscreteVariable]
  let after: [DiscreteVariable]
  let carried: [DiscreteVariable]
  /// The variables of a step, in the order in which they were summed out.
  let eliminations: [DiscreteSum.Elimination]
  /// What the steps score that depends on nothing that is summed over.
  let terms: [ScoreTerm]
  let node: AnyRandom
  let body: ScanBody
  /// A function of the final state, and of what was carried.
  let final: DiscreteFactor

  /// - Parameters:
  ///   - absorbed: factors of the first state and of what is carried.
  ///   - stepPieces: what the steps score.
  init(
    _ scan: SummedScan, absorbing absorbed: [DiscreteFactor], carrying carried: [DiscreteVariable],
    scoring stepPieces: [DensityPiece], _ pieces: DiscretePieces, _ dependence: DiscreteDependence, _ values: DiscreteValues
  ) throws {
    self.carried = carried
    before = scan.parts.map { DiscreteVariable(quantity: $0.before) }
    after = scan.parts.map { DiscreteVariable(quantity: $0.after) }
    let (scope, end) = (before + carried, scan.parts.map { DiscreteVariable(quantity: $0.end) } + carried)
    try values.check(scope)
    let shape = try Self.shape(of: scope, after, scan, pieces, values)
    let count = values.count(scope)

    let loop = scan.body.loop
    let first = scan.body.next.count
    let table = (0..<count).map { number in
      AnyRandom.make(.input(.state(first + number), loop: loop), shape: shape, kind: .real)
    }
    let (factors, terms) = try pieces.factors(of: stepPieces)
    let sum = try DiscreteSum(
      factors + scan.stepLinks + [DiscreteFactor(scope: scope, table: table)], values, keeping: Set(after + carried))
    eliminations = sum.eliminations
    self.terms = terms + (sum.terms.isEmpty ? [] : [ScoreTerm(site: "sum over \(scan.body.path)", sum.terms, in: loop)])

    /// The sum of factors where the variables of the scope stand for some quantities in place of the state before a step.
    func entries(_ factors: [DiscreteFactor], _ quantities: [Int]) -> [AnyRandom] {
      values.combinations(scope).map { combination in
        var own: [DiscreteVariable: Int] = [:]
        for variable in carried { own[variable] = combination[variable] }
        for (part, quantity) in zip(scan.parts, quantities) {
          let number = combination[DiscreteVariable(quantity: part.before)] ?? 0
          let variable = DiscreteVariable(quantity: quantity)
          guard let value = values.number(number, of: part.before, in: quantity), own[variable].map({ $0 == value }) ?? true
          else { return Self.number(-.infinity, shape) }
          own[variable] = value
        }
        let parts = factors.map { $0.table[values.place(own, $0.scope)] }
        let entry = parts.dropFirst().reduce(parts.first ?? Self.number(0, shape), +)
        return entry.shape == shape ? entry : entry + Self.number(0, shape)
      }
    }
    let numbers = values.numbers([:])
    /// In place of a part of the state that is summed over there is 0.
    func kept(_ number: Int, _ value: AnyRandom) throws -> AnyRandom {
      if let part = scan.parts.first(where: { $0.number == number }) { return Self.number(0, part.shape) }
      return try dependence.substitute(numbers, in: value)
    }
    let next = try scan.body.next.enumerated().map(kept) + entries(sum.factors, scan.parts.map(\.after))
    guard case .node(let arena, let index) = scan.node.storage else { preconditionFailure("a scan is a node") }
    let inputs = try arena[index].inputs.enumerated().map { try kept($0, AnyRandom(arena: arena, index: $1)) }
    let initial = Array(inputs.prefix(first)) + entries(absorbed, scan.parts.map(\.start))
    // It is only lowered, which takes its inputs by their numbers: where their nodes are does not matter.
    body = ScanBody(
      loop: loop, enclosing: nil, path: scan.body.path, count: scan.body.count, arena: scan.body.arena,
      attachments: scan.body.attachments, nodes: scan.body.nodes, states: scan.body.states + table.map { _ in 0 },
      steps: scan.body.steps, next: next, statements: [], items: [])
    node = .make(
      .scan(body), initial + Array(inputs.dropFirst(first)), shape: .vector(initial.reduce(0) { $0 + $1.shape.count }), kind: .real)
    let offset = initial.prefix(first).reduce(0) { $0 + $1.shape.count }
    let node = node
    final = DiscreteFactor(
      scope: end,
      table: (0..<count).map { number in
        .apply(Slice.self, [node], shape: shape, kind: .real, immediate: (offset + number * shape.count, 1, 0, 0))
      })
  }

  /// The shape of an entry of the tables: a number, or one for each element of a plate.
  private static func shape(
    of scope: [DiscreteVariable], _ after: [DiscreteVariable], _ scan: SummedScan, _ pieces: DiscretePieces,
    _ values: DiscreteValues
  ) throws -> Shape {
    let all = scope + after
    let sizes = Set(all.map { $0.element == nil ? values[$0].size : 1 })
    let isSplit = all.contains { $0.element == nil && pieces.variables(of: $0.quantity) != [$0] }
    guard sizes.count <= 1, !isSplit else {
      throw ModelError.unsupportedSite(
        site: scan.body.path,
        reason: "not summed out: a plate in the state of a scan has to be taken element by element, with nothing beside it",
        location: nil)
    }
    let size = sizes.first ?? 1
    return size == 1 ? scan.parts.first?.shape ?? .scalar : .vector(size)
  }

  private static func number(_ value: Double, _ shape: Shape) -> AnyRandom {
    AnyRandom(Constant(elements: Array(repeating: value, count: shape.count), shape: shape, kind: .real))
  }
}
