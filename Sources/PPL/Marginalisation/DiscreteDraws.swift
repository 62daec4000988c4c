import NumericCore

/// Draws of what was summed out given all else: each variable given those that were summed out after it, the last one first.
struct DiscreteDraws {
  private let values: DiscreteValues
  private let location: SourceLocation
  /// Of the values of each variable, from 0.
  private var numbers: [DiscreteVariable: AnyRandom] = [:]
  /// The values at all steps of sites of scans.
  private var series: [Int: AnyRandom] = [:]

  /// - Parameter location: of the first site.
  init(_ values: DiscreteValues, location: SourceLocation) { (self.values, self.location) = (values, location) }

  /// The value of a quantity: that at all steps, where it is a site of a scan.
  func value(of quantity: Int) -> AnyRandom {
    if let series = series[quantity] { return series }
    let own = values.quantities[quantity]
    let whole = numbers[DiscreteVariable(quantity: quantity)]
    let value = whole ?? .stack((0..<own.size).map { numbers[DiscreteVariable(quantity: quantity, element: $0)] ?? 0 })
    return value + Self.integer(own.first)
  }

  /// Draws the variables of a sum, given those that it kept.
  mutating func draw(_ eliminations: [DiscreteSum.Elimination]) {
    for elimination in eliminations.reversed() { draw(elimination) }
  }

  private mutating func draw(_ elimination: DiscreteSum.Elimination) {
    let variable = elimination.variable
    let (size, count) = (values.isPlate(variable) ? values[variable].size : 1, values[variable].count)
    var place = AnyRandom(0)
    for other in elimination.rest { place = place * AnyRandom(Double(values[other].count)) + (numbers[other] ?? 0) }
    let all = AnyRandom.stack(elimination.logits)
    let rows = (0..<count).map { value -> AnyRandom in
      let offsets = AnyRandom((0..<size).map { Double(value * size + $0) })
      return .apply(Gather.self, [all, place * AnyRandom(Double(count * size)) + offsets], shape: .vector(size))
    }
    let name = values[variable].name + (variable.element.map { "[\($0)]" } ?? "")
    let key = Scope.root.child("summed out").child(UInt64(variable.quantity)).child(UInt64(variable.element ?? 0))
    let conditional = Site(
      path: "\(name) given the rest, \(variable.quantity)", key: key, distribution: LogitRows(.stack(rows), count: size),
      shape: .vector(size), location: location, loops: Scope.current?.loops ?? [])
    let drawn = conditional.draw(kind: .integer)
    numbers[variable] = values.isPlate(variable) ? drawn : drawn[element: 0]
  }

  /// Draws the sites and the states of a scan from the last step to the first, given its final state (Frühwirth-Schnatter,
  /// 'Finite mixture and Markov switching models', 2006, algorithm 11.5).
  ///
  /// - Parameter sites: the quantities that are sites of the scan.
  mutating func draw(_ scan: SummedScan, _ forward: ForwardScan, sites: [Int]) {
    guard !scan.parts.isEmpty || !sites.isEmpty else { return }
    let placement = Placement().inside(forward.node, forward.body)
    let wholes = forward.eliminations.flatMap(\.logits).map { placement.stacked($0).reversed(forward.body.count) }
    /// From the numbers of the values of one quantity to those of another.
    func moved(_ number: AnyRandom, from a: Int, to b: Int) -> AnyRandom {
      number + Self.integer(values.quantities[a].first - values.quantities[b].first)
    }
    let parts = scan.parts
    let ends = parts.map { numbers[DiscreteVariable(quantity: $0.end)] ?? 0 }
    let blank = sites.map { Self.integers(count: values.quantities[$0].size) }
    let backward = Scan<[AnyRandom], [AnyRandom]>(
      "\(scan.body.path) backward", over: wholes, count: forward.body.count, from: ends + blank, location,
      state: { $0 }, history: { $0 }
    ) { state, step in
      var own = self
      for (part, number) in zip(parts, state) {
        own.numbers[DiscreteVariable(quantity: part.after)] = moved(number, from: part.before, to: part.after)
      }
      var rest = step[...]
      own.draw(
        forward.eliminations.map { elimination in
          defer { rest = rest.dropFirst(elimination.logits.count) }
          return DiscreteSum.Elimination(
            variable: elimination.variable, rest: elimination.rest, logits: Array(rest.prefix(elimination.logits.count)))
        })
      let next = parts.map { own.numbers[DiscreteVariable(quantity: $0.before)] ?? 0 }
      return (next + sites.map(own.value), [])
    }
    for (part, number) in zip(parts, backward.final) {
      numbers[DiscreteVariable(quantity: part.start)] = moved(number, from: part.before, to: part.start)
    }
    for (site, history) in zip(sites, backward.states.dropFirst(parts.count)) {
      series[site] = history.reversed(forward.body.count)
    }
  }

  private static func integer(_ value: Double) -> AnyRandom {
    AnyRandom(Constant(elements: [value], shape: .scalar, kind: .integer))
  }

  private static func integers(count: Int) -> AnyRandom {
    let shape: Shape = count == 1 ? .scalar : .vector(count)
    return AnyRandom(Constant(elements: Array(repeating: 0, count: count), shape: shape, kind: .integer))
  }
}

extension AnyRandom {
  /// Of values that are stacked, the last one first.
  fileprivate func reversed(_ count: Int) -> AnyRandom {
    let size = count > 0 ? shape.count / count : 0
    let indices = (0..<count).reversed().flatMap { step in (0..<size).map { Double(step * size + $0) } }
    return .apply(Gather.self, [self, AnyRandom(indices)], shape: shape, kind: kind)
  }
}
