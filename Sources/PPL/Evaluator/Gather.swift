import NumericCore

/// y[i] = x[k[i]]: the second operand holds the indices, from 0. An index outside of x's range gives NaN.
///
/// Indices that are data are converted once: scratch[0] says whether they have been and are all inside, and whole
/// numbers follow.
public enum Gather: ArrayOperation {
  public static var name: String { "gather" }

  public static func scratchCount(outputCount: Int, inputCounts: [Int], lanes: Int) -> Int {
    lanes == 1 ? 1 + inputCounts[1] : 0
  }

  private static func indices(_ instruction: borrowing Instruction) -> UnsafeMutablePointer<Int> {
    UnsafeMutableRawPointer(instruction.scratch + 1).assumingMemoryBound(to: Int.self)
  }

  private static func isConverted(_ instruction: borrowing Instruction) -> Bool {
    guard instruction.lanes == 1 else { return false }
    return instruction.scratch[0] == 1
  }

  public static func prepare(_ instruction: borrowing Instruction) {
    let k = instruction.inputs.1
    guard instruction.lanes == 1 else { return }
    let limit = Double(instruction.inputs.0.count)
    let areInside = (0..<k.count).allSatisfy { k.value[$0] >= 0 && k.value[$0] < limit }
    instruction.scratch[0] = k.isData && areInside ? 1 : 0
    guard isConverted(instruction) else { return }
    let indices = indices(instruction)
    for i in 0..<k.count { indices[i] = Int(k.value[i]) }
  }

  public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let (x, k, lanes) = (instruction.inputs.0, instruction.inputs.1, instruction.lanes)
    let y = instruction.output.value
    if isConverted(instruction) {
      let indices = indices(instruction)
      for e in 0..<instruction.output.count { y[e] = x.value[indices[e]] }
      return
    }
    for e in 0..<instruction.output.count {
      for l in 0..<lanes {
        let index = k.value[e &* k.elementStride &+ l &* k.laneStride]
        let isInside = index >= 0 && index < Double(x.count)
        y[e &* lanes &+ l] = isInside ? x.value[Int(index) &* x.elementStride &+ l &* x.laneStride] : .nan
      }
    }
  }

  public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let g = instruction.output.adjoint, let adjoint = instruction.inputs.0.adjoint else { return }
    let (x, k, lanes) = (instruction.inputs.0, instruction.inputs.1, instruction.lanes)
    if isConverted(instruction) {
      let indices = indices(instruction)
      for e in 0..<instruction.output.count { adjoint[indices[e]] += g[e] }
      return
    }
    for e in 0..<instruction.output.count {
      for l in 0..<lanes {
        let index = k.value[e &* k.elementStride &+ l &* k.laneStride]
        guard index >= 0 && index < Double(x.count) else { continue }
        adjoint[Int(index) &* lanes &+ l] += g[e &* lanes &+ l]
      }
    }
  }
}
