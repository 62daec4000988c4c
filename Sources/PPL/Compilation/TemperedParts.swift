/// The two parts of a log density that is tempered: log prior(x) + beta log likelihood(x).
public struct TemperedParts: Sendable, Equatable {
  public var logPrior: Double
  public var logLikelihood: Double

  public init(logPrior: Double, logLikelihood: Double) {
    (self.logPrior, self.logLikelihood) = (logPrior, logLikelihood)
  }

  /// log prior + beta log likelihood. At beta = 0 it is the prior, where the likelihood is 0 too.
  @inlinable @inline(__always)
  public func total(inverseTemperature beta: Double) -> Double {
    beta == 0 ? logPrior : logPrior + beta * logLikelihood
  }
}
