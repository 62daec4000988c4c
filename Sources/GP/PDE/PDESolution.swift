import NumericCore

/// What a solver says of its solution.
public struct PDEReport: Sendable {
  /// The covariances chosen, up to a factor: one for each axis.
  public let covariances: [SpectralMixture]
  /// How many coefficients u has.
  public let coefficients: Int
  /// |source - N(u)| on the grid, relative to the largest of the source and of the terms of N.
  public let relativeResidual: Double
  /// The largest difference from what the boundary conditions ask for, in their own units, on the grid.
  public let boundaryResidual: Double
  /// On an interval the largest over the smallest singular value of the regression; else the largest over the smallest
  /// modulus of the eigenvalues of the operator with mean coefficients.
  public let condition: Double
  /// The variance, relative to the largest, at which eigenfunctions are cut off, on an interval softly.
  public let jitter: Double
  /// Newton's steps on an interval; else iterations of the linear solver in all.
  public let iterations: Int
  /// The standard deviation of the noise of observations, where it was learned; else nil.
  public let observationNoise: Double?
  /// How far off u may be, relative to its size. On an interval the root mean square of the standard deviations on the
  /// grid, at least 1 where a nonlinear equation does not determine u. On a box what is left over of the equation, over the
  /// least that it makes, linearised, of a function as large as u, and what the boundary misses: far above the error where
  /// what is left over is fast. Nil on boxes with observations or a source with noise.
  public let relativeDeviation: Double?
  /// What to be careful about.
  public let warnings: [String]

  /// - Parameters:
  ///   - deviation: `relativeDeviation`, where nothing that is known has noise.
  ///   - mayBeElsewhere: whether there are other solutions but for the residual.
  ///   - misses: the largest of each condition.
  ///   - weights: the largest value of each on functions of size 1.
  ///   - size: of u.
  static func warnings(
    relativeResidual: Double, deviation: Double = 0, mayBeElsewhere: Bool = false, misses: [Double],
    weights: [Double], size: Double
  ) -> [String] {
    let boundaryShare = zip(misses, weights).map { $0 / max($1 * size, .leastNormalMagnitude) }.max() ?? 0
    func percent(_ share: Double) -> String { "\((1000 * share).rounded() / 10)%" }
    var result: [String] = []
    if relativeResidual > worthTelling {
      result.append(
        "\(percent(relativeResidual)) of the source is left over: noise, or what the grid does not resolve")
    }
    if mayBeElsewhere {
      result.append(
        """
        u is not determined: other functions, such as one with a front elsewhere, leave no more over of the equation and \
        its conditions; take more points, or observe u
        """)
    } else if deviation > worthTelling {
      result.append(
        """
        u is known to \(percent(deviation)) of its size: what is left over of the equation may come from so much; take \
        more points
        """)
    }
    if boundaryShare > worthTelling {
      result.append(
        """
        boundary conditions are missed by \(percent(boundaryShare)) of u: they contradict the equation, or each other at \
        a corner, or u changes faster than the grid resolves
        """)
    }
    return result
  }

  private static let worthTelling = 1e-3
}

/// A function that solves a problem: the posterior mean of u.
public struct PDESolution: Sendable {
  public let report: PDEReport
  /// The points of the grid along each axis.
  public let grid: [[Double]]
  let field: SolutionField

  /// u on the grid that is the product of points along each axis: element [i + n_x (j + n_y k)] is at (x_i, y_j, z_k).
  ///
  /// - Throws: `wrongGrid` unless there are as many axes as dimensions, or `outsideDomain` for a coordinate.
  public func values(on axes: [[Double]]) throws(PDEError) -> [Double] {
    try check(axes)
    switch field {
    case .line(let basis, let coefficients, _): return basis.evaluate(at: axes[0], order: 0)[0] * coefficients
    case .products(let basis, let alpha, _):
      let factors = axes.enumerated().map { basis.evaluate(axis: $0, at: $1, order: 0)[0] }
      return KroneckerProduct(factors).multiply(basis.scattered(alpha))
    case .box(let posterior): return posterior.values(on: axes)
    }
  }

  /// u at a point, by its coordinates. For many points `values(on:)` is cheaper.
  public func value(at point: Double...) throws(PDEError) -> Double { try values(on: point.map { [$0] })[0] }

  /// The posterior standard deviations of u on a grid, arranged as `values(on:)` arranges u: what the grid and the
  /// conditions leave open, given the covariance, and what the residual adds.
  ///
  /// On an interval, and where there are observations or a source is measured with noise, these are exact. Else, in two
  /// and three dimensions, they are the root mean squares of the solver's errors on `samples` draws from the prior, each
  /// an independent estimate with a relative error of 1 / sqrt(2 samples); the same seed gives the same ones. Both are
  /// of the equation linearised at the solution.
  ///
  /// - Throws: as `values(on:)` does; `tooFewSamples` below 1.
  ///
  /// Cost: in two and three dimensions that of `samples` linear solves.
  public func standardDeviations(on axes: [[Double]], samples: Int = 32, seed: UInt64 = 0) throws -> [Double] {
    try check(axes)
    guard samples >= 1 else { throw PDEError.tooFewSamples(samples) }
    switch field {
    case .line(let basis, _, let regression):
      return regression.variances(basis.evaluate(at: axes[0], order: 0)[0]).map { $0.squareRoot() }
    case .products(let basis, _, let regression):
      let plane = TensorGrid(axes: axes)
      return stride(from: 0, to: plane.count, by: Self.block).flatMap { start in
        let points = (start..<min(start + Self.block, plane.count)).map { plane.point($0) }
        let columns = basis.columns(at: axes.indices.map { axis in points.map { $0[axis] } }, order: .init())
        return regression.variances(columns).map { $0.squareRoot() }
      }
    case .box(let posterior):
      return try posterior.deviations(on: axes, samples: samples, key: RandomKey(seed: seed))
    }
  }

  /// How many points there are in one product of matrices.
  private static let block = 1000

  private func check(_ axes: [[Double]]) throws(PDEError) {
    guard axes.count == grid.count else { throw .wrongGrid(count: axes.count, dimensions: grid.count) }
    for (axis, points) in axes.enumerated() {
      let (lower, upper) = (grid[axis][0], grid[axis][grid[axis].count - 1])
      for x in points where !(x >= lower && x <= upper) {
        throw .outsideDomain(axis: axis, value: x, lower: lower, upper: upper)
      }
    }
  }
}

/// u as a sum of functions, and what is left open of it.
enum SolutionField: Sendable {
  case line(EnvelopeBasis, [Double], WhitenedRegression)
  case products(ProductBasis, [Double], WhitenedRegression)
  case box(BoxPosterior)
}
