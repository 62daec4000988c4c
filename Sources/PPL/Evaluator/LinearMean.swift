/// A kernel whose second input, its mean, is a b + c: what the lowering makes of a kernel that alone reads such a sum. The
/// sum is never stored, and the derivatives go straight to a, b and c.
///
/// Inputs x, a, b, c, and the third one of `Kernel`, which has three at most. Values are, bit by bit, those of `Kernel`
/// after a `MultiplyAdd`. A conforming type names its kernel and nothing else; it is a type of its own so that the loops
/// are specialised to it.
protocol LinearMeanKernel: DensityKernel {
  associatedtype Kernel: DensityKernel
}

extension LinearMeanKernel {
  static var name: String { "\(Kernel.name) of multiplyAdd" }
  static var grain: Grain { Kernel.grain }
  static var inputCount: Int { Kernel.inputCount + 2 }

  @inlinable @inline(__always)
  static func partials<T: RealLane>(_ x: T, _ a: T, _ b: T, _ c: T) -> Partials<T> {
    partials(x, a, b, c, T(lane: 0))
  }

  @inlinable @inline(__always)
  static func partials<T: RealLane>(_ x: T, _ a: T, _ b: T, _ c: T, _ d: T) -> Partials<T> {
    let p = Kernel.partials(x, a * b + c, d, T(lane: 0))
    return Partials(p.value, p.d0, p.d1 * b, p.d1 * a, p.d1, p.d2)
  }
}

extension Simplification {
  /// A product with a sum that only the mean of a kernel reads becomes one operation with it. The mean of many elements
  /// that is a number stays: it is computed once.
  mutating func mergeMeans() {
    var sums: [Int: Int] = [:]
    var isMerged = Array(repeating: false, count: steps.count)
    for (index, step) in steps.enumerated() {
      if step.operation == MultiplyAdd.self, readers[step.output] == 1 { sums[step.output] = index }
      guard let kernel = (step.operation as? any DensityKernel.Type)?.ofLinearMean, let sum = sums[step.inputs[1]],
        step.inputs.allSatisfy({ slots[$0].shape.count <= slots[step.inputs[1]].shape.count })
      else { continue }
      isMerged[sum] = true
      steps[index] = Program.Step(
        operation: kernel, inputs: [step.inputs[0]] + steps[sum].inputs + step.inputs[2...], output: step.output,
        immediate: step.immediate, item: step.item)
    }
    steps = zip(steps, isMerged).filter { !$1 }.map(\.0)
  }
}
