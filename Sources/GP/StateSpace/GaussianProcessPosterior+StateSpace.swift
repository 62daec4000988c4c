import NumericCore

extension MarginalLikelihood {
  /// Means and variances of some sums of blocks of the state at new points, in one pass; `bases` has what of the
  /// mean function is counted to each.
  func predict(
    at new: Matrix, _ sums: [[Int]], _ solver: StateSpaceSolver, bases: [Matrix], noise: Double
  ) -> [GaussianPrediction] {
    let p = coefficients.count
    var right = Matrix(rows: weights.count, columns: 1 + p)
    for i in weights.indices {
      right[i, 0] = weights[i]
      for j in 0..<p { right[i, j + 1] = solvedBasis[i, j] }
    }
    let variances = solver.variances(of: sums, at: new)
    return sums.indices.map { sum in
      let covariances = solver.crossCovariance(times: right, of: sums[sum], at: new)
      var (mean, variance) = (Array(covariances.column(0)), variances[sum])
      if let basisFactor {
        let shift = bases[sum] * coefficients
        var rest = bases[sum].transposed
        for j in 0..<rest.columns { for i in 0..<rest.rows { rest[i, j] -= covariances[j, i + 1] } }
        let z = basisFactor.halfSolve(rest)
        for i in mean.indices {
          mean[i] += shift[i]
          variance[i] += z.column(i).reduce(0) { $0 + $1 * $1 }
        }
      }
      return GaussianPrediction(mean: mean, variance: variance, noiseVariance: noise)
    }
  }
}

/// What a posterior gives in linear time where its solver is a filter.
extension GaussianProcessPosterior {
  /// As `MarginalLikelihood.predict`.
  func predict(
    at new: Matrix, _ sums: [[Int]], _ solver: StateSpaceSolver, bases: [Matrix], noise: Double
  ) -> [GaussianPrediction] {
    likelihood.predict(at: new, sums, solver, bases: bases, noise: noise)
  }

  /// Joint draws at new points by Matheron's rule: a path of the prior, corrected by the mean of what it misses.
  func samples(
    at new: Matrix, count: Int, _ solver: StateSpaceSolver, key: RandomKey
  ) throws(RegressionError) -> Matrix {
    do { try process.kernel.check(new) } catch { throw .kernel(error) }
    let (places, blocks) = (TimeOrder(new), solver.factor.model.offsets)
    let (atData, atNew) = (basis.values(at: points), basis.values(at: new))
    let spread = (process.noiseVariance + jitter).squareRoot()
    var draws = Matrix(rows: new.rows, columns: count)
    for draw in 0..<count {
      var stream = RandomStream(key.child(UInt64(draw)))
      let path = solver.factor.path(at: places.times, &stream)
      var missed = solver.order.unsorted(path.observed).elements
      for i in missed.indices { missed[i] = values[i] - missed[i] - spread * stream.normal() }
      let other = try MarginalLikelihood(solver, basis: atData, values: missed)
      let correction = solver.crossCovariance(times: Matrix(column: other.weights), of: blocks, at: new)
      let (prior, shift) = (places.unsorted(path.new), other.coefficients.isEmpty ? [] : atNew * other.coefficients)
      for i in 0..<new.rows {
        draws[i, draw] = prior[i, 0] + correction[i, 0] + (shift.isEmpty ? 0 : shift[i])
      }
    }
    return draws
  }
}
