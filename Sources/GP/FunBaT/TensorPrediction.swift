extension FunctionalTensorFit {
  /// A value that is predicted: of an observation, noise included.
  ///
  /// Before calibration the error of the mean is normal, with the variance of the signal and of the noise; with
  /// Student-t noise it is Student-t, with this variance, with s^2 + sigma^2 as the square of its scale, s the
  /// standard deviation of the signal and sigma the scale of the noise, and thus with 2 + (nu - 2) (1 + s^2 / sigma^2)
  /// degrees of freedom. Errors of the training entries, each predicted without itself, tell by how much such laws
  /// are too narrow or too wide, and how heavy their tails are: the law is a mixture of multiples of that error
  /// (`ScaleMixture`), and intervals, density and standard deviation are those of one law.
  public struct Prediction: Sendable {
    public let mean: Double
    public let standardDeviation: Double
    private let law: CalibratedLaw

    init(mean: Double, _ law: CalibratedLaw) {
      (self.mean, self.law) = (mean, law)
      standardDeviation = law.variance.squareRoot()
    }

    /// The central interval that holds an observation with a probability, above 0 and below 1. It is calibrated:
    /// about this share of the training entries is in theirs, each predicted without all entries of its place; or,
    /// where the place has entries, each without itself; or, where a coordinate has none, each without all entries
    /// of the same coordinate.
    public func interval(_ probability: Double) -> ClosedRange<Double> {
      let half = law.quantile(0.5 + 0.5 * probability)
      return (mean - half)...(mean + half)
    }

    /// The logarithm of the predictive density at a value.
    public func logDensity(of y: Double) -> Double { law.logDensity(y - mean) }
  }
}
