import NumericCore

/// The derivatives of a run's log density by the values of its sites: its steps backwards.
///
/// Cost: a few times that of the run.
struct NetworkGradient {
  private let network: TraceNetwork
  private let frame: NetworkFrame
  /// Where the adjoints are: laid out as the values.
  private let adjoints: [UnsafeBlock]

  init(_ network: TraceNetwork, _ frame: NetworkFrame) {
    (self.network, self.frame) = (network, frame)
    adjoints = network.pageSizes.map { size in
      let block = UnsafeBlock(count: size)
      block.base.update(repeating: 0, count: size)
      return block
    }
  }

  /// The adjoint of a slot; that of data is of no use.
  func adjoint(_ slot: Int) -> UnsafeMutablePointer<Double> {
    adjoints[network.slots[slot].page].base + network.slots[slot].offset
  }

  /// - Parameters:
  ///   - steps: how many of the network's have been run.
  ///   - weight: of the scores in the total.
  /// - Throws: `ModelError.unsupportedSite` where the total depends on a continuous site through a Swift closure.
  func run(steps: Int, weight: Double) throws {
    var context = RunContext()
    for number in stride(from: steps - 1, through: 0, by: -1) {
      let step = network.steps[number]
      switch step.action {
      case .draw: break
      case .score(let number):
        for term in network.scores[number].terms {
          let to = adjoint(term.slot)
          for e in 0..<network.slots[term.slot].count { to[e] += weight * term.weight }
        }
      case .prior(let number):
        let site = network.sites[number]
        let to = adjoint(site.formula)
        let isBroadcast = network.slots[site.formula].count == 1
        for e in 0..<site.choices { to[isBroadcast ? 0 : e] += 1 }
      case .call:
        if isNeeded(step), network.inputs[step.operands].contains(where: { network.isSmooth[$0] }) {
          throw ModelError.unsupportedSite(
            site: "map", reason: "the density depends on a continuous latent through a Swift closure, which has no derivative",
            location: nil)
        }
      case .apply(let operation): if isNeeded(step) { reverse(operation, step, &context) }
      }
    }
  }

  /// Whether anything follows from the output, and from something continuous.
  private func isNeeded(_ step: TraceNetwork.Step) -> Bool {
    let from = adjoint(step.output)
    return (0..<network.slots[step.output].count).contains { from[$0] != 0 }
  }

  private func reverse(_ operation: TraceNetwork.Operation, _ step: TraceNetwork.Step, _ context: inout RunContext) {
    let first = network.inputs[step.firstOperand]
    let from = adjoint(step.output)
    switch operation.pattern {
    case .slice(let offset, let stride):
      let to = adjoint(first)
      for e in 0..<network.slots[step.output].count { to[offset + e * stride] += from[e] }
    case .part(let offset):
      let to = adjoint(first)
      for e in 0..<network.slots[first].count { to[e] += from[offset + e] }
    default: frame.reverse(operation, step, adjoint, &context)
    }
  }
}

extension NetworkFrame {
  /// Adds what follows from the adjoint of a step's output to those of its inputs.
  fileprivate func reverse(
    _ operation: TraceNetwork.Operation, _ step: TraceNetwork.Step, _ adjoint: (Int) -> UnsafeMutablePointer<Double>,
    _ context: inout RunContext
  ) {
    var operands = (0..<5).map { i -> Operand in
      guard i < step.operandCount else {
        return Operand(value: scratch, adjoint: nil, count: 1, elementStride: 0, laneStride: 0)
      }
      return operand(network.inputs[step.firstOperand + i], adjoint)
    }
    var output = operand(step.output, adjoint)
    let used = operands.prefix(step.operandCount)
    let isEmpty = output.count == 0 || used.contains { $0.count == 0 }
    let total = isEmpty ? 0 : used.reduce(output.count) { max($0, $1.count) }
    for i in operands.indices { operands[i].inner = operands[i].count == 1 && total > 1 ? 0 : 1 }
    output.inner = output.count == 1 && total > 1 ? 0 : 1
    let room = scratch + scratchRoom(operation, step)
    var body = Instruction.Body(
      operation: operation.array, inputCount: step.operandCount, outerCount: 1, innerCount: total, lanes: 1,
      scratch: scratch, output: output, inputs: (operands[0], operands[1], operands[2], operands[3], operands[4]),
      immediate: operation.immediate)
    if total == 1, let number = operation.number {
      let step = NumberStep(number, body, sink: room)
      return withUnsafePointer(to: step) { number.reverse($0) }
    }
    // What the operation keeps for its reverse is made again.
    scratch[0] = 0
    withUnsafePointer(to: &body) {
      if scratchRoom(operation, step) > 0 { operation.array.forward(Instruction($0), &context) }
      operation.array.reverse(Instruction($0), &context)
    }
  }

  private func operand(_ slot: Int, _ adjoint: (Int) -> UnsafeMutablePointer<Double>) -> Operand {
    let isData = network.slots[slot].home == .data
    let place = isData ? self[slot] : room(slot)
    return Operand(
      value: place, adjoint: isData ? nil : adjoint(slot), count: network.slots[slot].count, elementStride: 1,
      laneStride: 1)
  }

  private func scratchRoom(_ operation: TraceNetwork.Operation, _ step: TraceNetwork.Step) -> Int {
    operation.array.scratchCount(
      outputCount: network.slots[step.output].count,
      inputCounts: network.inputs[step.operands].map { network.slots[$0].count }, lanes: 1)
  }
}
