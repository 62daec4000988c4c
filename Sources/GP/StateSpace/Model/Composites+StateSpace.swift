import Foundation

extension KernelSum: StateSpaceKernel {
  /// The blocks of all terms.
  public func stateSpaceForm(tolerance: Double) throws(KernelError) -> StateSpaceModel {
    guard !terms.isEmpty else { throw .emptyKernel(kernel: "a sum") }
    var (blocks, offset) = ([StateSpaceBlock](), 0)
    for term in terms {
      let model = try term.stateSpaceModel(tolerance: tolerance)
      blocks += model.blocks.map { $0.placed(at: offset, of: parameterCount) }
      offset += model.parameterCount
    }
    return StateSpaceModel(blocks, parameterCount: parameterCount)
  }
}

extension KernelProduct: StateSpaceKernel {
  /// The products of a block of each factor.
  public func stateSpaceForm(tolerance: Double) throws(KernelError) -> StateSpaceModel {
    guard !factors.isEmpty else { throw .emptyKernel(kernel: "a product") }
    let one = Coefficient(value: 1, slopes: Array(repeating: 0, count: parameterCount))
    var (blocks, offset) = ([StateSpaceBlock(weight: one)], 0)
    for factor in factors {
      let model = try factor.stateSpaceModel(tolerance: tolerance)
      let own = model.blocks.map { $0.placed(at: offset, of: parameterCount) }
      offset += model.parameterCount
      guard blocks.count * own.count <= StateSpaceModel.mostStates else {
        throw .noStateSpace(
          kernel: description, expected: "at most \(StateSpaceModel.mostStates) states: fewer harmonics or factors")
      }
      blocks = blocks.flatMap { a in own.flatMap { StateSpaceBlock.product(a, $0) } }
    }
    return StateSpaceModel(blocks, parameterCount: parameterCount)
  }
}

extension ScaledKernel: StateSpaceKernel {
  public func stateSpaceForm(tolerance: Double) throws(KernelError) -> StateSpaceModel {
    let model = try base.stateSpaceModel(tolerance: tolerance)
    let own = Coefficient(
      value: variance, slopes: [variance] + Array(repeating: 0, count: model.parameterCount))
    let blocks = model.blocks.map { block in
      var result = block.placed(at: 1, of: parameterCount)
      result.weight = own * result.weight
      return result
    }
    return StateSpaceModel(blocks, parameterCount: parameterCount)
  }
}

extension CoordinateKernel: StateSpaceKernel {
  public func stateSpaceForm(tolerance: Double) throws(KernelError) -> StateSpaceModel {
    try validate(dimension: 1)
    return try base.stateSpaceModel(tolerance: tolerance)
  }
}
