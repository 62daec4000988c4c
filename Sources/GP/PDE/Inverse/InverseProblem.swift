import NumericCore

/// Unknown numbers theta of a problem (coefficients, strengths of sources, boundary values) from noisy observations of u:
///
///     y_i = u(x_i; theta) + e_i,   e_i ~ N(0, s^2),   theta_k ~ N(m_k, d_k^2)
///
/// with u(x; theta) the solution of the problem for theta:
///
///     let inverse = InverseProblem(parameters: [.init("diffusivity", mean: 1, standardDeviation: 1)]) { theta in
///       PDE(on: .box([0, 1], [0, 1])) { u in
///         Equation(d(u, .y) - theta[0] * d(u, .x, order: 2) == source)
///         Boundary(.dirichlet(known))
///       }
///     }
///     let found = try inverse.fit(observations, grid: [60, 60])
public struct InverseProblem: Sendable {
  public struct Parameter: Sendable, Equatable {
    public let name: String
    /// Of the prior, where the search starts.
    public let mean: Double
    /// Of the prior; infinite for a flat one.
    public let standardDeviation: Double

    public init(_ name: String, mean: Double, standardDeviation: Double) {
      (self.name, self.mean, self.standardDeviation) = (name, mean, standardDeviation)
    }
  }

  /// u at a point, with noise.
  public struct Observation: Sendable, Equatable {
    public let point: [Double]
    public let value: Double

    public init(at point: [Double], value: Double) { (self.point, self.value) = (point, value) }
  }

  /// Numbers, then the coefficients of fields with a prior of N(0, 1).
  public let parameters: [Parameter]
  let fields: [UnknownField]
  let problem: @Sendable ([Double]) -> PDE

  public init(parameters: [Parameter], _ problem: @escaping @Sendable ([Double]) -> PDE) {
    (self.parameters, fields, self.problem) = (parameters, [], problem)
  }

  /// With functions that are not known: a(x) in (a u')' = f from observations of u,
  ///
  ///     let inverse = InverseProblem(parameters: [], fields: [conductivity]) { _, fields in
  ///       PDE(on: .box([0, 1])) { u in
  ///         Equation(divergence(fields[0], gradientOf: u) == source)
  ///         Boundary(.dirichlet(0))
  ///       }
  ///     }
  ///     let found = try inverse.fit(observations, grid: [40])
  ///     let (median, lower, upper) = try found.interval(of: "conductivity", on: [xs])
  public init(
    parameters: [Parameter] = [], fields: [UnknownField],
    _ problem: @escaping @Sendable (_ numbers: [Double], _ fields: [FieldValue]) -> PDE
  ) {
    let coefficients = fields.flatMap { field in
      (0..<field.count).map { Parameter("\(field.name) \($0)", mean: 0, standardDeviation: 1) }
    }
    self.parameters = parameters + coefficients
    self.fields = fields
    self.problem = { theta in
      var start = parameters.count
      let values = fields.map { field in
        defer { start += field.count }
        return FieldValue(unknown: field, coefficients: Array(theta[start..<start + field.count]))
      }
      return problem(Array(theta[..<parameters.count]), values)
    }
  }

  /// The mode of the posterior of theta by Gauss and Newton's method with Levenberg's damping, and the normal
  /// distribution that agrees with it there (Laplace): C = (J' J / s^2 + diag(d_k^-2))^-1, with J the sensitivities of the
  /// observations by central differences.
  ///
  /// - Parameters:
  ///   - grid: as for `PDE.solve`.
  ///   - noise: s; where it is nil, s^2 is estimated as the sum of squared residuals over the observations minus the
  ///     parameters that they determine, sum_k (1 - C_kk / d_k^2).
  /// - Throws: `InverseProblemError`; what `PDE.solve` throws at the prior's mean; `outsideDomain` for an observation.
  ///
  /// Cost: 2 p + 1 solutions of the problem a step, each without the choice of its covariances, for p parameters.
  public func fit(_ observations: [Observation], grid: [Int], noise: Double? = nil) throws -> InverseSolution {
    try check(observations, noise)
    var theta = parameters.map(\.mean)
    var current = try evaluate(theta, observations, grid, nil)
    var damping = 1e-3
    var determined = Double(parameters.count { $0.standardDeviation == .infinity })
    for iteration in 1...Self.mostIterations {
      let sensitivities = try self.sensitivities(theta, current.solution, observations, grid)
      let variance = variance(current.residuals, noise, determined)
      let hessian = hessian(sensitivities.map(\.atObservations), variance)
      var gradient = parameters.indices.map { (parameters[$0].mean - theta[$0]) * precision($0) }
      for k in gradient.indices {
        gradient[k] +=
          zip(sensitivities[k].atObservations, current.residuals).reduce(0) { $0 + $1.0 * $1.1 } / variance
      }
      let factor = try factored(hessian)
      let variances = factor.inverse.diagonal
      let deviations = variances.map { $0.squareRoot() }
      determined = parameters.indices.reduce(0) { $0 + 1 - variances[$1] * precision($1) }
      var moved = false
      while damping < Self.mostDamping {
        var damped = hessian
        for k in parameters.indices { damped[k, k] *= 1 + damping }
        let step = try factored(damped).solve(gradient)
        let next = zip(theta, step).map(+)
        let small = zip(step, deviations).allSatisfy { $0.magnitude <= Self.tolerance * $1 }
        if let trial = try? evaluate(next, observations, grid, nil),
          objective(next, trial.residuals, variance) <= objective(theta, current.residuals, variance)
        {
          (theta, current) = (next, trial)
          damping = max(0.1 * damping, 1e-12)
          moved = !small
          break
        }
        if small { break }
        damping *= 10
      }
      guard !moved else { continue }
      return InverseSolution(
        parameters: parameters, fields: fields, values: theta, covariance: factor.inverse,
        noise: variance.squareRoot(),
        residuals: current.residuals, solution: current.solution, sensitivities: sensitivities,
        iterations: iteration)
    }
    throw InverseProblemError.noConvergence(iterations: Self.mostIterations, values: theta)
  }

  /// u for given parameters.
  ///
  /// - Throws: `wrongParameterCount`, or as `PDE.solve`.
  public func solution(of values: [Double], grid: [Int]) throws -> PDESolution {
    guard values.count == parameters.count else {
      throw InverseProblemError.wrongParameterCount(values.count, expected: parameters.count)
    }
    return try problem(values).solve(grid: grid)
  }

  private static let mostIterations = 100
  private static let mostDamping = 1e12
  /// Of steps, in standard deviations.
  private static let tolerance = 1e-4
  /// Of differences, relative to the parameter or to its deviation where that is larger: the cube root of the solver's
  /// relative accuracy, at which truncation and rounding balance.
  private static let step = 1e-3

  private func check(_ observations: [Observation], _ noise: Double?) throws(InverseProblemError) {
    guard !parameters.isEmpty else { throw .noParameters }
    for parameter in parameters where !(parameter.standardDeviation > 0 && parameter.mean.isFinite) {
      throw .invalidPrior(parameter)
    }
    for (index, observation) in observations.enumerated() where !observation.value.isFinite {
      throw .invalidObservation(index: index, value: observation.value)
    }
    if let noise {
      guard noise > 0, noise.isFinite else { throw .invalidNoise(noise) }
    } else {
      let numbers = parameters.count - fields.reduce(0) { $0 + $1.count }
      guard observations.count > numbers else {
        throw .tooFewObservations(observations.count, parameters: numbers)
      }
    }
  }

  private func evaluate(
    _ theta: [Double], _ observations: [Observation], _ grid: [Int], _ covariances: [SpectralMixture]?
  ) throws -> (solution: PDESolution, residuals: [Double]) {
    let solution = try problem(theta).solve(kernel: covariances.map { .mixtures($0) } ?? .automatic, grid: grid)
    let residuals = try observations.map { observation in
      observation.value - (try solution.values(on: observation.point.map { [$0] })[0])
    }
    return (solution, residuals)
  }

  private func sensitivities(
    _ theta: [Double], _ solution: PDESolution, _ observations: [Observation], _ grid: [Int]
  ) throws -> [InverseSolution.Sensitivity] {
    try parameters.indices.map { k in
      let prior = parameters[k].standardDeviation
      let step = Self.step * max(theta[k].magnitude, prior.isFinite ? 0.1 * prior : 0, 1e-3)
      var (up, down) = (theta, theta)
      up[k] += step
      down[k] -= step
      let above = try evaluate(up, observations, grid, solution.report.covariances)
      let below = try evaluate(down, observations, grid, solution.report.covariances)
      return InverseSolution.Sensitivity(
        above: above.solution, below: below.solution, step: step,
        atObservations: zip(below.residuals, above.residuals).map { ($0 - $1) / (2 * step) })
    }
  }

  private func precision(_ k: Int) -> Double {
    1 / (parameters[k].standardDeviation * parameters[k].standardDeviation)
  }

  private func variance(_ residuals: [Double], _ noise: Double?, _ determined: Double) -> Double {
    if let noise { return noise * noise }
    let sum = residuals.reduce(0) { $0 + $1 * $1 }
    return max(sum / max(Double(residuals.count) - determined, 1), .leastNormalMagnitude)
  }

  private func objective(_ theta: [Double], _ residuals: [Double], _ variance: Double) -> Double {
    residuals.reduce(0) { $0 + $1 * $1 } / variance
      + parameters.indices.reduce(0) {
        let away = theta[$1] - parameters[$1].mean
        return $0 + away * away * precision($1)
      }
  }

  private func hessian(_ columns: [[Double]], _ variance: Double) -> Matrix {
    var result = Matrix(rows: columns.count, columns: columns.count)
    for i in columns.indices {
      for j in columns.indices {
        result[i, j] = zip(columns[i], columns[j]).reduce(0) { $0 + $1.0 * $1.1 } / variance
      }
      result[i, i] += precision(i)
    }
    return result
  }

  private func factored(_ hessian: Matrix) throws(InverseProblemError) -> Cholesky {
    do { return try Cholesky(hessian) } catch { throw .undetermined(parameters.map(\.name)) }
  }
}
