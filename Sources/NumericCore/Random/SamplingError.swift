/// A sampler was given a parameter outside of its domain.
///
/// The rule for all samplers: those without parameters cannot fail; the others throw this, before they take a
/// word from the generator. NaN is outside of every domain.
public struct SamplingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The sampler, as it is called.
  public let sampler: String
  /// The name of the parameter.
  public let parameter: String
  /// What was given.
  public let value: Double
  /// What it has to be.
  public let expected: String

  public init(sampler: String, parameter: String, value: Double, expected: String) {
    (self.sampler, self.parameter, self.value, self.expected) = (sampler, parameter, value, expected)
  }

  public var description: String { "\(sampler): \(parameter) = \(value), expected \(expected)" }
}

/// Throws unless `value` is positive and finite.
@inlinable @inline(__always)
func requirePositive(_ sampler: String, _ parameter: String, _ value: Double) throws(SamplingError) {
  guard value > 0, value < .infinity else {
    throw SamplingError(sampler: sampler, parameter: parameter, value: value, expected: "> 0 and finite")
  }
}

/// Throws unless `value` is a probability.
@inlinable @inline(__always)
func requireProbability(_ sampler: String, _ value: Double) throws(SamplingError) {
  guard value >= 0, value <= 1 else {
    throw SamplingError(sampler: sampler, parameter: "probability", value: value, expected: "from 0 to 1")
  }
}
