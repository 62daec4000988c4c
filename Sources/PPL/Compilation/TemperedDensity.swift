import NumericCore

/// The path from a model's prior to its posterior: log prior(x) + beta log likelihood(x) on the unconstrained space.
///
/// The prior is the log densities of the sites with the log Jacobians of their transforms, the likelihood is the scores.
/// beta, the inverse temperature, belongs to the value: setting it costs nothing, and one workspace serves all of them.
///
/// beta is lowered as one more coordinate behind the position: the derivative by it is the log likelihood, and at beta =
/// 1 the terms of the scores are their own. So one program gives both parts, with the gradient and without.
public struct TemperedDensity: DifferentiableLogDensity {
  /// beta, from 0 (the prior) to 1 (the posterior).
  public var inverseTemperature = 1.0
  public let dimension: Int
  private let program: Program
  private let data: DataBlock
  /// By the program's sites.
  private let isPrior: [Bool]

  /// Lowers the path of a model.
  ///
  /// - Throws: `ModelError`, as the model's own lowering.
  public init<Value>(_ model: CompiledModel<Value>) throws {
    let parts = model.parts
    if let summedOut = parts.summedOut, summedOut.holdsPriors {
      throw ModelError.unsupportedSite(
        site: summedOut.sites.map(\.path).joined(separator: ", "),
        reason: "the sum over it holds the prior of a continuous site, which a tempered path has to have apart",
        location: nil)
    }
    var priorSites: Set<String> = []
    for site in parts.inferred.map(\.path) { priorSites.formUnion([site, logJacobianName(of: site)]) }
    let dimension = parts.dimension
    let scope = Scope()
    program = try Scope.$current.withValue(scope) {
      let beta = AnyRandom.make(.input(.position(dimension), loop: nil), shape: .scalar, kind: .real)
      let terms = parts.terms.map { term in
        priorSites.contains(term.site)
          ? term : ScoreTerm(site: term.site, term.expressions.map { beta * $0 }, in: term.loop)
      }
      return try parts.lowering(of: terms).finish(dimension: dimension + 1)
    }
    self.dimension = dimension
    data = DataBlock(program, constants: program.constants.map(\.elements))
    isPrior = program.termSites.map(priorSites.contains)
  }

  /// The buffers of one thread's evaluations, and the parts of the last one.
  public struct Workspace: @unchecked Sendable {
    /// The parts at the position that was evaluated last.
    public fileprivate(set) var parts = TemperedParts(logPrior: .nan, logLikelihood: .nan)
    fileprivate let execution: Execution
    fileprivate let totals: TemperedTotals
  }

  public func makeWorkspace() -> Workspace {
    BLAS.configure()
    return Workspace(
      execution: Execution(program, data: data, lanes: 1, gradient: true), totals: TemperedTotals(isPrior, lanes: 1))
  }

  public func logDensity(at position: Span<Double>, workspace: inout Workspace) -> Double {
    move(workspace.execution, to: position, inverseTemperature: 1)
    workspace.execution.forward()
    workspace.totals.collect(from: workspace.execution)
    workspace.parts = TemperedParts(
      logPrior: workspace.totals.priors[0], logLikelihood: workspace.totals.likelihoods[0])
    return workspace.parts.total(inverseTemperature: inverseTemperature)
  }

  public func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>, workspace: inout Workspace
  ) -> Double {
    precondition(gradient.count == dimension, "a gradient of \(gradient.count) elements, expected \(dimension)")
    let execution = workspace.execution
    move(execution, to: position, inverseTemperature: inverseTemperature)
    execution.forwardAndReverse()
    workspace.totals.collect(from: execution)
    for i in 0..<dimension { gradient[i] = execution.gradient[i] }
    workspace.parts = TemperedParts(
      logPrior: workspace.totals.priors[0], logLikelihood: execution.gradient[dimension])
    return workspace.parts.total(inverseTemperature: inverseTemperature)
  }

  @inline(__always)
  private func move(_ execution: Execution, to position: Span<Double>, inverseTemperature: Double) {
    precondition(position.count == dimension, "a position of \(position.count) coordinates, expected \(dimension)")
    for i in 0..<dimension { execution.position[i] = position[i] }
    execution.position[dimension] = inverseTemperature
  }

  /// Evaluates many positions at a time, without gradients. One thread's.
  public final class Lanes: @unchecked Sendable {
    public let lanes: Int
    private let dimension: Int
    private let execution: Execution
    private let totals: TemperedTotals

    /// - Parameter lanes: 1, or a multiple of 8.
    public init(_ density: TemperedDensity, lanes: Int) {
      BLAS.configure()
      (self.lanes, dimension) = (lanes, density.dimension)
      execution = Execution(density.program, data: density.data, lanes: lanes, gradient: false)
      (execution.position + dimension * lanes).update(repeating: 1, count: lanes)
      totals = TemperedTotals(density.isPrior, lanes: lanes)
    }

    /// Writes both parts of each lane. Coordinate i of lane l is at `positions[i * lanes + l]`.
    public func evaluate(
      _ positions: UnsafePointer<Double>, logPriors: UnsafeMutablePointer<Double>,
      logLikelihoods: UnsafeMutablePointer<Double>
    ) {
      execution.position.update(from: positions, count: dimension * lanes)
      execution.forward()
      totals.collect(from: execution)
      logPriors.update(from: totals.priors, count: lanes)
      logLikelihoods.update(from: totals.likelihoods, count: lanes)
    }
  }
}

/// Where the terms of prior and likelihood are added up, lane by lane.
private final class TemperedTotals {
  let priors, likelihoods: UnsafeMutablePointer<Double>
  private let lanes: Int
  private let bySite: UnsafeMutableBufferPointer<UnsafeMutablePointer<Double>?>

  init(_ isPrior: [Bool], lanes: Int) {
    self.lanes = lanes
    (priors, likelihoods) = (.allocate(capacity: lanes), .allocate(capacity: lanes))
    bySite = .allocate(capacity: isPrior.count)
    for (site, isPrior) in isPrior.enumerated() { bySite.initializeElement(at: site, to: isPrior ? priors : likelihoods) }
  }

  func collect(from execution: Execution) {
    priors.update(repeating: 0, count: lanes)
    likelihoods.update(repeating: 0, count: lanes)
    execution.addTotals(to: bySite)
  }

  deinit {
    priors.deallocate()
    likelihoods.deallocate()
    bySite.deallocate()
  }
}
