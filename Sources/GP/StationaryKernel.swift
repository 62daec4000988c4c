import NumericCore
import PPL

/// A stationary covariance function of the distance on the line, with unit amplitude and length scale.
public enum StationaryKernel: Sendable, CaseIterable {
  /// exp(-r^2 / 2).
  case squaredExponential
  /// exp(-r): Matern with smoothness 1/2.
  case matern12
  /// (1 + sqrt(3) r) exp(-sqrt(3) r).
  case matern32
  /// (1 + sqrt(5) r + 5 r^2 / 3) exp(-sqrt(5) r).
  case matern52
}

extension StationaryKernel {
  /// The covariance matrix of a Gaussian process at points, as a random element: amplitude^2 k(|x_i - x_j| / l), plus
  /// `noise` (a variance) on the diagonal.
  ///
  ///     Observe(y, from: MultivariateNormal(0, covariance: StationaryKernel.matern32.covariance(
  ///       at: x, amplitude: alpha, lengthScale: rho, noise: square(sigma))))
  ///
  /// Cost: O(n^2); the Cholesky factorisation that follows is O(n^3).
  public func covariance(
    at x: [Double], amplitude: Random<Double>, lengthScale: Random<Double>, noise: Random<Double>
  ) -> Random<Matrix> {
    let n = x.count
    var distances = Matrix(rows: n, columns: n)
    for j in 0..<n { for i in 0..<n { distances[i, j] = (x[i] - x[j]).magnitude } }
    let r = distances / lengthScale
    return square(amplitude) * correlation(r) + noise * Matrix.identity(n)
  }

  private func correlation(_ r: Random<Matrix>) -> Random<Matrix> {
    switch self {
    case .squaredExponential: exp(-0.5 * square(r))
    case .matern12: exp(-r)
    case .matern32: elementwiseProduct(1 + 3.0.squareRoot() * r, exp(-3.0.squareRoot() * r))
    case .matern52:
      elementwiseProduct(1 + 5.0.squareRoot() * r + (5.0 / 3) * square(r), exp(-5.0.squareRoot() * r))
    }
  }
}
