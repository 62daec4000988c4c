import NumericCore

/// The best normal approximation of the posterior of a latent process.
public struct LatentPosterior: Sendable {
  public let process: LatentGaussianProcess
  let basis: MeanBasis
  let approximation: SiteApproximation

  /// A lower bound of log p(y): variational. With a mean function, of the integral over its flat prior on
  /// standardised coordinates, but for a constant: it compares kernels with each other, for one mean function.
  public var evidenceBound: Double { approximation.state.bound }

  /// The steps that it took.
  public var iterations: Int { approximation.iterations }

  /// The derivatives of `evidenceBound` in the coordinates of the kernel's hyper-parameters and, for Student t, last
  /// in the logarithm of the square of the scale. At a maximum over the approximation only what depends on them
  /// directly counts: the evidence of the sites, held fixed.
  public func evidenceBoundGradient() -> [Double] {
    let state = approximation.state
    // Less that in a noise, which there is not.
    let kernel = Array(state.solver.gradient(outer: state.marginal.gradientFactor).dropLast())
    guard case .studentT = process.likelihood else { return kernel }
    let scale = approximation.values.indices.reduce(0) { sum, i in
      sum
        + process.likelihood.scaleSlope(
          of: approximation.values[i], mean: state.means[i], variance: state.variances[i])
    }
    return kernel + [scale]
  }

  /// Mean and variance of f at new points. The mean function is part of it.
  ///
  /// - Throws: `kernel` for points that do not fit. Cost: linear in the numbers of points.
  public func predict(at new: Matrix) throws(RegressionError) -> GaussianPrediction {
    try check(new)
    let state = approximation.state
    return state.marginal.predict(
      at: new, [state.solver.factor.model.offsets], state.solver, bases: [basis.values(at: new)], noise: 0)[0]
  }

  /// Mean and variance of each term of a kernel that is a sum: of the processes that f is the sum of, which
  /// `interval` makes bands of. The means of the terms and the mean function add up to that of f.
  ///
  /// - Parameter meanTerm: the term that the mean function is counted to; nil for none.
  /// - Throws: `kernel` for points that do not fit; `invalidSetting` for a term that the kernel does not have. Cost:
  ///   linear in the numbers of points.
  public func components(
    at new: Matrix, meanIn meanTerm: Int? = nil
  ) throws(RegressionError) -> [GaussianPrediction] {
    try check(new)
    let (state, terms) = (approximation.state, (process.kernel as? KernelSum)?.terms ?? [process.kernel])
    if let meanTerm, !terms.indices.contains(meanTerm) {
      throw .invalidSetting(name: "meanIn", value: Double(meanTerm), expected: "in 0 ..< \(terms.count)")
    }
    let blocks = terms.compactMap { state.solver.blocks(of: $0) }
    precondition(blocks.count == terms.count, "a sum's blocks are those of its terms")
    let h = basis.values(at: new)
    let none = Matrix(rows: h.rows, columns: h.columns)
    return state.marginal.predict(
      at: new, blocks, state.solver, bases: terms.indices.map { $0 == meanTerm ? h : none }, noise: 0)
  }

  /// The expected observation at new points: a rate times the exposure, a probability, a level.
  public func response(at new: Matrix) throws(RegressionError) -> [Double] {
    let f = try predict(at: new)
    return zip(f.mean, f.variance).map { process.likelihood.response(mean: $0, variance: $1) }
  }

  /// Joint draws of f at new points: a column for each. By Matheron's rule: a path of the prior, corrected by the mean
  /// of what the sites' means miss of it, with their noise.
  ///
  /// - Throws: as `predict`; `invalidSetting` for a negative count. Cost of a draw: linear in the numbers of points.
  public func samples(at new: Matrix, count: Int, key: RandomKey) throws(RegressionError) -> Matrix {
    try check(new)
    guard count >= 0 else { throw .invalidSetting(name: "count", value: Double(count), expected: ">= 0") }
    let (sites, solver) = (approximation.sites, approximation.state.solver)
    let (factor, places) = (solver.factor, TimeOrder(new))
    let (atData, atNew) = (basis.values(at: Matrix(points: factor.times)), basis.values(at: new))
    var draws = Matrix(rows: new.rows, columns: count)
    for draw in 0..<count {
      var stream = RandomStream(key.child(UInt64(draw)))
      let path = factor.path(at: places.times, &stream)
      let missed = path.observed.indices.map { i in
        let deviation = (1 / sites.precision[i]).squareRoot()
        return sites.linear[i] / sites.precision[i] - path.observed[i] - deviation * stream.normal()
      }
      let other = try MarginalLikelihood(solver, basis: atData, values: missed)
      let correction = solver.crossCovariance(times: Matrix(column: other.weights), of: factor.model.offsets, at: new)
      let prior = places.unsorted(path.new)
      let shift = other.coefficients.isEmpty ? [] : atNew * other.coefficients
      for i in 0..<new.rows {
        draws[i, draw] = prior[i, 0] + correction[i, 0] + (shift.isEmpty ? 0 : shift[i])
      }
    }
    return draws
  }

  private func check(_ new: Matrix) throws(RegressionError) {
    do { try process.kernel.check(new) } catch { throw .kernel(error) }
    guard new.columns == 1 else { throw .unstructured(expected: "on the line") }
  }
}
