import NumericCore

/// y = sum of x's elements, lane by lane.
public enum Sum: ArrayOperation {
  public static var name: String { "sum" }

  public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let (x, lanes) = (instruction.inputs.0, instruction.lanes)
    let y = instruction.output.value
    if lanes == 1 {
      var four = SIMD4<Double>.zero
      var i = 0
      while i &+ 4 <= x.count {
        four += UnsafeRawPointer(x.value + i).loadUnaligned(as: SIMD4<Double>.self)
        i &+= 4
      }
      var total = (four[0] + four[1]) + (four[2] + four[3])
      while i < x.count {
        total += x.value[i]
        i &+= 1
      }
      y[0] = total
    } else {
      y.update(repeating: 0, count: lanes)
      for e in 0..<x.count {
        for l in 0..<lanes { y[l] += x.value[e &* x.elementStride &+ l &* x.laneStride] }
      }
    }
  }

  public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let g = instruction.output.adjoint, let adjoint = instruction.inputs.0.adjoint else { return }
    let (count, lanes) = (instruction.inputs.0.count, instruction.lanes)
    if lanes == 1 {
      for e in 0..<count { adjoint[e] += g[0] }
    } else {
      for e in 0..<count {
        for l in 0..<lanes { adjoint[e &* lanes &+ l] += g[l] }
      }
    }
  }
}

/// y[i] = x[offset + i * stride]; immediate (offset, stride, _, _).
public enum Slice: ArrayOperation {
  public static var name: String { "slice" }

  public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let (x, lanes) = (instruction.inputs.0, instruction.lanes)
    let (offset, stride) = (instruction.immediate.0, instruction.immediate.1)
    for e in 0..<instruction.output.count {
      let from = (offset &+ e &* stride) &* x.elementStride
      for l in 0..<lanes { instruction.output.value[e &* lanes &+ l] = x.value[from &+ l &* x.laneStride] }
    }
  }

  public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let g = instruction.output.adjoint, let adjoint = instruction.inputs.0.adjoint else { return }
    let lanes = instruction.lanes
    let (offset, stride) = (instruction.immediate.0, instruction.immediate.1)
    for e in 0..<instruction.output.count {
      for l in 0..<lanes { adjoint[(offset &+ e &* stride) &* lanes &+ l] += g[e &* lanes &+ l] }
    }
  }
}

/// Puts x into y from element `immediate.0` on. A value made of n parts is n of these on one output.
public enum Part: ArrayOperation {
  public static var name: String { "part" }

  public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let (x, lanes) = (instruction.inputs.0, instruction.lanes)
    let y = instruction.output.value + instruction.immediate.0 &* lanes
    for e in 0..<x.count {
      for l in 0..<lanes { y[e &* lanes &+ l] = x.value[e &* x.elementStride &+ l &* x.laneStride] }
    }
  }

  public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let g = instruction.output.adjoint, let adjoint = instruction.inputs.0.adjoint else { return }
    let lanes = instruction.lanes
    let offset = instruction.immediate.0 &* lanes
    for i in 0..<(instruction.inputs.0.count &* lanes) { adjoint[i] += g[offset &+ i] }
  }
}

/// A value made of parts, one after the other. The lowering writes it as one `Part` for each.
public enum Stack: ArrayOperation {
  public static var name: String { "stack" }
  public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {}
  public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {}
}

/// y[i] = x[0] + ... + x[i].
public enum CumulativeSum: ArrayOperation {
  public static var name: String { "cumulativeSum" }

  public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let (x, lanes) = (instruction.inputs.0, instruction.lanes)
    let y = instruction.output.value
    for l in 0..<lanes {
      var total = 0.0
      for e in 0..<x.count {
        total += x.value[e &* x.elementStride &+ l &* x.laneStride]
        y[e &* lanes &+ l] = total
      }
    }
  }

  public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let g = instruction.output.adjoint, let adjoint = instruction.inputs.0.adjoint else { return }
    let (count, lanes) = (instruction.output.count, instruction.lanes)
    for l in 0..<lanes {
      var total = 0.0
      for e in stride(from: count - 1, through: 0, by: -1) {
        total += g[e &* lanes &+ l]
        adjoint[e &* lanes &+ l] += total
      }
    }
  }
}

/// y = log(sum of exp(x)), lane by lane; -infinity where all of x is.
public enum LogSumExp: ArrayOperation {
  public static var name: String { "logSumExp" }

  public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let x = instruction.inputs.0
    for l in 0..<instruction.lanes {
      var maximum = -Double.infinity
      for e in 0..<x.count {
        let v = x.value[e &* x.elementStride &+ l &* x.laneStride]
        maximum = v > maximum || v.isNaN ? v : maximum
      }
      guard maximum.isFinite else {
        instruction.output.value[l] = maximum
        continue
      }
      var total = 0.0
      for e in 0..<x.count { total += Double.exp(x.value[e &* x.elementStride &+ l &* x.laneStride] - maximum) }
      instruction.output.value[l] = maximum + Double.log(total)
    }
  }

  public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let g = instruction.output.adjoint, let adjoint = instruction.inputs.0.adjoint else { return }
    let (x, lanes) = (instruction.inputs.0, instruction.lanes)
    for l in 0..<lanes where instruction.output.value[l].isFinite {
      for e in 0..<x.count {
        let i = e &* lanes &+ l
        adjoint[i] += g[l] * Double.exp(x.value[i] - instruction.output.value[l])
      }
    }
  }
}
