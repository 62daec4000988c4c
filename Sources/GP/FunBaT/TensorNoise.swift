/// The law of the noise of the entries of a tensor.
public enum TensorNoise: Sendable, Equatable {
  case gaussian
  /// Heavy tails, for values some of which are far off: scale x Student-t. The degrees of freedom are learned
  /// where they are nil, under the prior Gamma(2, 1 / 10) (Juarez and Steel, 'Model-based clustering of
  /// non-Gaussian panel data', JBES 2010); they are above 2, so that values have a variance.
  case studentT(degreesOfFreedom: Double? = nil)

  /// What a fit starts with; nil if the noise is Gaussian.
  func posterior(of count: Int) -> StudentTNoise? {
    guard case .studentT(let degrees) = self else { return nil }
    return StudentTNoise(count: count, degrees: degrees)
  }

  func check() throws(TensorError) {
    guard case .studentT(let degrees?) = self else { return }
    guard degrees > 2 && degrees < .infinity else {
      throw .invalidSetting(name: "degrees of freedom", value: degrees, expected: "above 2, and finite")
    }
  }
}
