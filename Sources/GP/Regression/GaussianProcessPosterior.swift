import Foundation
import NumericCore

/// A Gaussian process given data: exact, for fixed hyper-parameters.
public struct GaussianProcessPosterior: Sendable {
  public let process: GaussianProcess
  public let points: Matrix
  public let values: [Double]
  let solver: any CovarianceSolver
  let basis: MeanBasis
  let likelihood: MarginalLikelihood

  init(
    _ process: GaussianProcess, points: Matrix, values: [Double], solver: any CovarianceSolver
  ) throws(RegressionError) {
    (self.process, self.points, self.values, self.solver) = (process, points, values, solver)
    basis = MeanBasis(process.mean, of: points)
    likelihood = try MarginalLikelihood(solver, basis: basis.values(at: points), values: values)
  }

  /// log p(y), the coefficients of the mean integrated over a flat prior on standardised coordinates: it
  /// compares kernels with each other, for one mean function.
  public var logEvidence: Double { likelihood.value }

  /// What was added to the diagonal of the covariance for its factorisation; 0 in most cases.
  public var jitter: Double { solver.jitter }

  /// The derivatives of the log evidence in the coordinates of the kernel's hyper-parameters, and last in the
  /// logarithm of the noise variance.
  public func evidenceGradient() -> [Double] { solver.gradient(outer: likelihood.gradientFactor) }

  /// Mean and variance of the process at new points. The mean function is part of it.
  ///
  /// - Throws: `kernel` for points that do not fit. Cost: O(n^2) a point (for Toeplitz structure O(n log n)); O(n + m)
  ///   for m points in state space.
  public func predict(at new: Matrix) throws(RegressionError) -> GaussianPrediction {
    try predict(at: new, process.kernel, basis: basis.values(at: new), noise: process.noiseVariance)
  }

  /// Mean and variance of one term of the kernel: of a process g in f = g + ..., of covariance `term`, given
  /// the data. The means of the terms and the mean function add up to the mean of the whole.
  ///
  /// - Parameters:
  ///   - term: as it stands in the kernel, which is not checked.
  ///   - includesMean: whether the mean function is counted to this term.
  public func predict(
    term: any Kernel, at new: Matrix, includesMean: Bool = false
  ) throws(RegressionError) -> GaussianPrediction {
    let h = basis.values(at: new)
    return try predict(
      at: new, term, basis: includesMean ? h : Matrix(rows: h.rows, columns: h.columns), noise: 0)
  }

  /// Mean and variance of each term of a kernel that is a sum, as `predict(term:at:)` gives them; in state space in
  /// a single pass over the data.
  ///
  /// - Parameter meanTerm: the term that the mean function is counted to; nil for none.
  /// - Throws: `kernel` for points that do not fit; `invalidSetting` for a term that the kernel does not have.
  public func components(
    at new: Matrix, meanIn meanTerm: Int? = nil
  ) throws(RegressionError) -> [GaussianPrediction] {
    let terms = (process.kernel as? KernelSum)?.terms ?? [process.kernel]
    if let meanTerm, !terms.indices.contains(meanTerm) {
      throw .invalidSetting(name: "meanIn", value: Double(meanTerm), expected: "in 0 ..< \(terms.count)")
    }
    if let solver = solver as? StateSpaceSolver {
      do { try process.kernel.check(new) } catch { throw .kernel(error) }
      let blocks = terms.compactMap { solver.blocks(of: $0) }
      if blocks.count == terms.count {
        let h = basis.values(at: new)
        let none = Matrix(rows: h.rows, columns: h.columns)
        return predict(
          at: new, blocks, solver, bases: terms.indices.map { $0 == meanTerm ? h : none }, noise: 0)
      }
    }
    var result: [GaussianPrediction] = []
    for (number, term) in terms.enumerated() {
      result.append(try predict(term: term, at: new, includesMean: number == meanTerm))
    }
    return result
  }

  private func predict(
    at new: Matrix, _ kernel: any Kernel, basis h: Matrix, noise: Double
  ) throws(RegressionError) -> GaussianPrediction {
    if let solver = solver as? StateSpaceSolver, let blocks = solver.blocks(of: kernel) {
      do { try kernel.check(new) } catch { throw .kernel(error) }
      return predict(at: new, [blocks], solver, bases: [h], noise: noise)[0]
    }
    let (cross, prior): (Matrix, [Double])
    do {
      cross = try kernel.covariance(of: points, and: new)
      prior = try kernel.variances(of: new)
    } catch { throw .kernel(error) }
    var mean = cross.transposeTimes(likelihood.weights)
    let explained = solver.quadraticForms(cross)
    // Rounding may leave a variance below 0, where the data say all.
    var variance = zip(prior, explained).map { max(0, $0 - $1) }
    if let factor = likelihood.basisFactor {
      let shift = h * likelihood.coefficients
      let z = factor.halfSolve(residualBasis(h, cross))
      for i in mean.indices {
        mean[i] += shift[i]
        variance[i] += z.column(i).reduce(0) { $0 + $1 * $1 }
      }
    }
    return GaussianPrediction(mean: mean, variance: variance, noiseVariance: noise)
  }

  /// H*' - H' C^-1 K*: a column for each new point.
  private func residualBasis(_ h: Matrix, _ cross: Matrix) -> Matrix {
    let known = likelihood.solvedBasis.transposeTimes(cross)
    var result = h.transposed
    for j in 0..<result.columns { for i in 0..<result.rows { result[i, j] -= known[i, j] } }
    return result
  }

  /// The joint covariance of the process at new points. Cost: O(n^2 m + n m^2).
  public func covariance(at new: Matrix) throws(RegressionError) -> Matrix {
    let (cross, prior): (Matrix, Matrix)
    do {
      cross = try process.kernel.covariance(of: points, and: new)
      prior = try process.kernel.covariance(of: new)
    } catch { throw .kernel(error) }
    let explained = cross.transposeTimes(solver.solve(cross))
    var result = prior
    for j in 0..<new.rows { for i in 0..<new.rows { result[i, j] -= explained[i, j] } }
    if let factor = likelihood.basisFactor {
      let z = factor.halfSolve(residualBasis(basis.values(at: new), cross))
      let added = z.transposeTimes(z)
      for j in 0..<new.rows { for i in 0..<new.rows { result[i, j] += added[i, j] } }
    }
    return result.symmetrised
  }

  /// The mean at new points for other values at the same data points: linear in them.
  func mean(at new: Matrix, cross: Matrix, ofValues y: [Double]) throws(RegressionError) -> [Double] {
    let other = try MarginalLikelihood(solver, basis: basis.values(at: points), values: y)
    var mean = cross.transposeTimes(other.weights)
    if !other.coefficients.isEmpty {
      let shift = basis.values(at: new) * other.coefficients
      for i in mean.indices { mean[i] += shift[i] }
    }
    return mean
  }
}
