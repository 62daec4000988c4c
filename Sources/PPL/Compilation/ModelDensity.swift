import NumericCore

/// The log density of a model on the unconstrained space: the sum of its sites' log densities and scores, with the log
/// Jacobians of the transforms.
public struct ModelDensity: DifferentiableLogDensity {
  let program: Program
  let data: DataBlock

  init(_ program: Program) {
    self.program = program
    data = DataBlock(program, constants: program.constants.map(\.elements))
  }

  private init(_ program: Program, data: DataBlock) { (self.program, self.data) = (program, data) }

  /// The same program with other constants in some slots.
  func binding(_ elements: [Int: [Double]]) -> ModelDensity {
    ModelDensity(
      program, data: DataBlock(program, constants: program.constants.map { elements[$0.slot] ?? $0.elements }))
  }

  /// The buffers of one thread's evaluations.
  public struct Workspace: @unchecked Sendable {
    let execution: Execution
  }

  public var dimension: Int { program.dimension }

  public func makeWorkspace() -> Workspace {
    BLAS.configure()
    return Workspace(execution: Execution(program, data: data, lanes: 1, gradient: true))
  }

  public func logDensity(at position: Span<Double>, workspace: inout Workspace) -> Double {
    let execution = workspace.execution
    execution.move(to: position)
    execution.forward()
    return execution.total()
  }

  public func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>, workspace: inout Workspace
  ) -> Double {
    let execution = workspace.execution
    execution.move(to: position)
    execution.forwardAndReverse()
    let total = execution.total()
    execution.copyGradient(to: &gradient)
    return total
  }

  /// The log density by site (and by log Jacobian), in the order of the model.
  public func logDensityBySite(at position: [Double]) -> [(site: String, logDensity: Double)] {
    let execution = makeWorkspace().execution
    execution.move(to: position.span)
    execution.forward()
    return Array(zip(program.termSites, execution.totalBySite())).map { (site: $0, logDensity: $1) }
  }
}
