import NumericCore

/// Draws a site: immediate.0 counts the program's drawings, immediate.1 is its kind.
///
/// An element of a lane has a stream of its own, or a number of its own in the element's stream, so that draws do not
/// depend on how lanes are arranged.
enum DrawSite: ArrayOperation {
  static var name: String { "draw" }

  /// 0 for a vector; for a plate of numbers 1 more than the number of its parameters that are shared as a whole.
  static func kind(_ distribution: any Distribution.Type) -> Int {
    (distribution as? any UnivariateDistribution.Type).map { 1 + $0.sharedParameters } ?? 0
  }

  static func scratchCount(outputCount: Int, inputCounts: [Int], lanes: Int) -> Int {
    outputCount + inputCounts.reduce(0, +)
  }

  static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    if context.isShadow, let tapes = context.tapes {
      return tapes[instruction.immediate.0].give(instruction, step: context.step)
    }
    let drawing = context.drawings[instruction.immediate.0]
    let key = context.key.child(drawing.site.key)
    let first = (element: context.firstElement, lane: context.firstLane)
    if let transformed = drawing.transformed {
      draw(transformed, key, first, instruction)
    } else if drawing.distribution == Categorical.self {
      drawCategories(key, first, instruction)
    } else {
      draw(drawing.distribution, key, first, instruction)
    }
    if let tapes = context.tapes { tapes[instruction.immediate.0].exchange(instruction, step: context.step) }
    if context.failure == nil { context.failure = failure(drawing, instruction, lanes: context.laneCount) }
  }

  /// One lane after the other.
  private static func draw(
    _ distribution: any Distribution.Type, _ key: RandomKey, _ first: (element: Int, lane: Int),
    _ instruction: borrowing Instruction
  ) {
    let inputs = instruction.inputs
    let operands = [inputs.0, inputs.1, inputs.2, inputs.3].prefix(instruction.inputCount)
    let lanes = instruction.lanes
    let (output, scratch, kind) = (instruction.output, instruction.scratch, instruction.immediate.1)
    withUnsafeTemporaryAllocation(of: UnsafeBufferPointer<Double>.self, capacity: 4) { buffers in
      buffers.initialize(repeating: UnsafeBufferPointer(start: nil, count: 0))
      let parameters = DrawParameters(UnsafeBufferPointer(rebasing: buffers[..<operands.count]))
      /// Parameters of which an element of a plate has an element for itself.
      func setOwn(_ e: Int, _ l: Int) {
        for i in max(kind - 1, 0)..<operands.count {
          let operand = operands[i]
          let element = operand.count == 1 ? 0 : e
          buffers[i] = UnsafeBufferPointer(
            start: operand.value + (element &* operand.elementStride &+ l &* operand.laneStride), count: 1)
        }
      }
      if kind == 1 {
        for e in 0..<output.count {
          for l in 0..<lanes {
            setOwn(e, l)
            var stream = RandomStream(key, number: number(element: first.element + e, lane: first.lane + l))
            distribution.draw(
              parameters,
              into: UnsafeMutableBufferPointer(start: output.value + (e &* lanes &+ l), count: 1),
              using: &stream)
          }
        }
      } else {
        let count = output.count
        for l in 0..<lanes {
          var room = scratch + count
          for (i, operand) in operands.prefix(kind == 0 ? operands.count : kind - 1).enumerated() {
            for e in 0..<operand.count { room[e] = operand.value[e &* operand.elementStride &+ l &* operand.laneStride] }
            buffers[i] = UnsafeBufferPointer(start: room, count: operand.count)
            room += operand.count
          }
          // One draw of a vector, or one draw for each element of the plate.
          let size = kind == 0 ? count : 1
          for e in 0..<(kind == 0 ? 1 : count) {
            if kind > 0 { setOwn(e, l) }
            var stream = RandomStream(key, number: number(element: first.element + e, lane: first.lane + l))
            distribution.draw(
              parameters, into: UnsafeMutableBufferPointer(start: scratch + e, count: size), using: &stream)
          }
          for e in 0..<count { output.value[e &* lanes &+ l] = scratch[e] }
        }
      }
    }
  }

  /// Element e is a function of the numbers of stream e, one for each lane.
  private static func draw(
    _ distribution: any TransformedVariate.Type, _ key: RandomKey, _ first: (element: Int, lane: Int),
    _ instruction: borrowing Instruction
  ) {
    let lanes = instruction.lanes
    for e in 0..<instruction.output.count {
      let row = UnsafeMutableBufferPointer(start: instruction.output.value + e &* lanes, count: lanes)
      switch distribution.variate {
      case .uniform: key.fillUniform(row, startingAt: UInt64(first.lane), number: UInt64(first.element + e))
      case .normal: key.fillNormal(row, startingAt: UInt64(first.lane), number: UInt64(first.element + e))
      }
      distribution.transform(instruction.output.value + e &* lanes, TransformParameters(instruction, element: e))
    }
  }

  /// A category is a function of one uniform variate: those of all lanes are made together.
  private static func drawCategories(
    _ key: RandomKey, _ first: (element: Int, lane: Int), _ instruction: borrowing Instruction
  ) {
    let (weights, lanes) = (instruction.inputs.0, instruction.lanes)
    for e in 0..<instruction.output.count {
      let row = instruction.output.value + e &* lanes
      key.fillUniform(
        UnsafeMutableBufferPointer(start: row, count: lanes), startingAt: UInt64(first.lane),
        number: UInt64(first.element + e))
      for l in 0..<lanes {
        let (start, stride) = (weights.value + l &* weights.laneStride, weights.elementStride)
        let category = categoricalTotal(start, count: weights.count, stride: stride).map {
          categoricalIndex(row[l] * $0, start, count: weights.count, stride: stride)
        }
        row[l] = category.map(Double.init) ?? .nan
      }
    }
  }

  /// What is wrong with the first draw that is not a number: a parameter outside of its domain.
  private static func failure(
    _ drawing: Program.Drawing, _ instruction: borrowing Instruction, lanes wanted: Int
  ) -> ModelError? {
    let (output, lanes) = (instruction.output, instruction.lanes)
    for e in 0..<output.count {
      for l in 0..<min(lanes, wanted) where output.value[e &* lanes &+ l].isNaN {
        let inputs = instruction.inputs
        for (parameter, operand) in zip(
          drawing.site.distribution.parameters, [inputs.0, inputs.1, inputs.2, inputs.3])
        {
          let elements = operand.count == output.count ? e..<(e + 1) : 0..<operand.count
          for i in elements {
            let value = operand.value[i &* operand.elementStride &+ l &* operand.laneStride]
            if !parameter.domain.contains(value) { return drawing.site.invalid(parameter, value) }
          }
        }
        return .unsupportedSite(
          site: drawing.site.path, reason: "its draw is not a number", location: drawing.site.location)
      }
    }
    return nil
  }

  static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {}

  /// 2^24 elements of 2^40 lanes.
  static func number(element: Int, lane: Int) -> UInt64 { UInt64(element) << 40 | UInt64(lane) }
}

/// Calls a plain Swift function, lane by lane: immediate.0 counts the program's functions.
enum OpaqueCall: ArrayOperation {
  static var name: String { "map" }

  static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let function = context.functions[instruction.immediate.0]
    let (x, lanes, output) = (instruction.inputs.0, instruction.lanes, instruction.output)
    for l in 0..<lanes {
      let elements = (0..<x.count).map { x.value[$0 &* x.elementStride &+ l &* x.laneStride] }
      do {
        let result = try function.body([.numbers(elements)])
        for e in 0..<output.count { output.value[e &* lanes &+ l] = result.elements[e] }
      } catch {
        context.failure = context.failure ?? error
        for e in 0..<output.count { output.value[e &* lanes &+ l] = .nan }
      }
    }
  }

  static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {}
}
