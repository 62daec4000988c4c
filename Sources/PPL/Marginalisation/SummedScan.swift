import NumericCore

/// A scan whose states are summed over: which parts of its state are discrete, and what they are before a step, after it,
/// at the start and at the end.
struct SummedScan {
  /// A part of the state that depends on what is summed over.
  struct Part {
    /// Of the state.
    let number: Int
    /// Its first element in the final state.
    let offset: Int
    let shape: Shape
    let kind: NumberKind
    /// The numbers of the quantities.
    let before, end: Int
    var after = -1
    var start = -1

    var range: Range<Int> { offset..<(offset + shape.count) }
  }

  let node: AnyRandom
  let id: NodeID
  let body: ScanBody
  private(set) var parts: [Part] = []
  /// What states after a step, and at the start, are as functions of others: factors of 1 and 0.
  private(set) var stepLinks: [DiscreteFactor] = []
  private(set) var startLinks: [DiscreteFactor] = []

  /// - Parameters:
  ///   - sites: that are summed over: the first quantities.
  ///   - earlier: scans that are summed over, and run before this one.
  ///   - values: takes in the quantities of this scan.
  /// - Returns: nil where nothing depends on what is summed over.
  init?(
    _ node: AnyRandom, _ body: ScanBody, of sites: [PlacedSite], after earlier: [SummedScan], _ values: inout DiscreteValues
  ) throws {
    guard case .node(let arena, let index) = node.storage, DiscreteDependence(sites, scans: earlier)(node) != nil else {
      return nil
    }
    (self.node, id, self.body) = (node, NodeID(arena, index), body)
    try findParts(sites, earlier, &values)
    try link(DiscreteDependence(sites, scans: earlier + [self]), &values, sites)
  }

  private func initial(_ number: Int) -> AnyRandom {
    guard case .node(let arena, let index) = node.storage else { return node }
    return AnyRandom(arena: arena, index: arena[index].inputs[number])
  }

  /// Finds the parts of the state that depend on what is summed over, or on each other.
  private mutating func findParts(
    _ sites: [PlacedSite], _ earlier: [SummedScan], _ values: inout DiscreteValues
  ) throws {
    var found = -1
    while parts.count > found {
      found = parts.count
      let dependence = DiscreteDependence(sites, scans: earlier + [self])
      var offset = 0
      for (number, next) in body.next.enumerated() {
        let initial = initial(number)
        let start = offset
        offset += initial.shape.count
        guard !parts.contains(where: { $0.number == number }),
          !dependence.quantities(of: next).isEmpty || !dependence.quantities(of: initial).isEmpty
        else { continue }
        let name = "state \(number) of \(body.path)"
        func quantity() -> Int { values.add(name, first: 0, count: 0, size: initial.shape.count) }
        parts.append(
          Part(
            number: number, offset: start, shape: initial.shape, kind: initial.kind, before: quantity(), end: quantity()))
      }
    }
  }

  /// Finds what each part is at the start and after a step, and the values that it takes.
  private mutating func link(
    _ dependence: DiscreteDependence, _ values: inout DiscreteValues, _ sites: [PlacedSite]
  ) throws {
    var startFunctions = DiscreteFunctions(dependence, path: body.path, location: sites.first?.location)
    var stepFunctions = startFunctions
    for i in parts.indices {
      parts[i].start = try startFunctions.quantity(initial(parts[i].number), &values)
      parts[i].after = try stepFunctions.quantity(body.next[parts[i].number], &values)
      values.start(parts[i].before, like: parts[i].start)
    }
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      try stepFunctions.evaluate(&values)
      for part in parts where values.extend(part.before, toThoseOf: part.after) {
        isGrowing = true
        try values.check([DiscreteVariable(quantity: part.before), DiscreteVariable(quantity: part.after)])
      }
    }
    for part in parts { values.start(part.end, like: part.before) }
    (startLinks, stepLinks) = (try startFunctions.factors(values), try stepFunctions.factors(values))
  }

  /// The final state of the scan that runs in place of this one, with values in place of the parts that are summed over.
  func finalState(_ replacement: AnyRandom, _ value: (Part) -> AnyRandom) -> AnyRandom {
    var offset = 0
    let pieces = body.next.enumerated().map { number, next in
      defer { offset += next.shape.count }
      return parts.first { $0.number == number }.map(value) ?? replacement[slice: offset, count: next.shape.count]
    }
    return .apply(Stack.self, pieces, shape: node.shape, kind: .real)
  }
}
