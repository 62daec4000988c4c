import NumericCore

/// The places of one run's values, and how steps are run there.
struct NetworkFrame {
  let network: TraceNetwork
  let values: PagedValues
  let scratch: UnsafeMutablePointer<Double>

  /// - Parameter workspace: what steps are run with; nil where none is run.
  init(_ network: TraceNetwork, _ values: PagedValues, _ workspace: NetworkWorkspace? = nil) {
    (self.network, self.values) = (network, values)
    scratch = workspace?.scratch.base ?? network.data.base
  }

  /// Where a slot is read.
  @inline(__always) subscript(slot: Int) -> UnsafeMutablePointer<Double> {
    let description = network.slots[slot]
    return values.bases[description.page] + description.offset
  }

  /// Where a slot is written; what was read of its page before is elsewhere now.
  @inline(__always) func room(_ slot: Int) -> UnsafeMutablePointer<Double> {
    let description = network.slots[slot]
    if description.home == .run { values.own(description.page) }
    return values.bases[description.page] + description.offset
  }

  func elements(_ slot: Int) -> [Double] {
    Array(UnsafeBufferPointer(start: self[slot], count: network.slots[slot].count))
  }

  // MARK: Operations

  /// Runs an operation, for one element of its output or for all.
  @inline(__always) func apply(
    _ operation: TraceNetwork.Operation, _ step: TraceNetwork.Step, element: Int?, _ context: inout RunContext
  ) {
    let count = element == nil ? network.slots[step.output].count : 1
    if count == 1, operation.pattern.isElementwise, let number = operation.number {
      return apply(number, step, element: element ?? 0)
    }
    switch operation.pattern {
    case .slice(let offset, let stride):
      let to = room(step.output)
      let from = self[network.inputs[step.firstOperand]]
      if let element {
        to[element] = from[offset + element * stride]
      } else {
        for e in 0..<count { to[e] = from[offset + e * stride] }
      }
    case .part(let offset):
      let input = network.inputs[step.firstOperand]
      let to = room(step.output)
      let from = self[input]
      if let element {
        to[element] = from[element - offset]
      } else {
        for e in 0..<network.slots[input].count { to[offset + e] = from[e] }
      }
    default:
      var body = body(operation.array, operation.immediate, step, element: element) { index, slot in
        switch operation.pattern {
        case .elementwise: network.slots[slot].count > 1
        case .gather: index == 1
        default: false
        }
      }
      // Some operations convert indices once for all runs: here they are not known before a run.
      scratch[0] = 0
      withUnsafePointer(to: &body) { operation.array.forward(Instruction($0), &context) }
    }
  }

  /// Runs an operation on numbers, for one element of its output.
  @inline(__always) func apply(_ operation: any NumberOperation.Type, _ step: TraceNetwork.Step, element: Int) {
    func input(_ i: Int) -> UnsafeMutablePointer<Double> {
      guard i < step.operandCount else { return scratch }
      let slot = network.inputs[step.firstOperand + i]
      return self[slot] + (network.slots[slot].count == 1 ? 0 : element)
    }
    let output = room(step.output) + element
    let number = NumberStep(
      operation, output: output, inputs: (input(0), input(1), input(2), input(3), input(4)))
    withUnsafePointer(to: number) { operation.forward($0) }
  }

  /// - Parameter isWalked: whether an input is read at the element, by its number and slot.
  @inline(__always) private func body(
    _ operation: any ArrayOperation.Type, _ immediate: (Int, Int, Int, Int), _ step: TraceNetwork.Step,
    element: Int?,
    isWalked: (Int, Int) -> Bool
  ) -> Instruction.Body {
    let count = element == nil ? network.slots[step.output].count : 1
    let start = room(step.output) + (element ?? 0)
    var (most, isEmpty) = (count, count == 0)
    func operand(_ i: Int) -> Operand {
      guard i < step.operandCount else {
        return Operand(value: scratch, adjoint: nil, count: 1, elementStride: 0, laneStride: 0)
      }
      let slot = network.inputs[step.firstOperand + i]
      if let element, isWalked(i, slot) {
        return Operand(value: self[slot] + element, adjoint: nil, count: 1, elementStride: 1, laneStride: 1)
      }
      let size = network.slots[slot].count
      if size == 0 { isEmpty = true }
      most = max(most, size)
      return Operand(value: self[slot], adjoint: nil, count: size, elementStride: 1, laneStride: 1)
    }
    var inputs = (operand(0), operand(1), operand(2), operand(3), operand(4))
    let total = isEmpty ? 0 : most
    func walk(_ operand: inout Operand) { operand.inner = operand.count == 1 && total > 1 ? 0 : 1 }
    walk(&inputs.0)
    walk(&inputs.1)
    walk(&inputs.2)
    walk(&inputs.3)
    walk(&inputs.4)
    var output = Operand(value: start, adjoint: nil, count: count, elementStride: 1, laneStride: 1)
    walk(&output)
    return Instruction.Body(
      operation: operation, inputCount: step.operandCount, outerCount: 1, innerCount: total, lanes: 1,
      scratch: scratch, output: output, inputs: inputs, immediate: immediate)
  }

  func call(_ function: Int, _ step: TraceNetwork.Step) throws {
    let result = try network.functions[function].body(network.inputs[step.operands].map { .numbers(elements($0)) })
      .elements
    let to = room(step.output)
    for (e, element) in result.prefix(network.slots[step.output].count).enumerated() { to[e] = element }
  }

  // MARK: Sites

  /// Draws the values of a site, or one element of them.
  func draw(_ site: NetworkSite, _ step: TraceNetwork.Step, element: Int?, key: RandomKey, lane: Int) throws {
    var context = RunContext(key: site.key(run: key), firstLane: lane)
    (context.drawings, context.firstElement) = (site.kind.drawings, element ?? 0)
    var body = body(DrawSite.self, (0, site.drawKind, 0, 0), step, element: element) { i, slot in
      site.kind.isOwn(i, count: network.slots[slot].count)
    }
    withUnsafePointer(to: &body) { DrawSite.forward(Instruction($0), &context) }
    if let failure = context.failure { throw failure }
  }

  /// Throws where a parameter of a site is out of its domain.
  @inline(__always) func checkParameters(_ site: NetworkSite, element: Int?) throws {
    for (i, slot) in site.parameters.enumerated() {
      let (domain, count, from) = (site.kind.domains[i], network.slots[slot].count, self[slot])
      if let element, site.kind.isOwn(i, count: count) {
        if !domain.contains(from[element]) { throw site.invalid(slot, from[element]) }
      } else {
        for e in 0..<count where !domain.contains(from[e]) { throw site.invalid(slot, from[e]) }
      }
    }
  }

  /// Writes the log densities of a site's values: what the formula gave, and -infinity outside of the support.
  @inline(__always) func writeLogDensities(_ site: NetworkSite, element: Int?) {
    let output = room(site.logDensity)
    let formula = self[site.formula]
    let isBroadcast = network.slots[site.formula].count == 1
    let isWhole = site.drawKind == 0
    if let element, !isWhole {
      output[element] = isInside(site, element) ? formula[isBroadcast ? 0 : element] : -.infinity
      return
    }
    let count = network.slots[site.value].count
    if isWhole {
      output[0] = (0..<count).allSatisfy { isInside(site, $0) } && isInsideTogether(site) ? formula[0] : -.infinity
    } else {
      for e in 0..<count { output[e] = isInside(site, e) ? formula[isBroadcast ? 0 : e] : -.infinity }
    }
  }

  @inline(__always) private func isInside(_ site: NetworkSite, _ e: Int) -> Bool {
    let x = self[site.value][e]
    func bound(_ slot: Int) -> Double { self[slot][network.slots[slot].count == 1 ? 0 : e] }
    return switch site.support {
    case .real, .ordered, .correlationCholesky: x.isFinite
    case .greaterThan(let lower): x >= bound(lower) && x < .infinity
    case .lessThan(let upper): x <= bound(upper) && x > -.infinity
    case .interval(let lower, let upper): x >= bound(lower) && x <= bound(upper)
    case .integers(let lower, let upper):
      x == x.rounded() && x >= Double(lower) && (upper.map { x <= bound($0) } ?? (x < .infinity))
    case .simplex: x >= 0
    }
  }

  /// Whether elements that belong together are in the support.
  private func isInsideTogether(_ site: NetworkSite) -> Bool {
    let values = UnsafeBufferPointer(start: self[site.value], count: network.slots[site.value].count)
    return switch site.support {
    case .simplex: abs(values.reduce(0, +) - 1) < 1e-8
    case .ordered: zip(values, values.dropFirst()).allSatisfy(<)
    case .correlationCholesky: CorrelationCholesky.contains(values)
    default: true
    }
  }

  /// A choice at the values of its parameters, and a run that knows them.
  func choice(_ site: NetworkSite) -> (choice: Choice, run: PartialRun) {
    var run = PartialRun([], outputs: [])
    var parameters: [Payload] = []
    for (parameter, slot) in zip(site.site.distribution.parameters, site.parameters) {
      parameters.append(.numbers(elements(slot)))
      run.know(parameter.value, elements(slot))
    }
    return (Choice(site: site.site, parameters: parameters, steps: site.address.steps), run)
  }
}
