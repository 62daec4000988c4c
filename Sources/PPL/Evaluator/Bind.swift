/// From steps on slots to instructions on buffers.
extension Execution {
  static func scratchRoom(_ steps: [Program.Step], _ program: Program, lanes: Int) -> Int {
    steps.reduce(0) { total, step in
      total
        + step.operation.scratchCount(
          outputCount: program.slots[step.output].shape.count,
          inputCounts: step.inputs.map { program.slots[$0].shape.count }, lanes: lanes)
    }
  }

  /// What becomes of an operand's adjoint.
  enum AdjointUse {
    case added, first
    /// It is where the output's is.
    case passed
  }

  /// A step on given buffers.
  static func bind(
    _ step: Program.Step, _ program: Program, lanes: Int, scratch: UnsafeMutablePointer<Double>,
    zero: UnsafeMutablePointer<Double>,
    buffers: (Int) -> (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>?),
    use: (Int) -> AdjointUse = { _ in .added }
  ) -> Instruction.Body {
    func operand(_ slot: Int) -> Operand {
      let (value, adjoint) = buffers(slot)
      let isData = program.slots[slot].isData
      return Operand(
        value: value, adjoint: adjoint, count: program.slots[slot].shape.count, elementStride: isData ? 1 : lanes,
        laneStride: isData && lanes > 1 ? 0 : 1)
    }
    let inputs = step.inputs.enumerated().map { input, slot in
      var operand = operand(slot)
      let use = use(input)
      if use == .passed { operand.adjoint = nil }
      operand.isFirst = use == .first
      operand.isData = program.slots[slot].isData
      return operand
    }
    return bind(
      step.operation, output: operand(step.output), inputs: inputs, immediate: step.immediate, lanes: lanes,
      scratch: scratch, zero: zero)
  }

  static func bind(
    _ operation: any ArrayOperation.Type, output: Operand, inputs: [Operand], immediate: (Int, Int, Int, Int),
    lanes: Int, scratch: UnsafeMutablePointer<Double>, zero: UnsafeMutablePointer<Double>
  ) -> Instruction.Body {
    let isEmpty = output.count == 0 || inputs.contains { $0.count == 0 }
    let count = isEmpty ? 0 : inputs.reduce(output.count) { max($0, $1.count) }
    let isDense =
      output.count == count && inputs.allSatisfy { $0.count == count && $0.laneStride == 1 }
    var (outerCount, innerCount) = lanes == 1 ? (1, count) : (count, lanes)
    if lanes > 1 && isDense { (outerCount, innerCount) = (1, count * lanes) }
    func walked(_ operand: Operand) -> Operand {
      var operand = operand
      let isBroadcast = operand.count == 1 && count > 1
      if lanes == 1 {
        (operand.outer, operand.inner) = (0, isBroadcast ? 0 : 1)
      } else {
        (operand.outer, operand.inner) = (isBroadcast ? 0 : operand.elementStride, operand.laneStride)
      }
      return operand
    }
    let none = Operand(value: zero, adjoint: nil, count: 1, elementStride: 0, laneStride: 0)
    func input(_ i: Int) -> Operand { i < inputs.count ? walked(inputs[i]) : none }
    return Instruction.Body(
      operation: operation, inputCount: inputs.count, outerCount: outerCount, innerCount: innerCount, lanes: lanes,
      scratch: scratch, output: walked(output), inputs: (input(0), input(1), input(2), input(3), input(4)),
      immediate: immediate)
  }
}
