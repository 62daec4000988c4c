import Foundation
import NumericCore

/// The linear Gaussian model Y = A alpha + e with alpha ~ N(0, s^2) and e ~ N(0, s^2 rho), for each column of Y: its
/// evidence, with s^2 at its maximum in closed form and rho at the highest of a grid, and its posterior.
///
///     log p(Y) = -n r / 2 (log(2 pi s^2) + 1) - r / 2 log|A A' + rho 1|,   s^2 = tr Y' (A A' + rho 1)^-1 Y / (n r)
///
/// Observations may add rows with a noise of their own (`ObservationUpdate`).
///
/// One bidiagonal form gives it for all rho (`RidgeRegression`).
struct WhitenedRegression: Sendable {
  let logEvidence: Double
  /// rho: the noise over the prior variance of a coefficient.
  let noise: Double
  /// s^2.
  let scale: Double
  /// The posterior means, a column for each of Y.
  let coefficients: Matrix
  /// Y - A alpha.
  let residual: Matrix
  /// What observations add.
  let update: ObservationUpdate?
  private let ridge: RidgeRegression
  /// A, and whether Y has no noise but for rounding.
  private let design: Matrix
  private let isExact: Bool
  /// From coefficients at which a search that asks for these ended to them.
  private var shift: [Double]?
  /// rho relative to the square of A's largest singular value.
  var jitter: Double { noise / ridge.largestSquare }

  /// A's largest singular value over its smallest; infinite for a singular A.
  func conditionNumber() throws(LinearAlgebraError) -> Double {
    let values = try ridge.singularValues()
    let smallest = values[values.count - 1]
    return smallest == 0 ? .infinity : values[0] / smallest
  }

  /// From the square of rounding, relative to the largest singular value's square, in half-decades. Above its end few data
  /// could be taken for noise alone.
  private static let noiseExponents = Array(stride(from: -30.0, through: -3, by: 0.5))
  /// Of the evidence, for each decade of noise in data that are said to be exact: the density of rho is rho^-0.1.
  /// Without it a few data that hardly depend on each other might as well be noise.
  private static let costOfNoise = 0.1 * log(10.0)

  /// - Parameters:
  ///   - rows: how many data the rows stand for; nil for themselves.
  ///   - rest: the sum of squares of what was taken away when data were projected.
  ///   - isExact: whether Y has no noise but for rounding.
  ///   - smooth: combinations of rows that are to be seen of A; nil for all rows.
  ///   - observed: needs a single column of Y.
  ///
  /// Precondition: A and Y have as many rows, and A is not 0.
  init(
    _ a: Matrix, _ y: Matrix, rows: Int? = nil, rest: Double = 0, isExact: Bool = true,
    smooth: SmoothRows? = nil, observed: ObservedRows? = nil
  ) throws {
    let seen = smooth.map { $0.of(y) } ?? y
    let unseen = max(0, y.sumOfSquares - seen.sumOfSquares)
    let ridge = try RidgeRegression(smooth.map { $0.of(a) } ?? a, seen, rows: rows ?? y.rows, rest: rest + unseen)
    let largest = max(ridge.largestSquare, .leastNormalMagnitude)
    let noises = Self.noiseExponents.map { pow(10, $0) * largest }
    if let observed {
      let update = try ObservationUpdate.best(ridge, noises, observed)
      (logEvidence, noise, scale) = (update.logEvidence, update.equationNoise, update.scale)
      coefficients = Matrix(column: update.coefficients(after: ridge))
      self.update = update
    } else {
      let (n, r) = (ridge.rows, ridge.columns)
      var best = (merit: -Double.infinity, evidence: 0.0, noise: 1.0, scale: 0.0)
      for (k, (quadratic, logDeterminant)) in ridge.terms(noises: noises).enumerated() {
        let (exponent, noise) = (Self.noiseExponents[k], noises[k])
        let scale = max(quadratic / Double(n * r), .leastNormalMagnitude)
        let evidence = -0.5 * Double(r) * (Double(n) * (log(2 * .pi * scale) + 1) + logDeterminant)
        let merit = evidence - (isExact ? Self.costOfNoise * exponent : 0)
        if merit > best.merit { best = (merit, evidence, noise, scale) }
      }
      (logEvidence, noise, scale) = (best.evidence, best.noise, best.scale)
      coefficients = ridge.coefficients(noise: noise)
      update = nil
    }
    (self.ridge, design, self.isExact) = (ridge, a, isExact)
    residual = y.minus(a * coefficients)
  }

  /// For each coefficient 1 minus its posterior over its prior variance, before observations: how far data
  /// determine it.
  var determined: [Double] { ridge.determined(noise: noise) }

  /// Whether functions, given as rows phi, stay as unknown as they were, in some combination: that which differs most
  /// between functions that agree with all data but for rounding.
  func leavesOpen(_ phi: Matrix) throws(LinearAlgebraError) -> Bool {
    let noise = Self.indistinct * ridge.largestSquare
    let after = try SVD.values(of: ridge.whitened(ridge.turned(phi), noise: noise))[0]
    let before = try SVD.values(of: phi)[0]
    return after * after > Self.open * before * before
  }

  /// A squared singular value that is 0 but for rounding, relative to the largest; the share of the prior variance that
  /// is left where nothing is known, but for what functions of the basis differ from those that are open.
  private static let (indistinct, open) = (1e-22, 1e-6)

  /// Whether data with errors of a root mean square leave open what functions, given as rows phi, are: the posterior's
  /// largest deviation from its mean has a norm above `least`, and is of coefficients that keep a share of their prior
  /// variance.
  ///
  /// Cost: 8 k m for each function, and a singular value decomposition of phi's size.
  func leavesOpen(_ phi: Matrix, error: Double, least: Double) throws(LinearAlgebraError) -> Bool {
    let noise = max(noise, error * error / scale, Self.rounding * ridge.largestSquare)
    let differences = try SVD(ridge.whitened(ridge.turned(phi), noise: noise))
    guard scale.squareRoot() * differences.values[0] > least else { return false }
    let direction = (0..<differences.rightTransposed.columns).map { differences.rightTransposed[0, $0] }
    let kept = norm(ridge.unwhitened(direction, noise: noise))
    return kept * kept > Self.share
  }

  /// What rounding may make of a squared singular value that is 0, relative to the largest; the share of the prior
  /// variance from which on it is the prior that bounds coefficients rather than data (conventional).
  private static let (rounding, share) = (1e-28, 0.01)

  /// The regression as the last step of a search that ended at other coefficients: by how much these differ from its own
  /// adds to deviations.
  func ended(at alpha: [Double]) -> Self {
    var result = self
    result.shift = zip(coefficients.elements, alpha).map { $0 - $1 }
    return result
  }

  /// The posterior variance of phi' alpha for each row phi: s^2 phi' (1 + A' A / rho)^-1 phi.
  ///
  /// What is left over of data that are exact is no noise of one size: it comes from places where the basis does not do. To
  /// it is added what that may do to phi' alpha at worst where neighbours err together, the sum over runs of residuals r of
  /// one sign of (sum_j |r_j phi' (A' A + rho)^-1 A' e_j|)^2; with runs of one it is White's estimator ('A
  /// heteroskedasticity-consistent covariance matrix estimator', Econometrica 1980). So is what rounding of the terms of
  /// phi' alpha adds up to at worst.
  func variances(_ phi: Matrix) -> [Double] {
    if let update { return update.variances(phi, after: ridge).map { scale * $0 } }
    var result = ridge.variances(phi, noise: noise).map { scale * $0 }
    if let shift { for (i, change) in (phi * shift).enumerated() { result[i] += change * change } }
    for i in result.indices {
      let rounding = Double.ulpOfOne * (0..<phi.columns).reduce(0) { $0 + (phi[i, $1] * coefficients[$1, 0]).magnitude }
      result[i] += rounding * rounding
    }
    guard isExact, residual.columns == 1 else { return result }
    let responses = ridge.responses(phi, design: design, noise: noise)
    var run = Array(repeating: 0.0, count: result.count)
    for j in 0..<responses.columns {
      let error = residual[j, 0]
      for i in run.indices { run[i] += (error * responses[i, j]).magnitude }
      guard j + 1 == responses.columns || (residual[j + 1, 0] < 0) != (error < 0) else { continue }
      for i in run.indices {
        result[i] += run[i] * run[i]
        run[i] = 0
      }
    }
    return result
  }
}
