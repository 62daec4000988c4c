extension TensorFactorisation {
  /// What all other entries say of each one's signal, as if the posterior were that of a linear model, whose
  /// leverage is h = variance / noise variance: the residual is (y - mean) / (1 - h), and the variance of the
  /// signal, variance / (1 - h).
  package func leaveOneOut() -> (residuals: [Double], variances: [Double]) {
    let values = entries.values
    var (residuals, variances) = (values, values)
    for i in values.indices {
      let (mean, variance) = signal(of: i)
      let rest = 1 - min(variance * precision * (heavyTails?.weights[i] ?? 1), Self.highestLeverage)
      (residuals[i], variances[i]) = ((values[i] - mean) / rest, variance / rest)
    }
    return (residuals, variances)
  }

  /// The posterior mean and variance of an entry without its noise.
  package func signal(of entry: Int) -> (mean: Double, variance: Double) {
    signal.moments { Int(indexes[$0].pointOfEntry[entry]) }
  }

  /// The logarithms of the densities of the entries, each kept out.
  var leaveOneOutDensities: [Double] {
    let (residuals, variances) = leaveOneOut()
    return zip(residuals, variances).map { law(signalVariance: $1).logDensity($0) }
  }

  /// Of a value around the mean of its signal.
  func law(signalVariance: Double) -> PredictiveLaw {
    PredictiveLaw(signalVariance: signalVariance, noise: 1 / precision, degrees: heavyTails?.degrees)
  }

  /// Arbitrary: the approximation is poor where an entry is nearly alone.
  private static var highestLeverage: Double { 0.95 }

  /// The logarithms of the densities of new entries.
  func logDensities(columns: [[Double]], values: [Double]) -> [Double] {
    let places = columns.map { ModeIndex($0) }
    let signal = TensorSignal(
      zip(functions, places).map { TensorMoments($0, at: $1.points, rank: $0.components - 1) }, core: core)
    return values.indices.map { i in
      let (mean, variance) = signal.moments { Int(places[$0].pointOfEntry[i]) }
      return law(signalVariance: variance).logDensity(values[i] - mean)
    }
  }
}
