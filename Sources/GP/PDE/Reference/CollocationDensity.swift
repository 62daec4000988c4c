import Foundation
import NumericCore

/// The joint log density of Fang et al. (2024) of a function's values on a grid, the covariances of the axes
/// and two precisions, as the paper's own algorithm maximises it:
///
///     - 1/2 sum_d (N / N_d) log |K_d| - 1/2 <U, (K_1^-1 (x) K_2^-1) U>
///     + lambda (N_b log tau - tau (|u_b - g|^2 + N_b sigma_b^2)) / 2
///     + (N log v - v (|R|^2 + N sigma_r^2)) / 2
///
/// with R = D_1 U + U D_2' + n(U) - F on all N points of the grid, D = K'' K^-1, and the N_b points of the
/// boundary counted once. K_d is the covariance of axis d, a spectral mixture, plus jitter. Logarithms of
/// weights have no prior of their own, which is Jeffreys' prior on weights.
///
/// Without sigma_b and sigma_r the density grows without bound where a misfit vanishes while its precision
/// grows. They are exponential priors on tau and v, which act like a misfit of this root mean square.
///
/// Coordinates: U (element [i + n_x j] at (x_i, y_j)); for each axis log w, log l and f of each component in
/// turn; log tau; log v. Cost of an evaluation: in one dimension n^3 / 3, in two 27 n^3 for n points along
/// each axis, beside O(n) for each component; it allocates nothing.
public struct CollocationDensity: DifferentiableLogDensity {
  public let problem: CollocationProblem
  public let envelope: StationaryEnvelope
  /// Q, of the spectral mixture along each axis.
  public let components: Int
  /// lambda.
  public let boundaryWeight: Double
  /// sigma_b, in the units of u.
  public let boundaryFloor: Double
  /// sigma_r, in the units of F.
  public let residualFloor: Double
  public let jitter: Double

  /// - Throws: `invalidSetting` for a number of components below 1, or for what is not positive and finite.
  public init(
    _ problem: CollocationProblem, envelope: StationaryEnvelope, components: Int, boundaryWeight: Double,
    boundaryFloor: Double, residualFloor: Double, jitter: Double
  ) throws(JointMAPError) {
    guard components >= 1 else {
      throw .invalidSetting(name: "components", value: Double(components), expected: ">= 1")
    }
    for (name, value) in [
      ("boundary weight", boundaryWeight), ("boundary floor", boundaryFloor),
      ("residual floor", residualFloor), ("jitter", jitter),
    ] {
      try JointMAPError.requirePositive(name, value)
    }
    (self.problem, self.envelope, self.components) = (problem, envelope, components)
    (self.boundaryWeight, self.jitter) = (boundaryWeight, jitter)
    (self.boundaryFloor, self.residualFloor) = (boundaryFloor, residualFloor)
  }

  /// N, the points of the grid.
  public var pointCount: Int { problem.source.count }
  public var dimension: Int { kernelStart(problem.axes.count) + 2 }

  /// Where the parameters of an axis start among the coordinates; for the number of axes, where log tau is.
  func kernelStart(_ axis: Int) -> Int { pointCount + 3 * components * axis }

  /// What an evaluation writes to.
  public struct Workspace: Sendable {
    var axes: [AxisCovariance]
    /// K_1^-1 U and, in two dimensions, U K_2^-1.
    var halves: [[Double]]
    /// K_1^-1 U K_2^-1.
    var coefficients: [Double]
    /// R, then -v R.
    var residual: [Double]
    /// The gradient that comes through the derivatives along an axis.
    var pulled: [Double]
  }

  public func makeWorkspace() -> Workspace {
    let zeros = Array(repeating: 0.0, count: pointCount)
    let axes = problem.axes.enumerated().map { axis, points in
      AxisCovariance(
        envelope, components: components, points: points, lines: pointCount / points.count,
        fromRight: axis == 1)
    }
    return Workspace(
      axes: axes, halves: axes.map { _ in zeros }, coefficients: zeros, residual: zeros, pulled: zeros)
  }
}

extension CollocationDensity {
  /// The covariance of an axis at a position, without components whose weight underflows.
  func covariance(
    _ axis: Int, at position: [Double]
  ) throws(StationaryCovarianceError) -> StationaryCovariance {
    let start = kernelStart(axis)
    let mixture = (0..<components).map { q in
      StationaryCovariance.Component(
        weight: exp(position[start + 3 * q]), lengthScale: exp(position[start + 3 * q + 1]),
        frequency: position[start + 3 * q + 2])
    }
    return try StationaryCovariance(envelope, components: mixture.filter { $0.weight > 0 })
  }
}
