/// What keeps particles from being weighed or resampled.
public enum ResamplingError: Error, Equatable, Sendable, CustomStringConvertible {
  case noParticles
  /// The particles represent the zero measure: there is nothing to draw from.
  case allWeightsZero(particles: Int)
  case invalidWeight(particle: Int, value: Double, expected: String)
  /// The sum of weights that are finite one by one is not a number to divide by.
  case invalidTotal(Double, expected: String)
  /// The power of a likelihood, expected to be finite and not negative.
  case invalidExponent(Double)
  case wrongCount(of: String, Int, expected: Int)
  /// The particle that a conditional scheme is to retain does not exist, or has weight 0.
  case invalidRetained(particle: Int, expected: String)

  public var description: String {
    switch self {
    case .noParticles: "there are no particles, expected at least one"
    case .allWeightsZero(let particles): "all \(particles) particles have weight 0"
    case .invalidWeight(let particle, let value, let expected):
      "the weight of particle \(particle) is \(value), expected \(expected)"
    case .invalidTotal(let total, let expected): "the sum of the weights is \(total), expected \(expected)"
    case .invalidExponent(let exponent): "the exponent is \(exponent), expected a finite number >= 0"
    case .wrongCount(let what, let count, let expected): "\(count) \(what), expected \(expected)"
    case .invalidRetained(let particle, let expected): "the retained particle is \(particle), expected \(expected)"
    }
  }
}
