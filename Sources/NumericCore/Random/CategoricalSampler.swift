#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension RandomNumberGenerator {
  /// An index, with probability proportional to its weight. Weights are finite and not negative, one at least
  /// is positive, and their sum is finite. An index of weight 0 is never drawn. Takes one word; reads the
  /// weights twice.
  @inlinable public mutating func categorical(
    weights: UnsafeBufferPointer<Double>
  ) throws(SamplingError) -> Int {
    var total = 0.0
    for i in weights.indices {
      guard weights[i] >= 0 else { throw categoricalError("weights[\(i)]", weights[i], ">= 0") }
      total += weights[i]
    }
    guard total > 0, total < .infinity else {
      throw categoricalError("sum of weights", total, "> 0 and finite")
    }
    var rest = uniform() * total
    var last = 0
    for i in weights.indices where weights[i] > 0 {
      last = i
      rest -= weights[i]
      if rest < 0 { return i }
    }
    return last
  }

  /// An index, with probability proportional to the exponential of its log weight. A log weight may be
  /// -infinity (its index is never drawn), not +infinity or NaN; one at least is finite. Takes one word;
  /// takes the exponentials twice.
  @inlinable public mutating func categorical(
    logWeights: UnsafeBufferPointer<Double>
  ) throws(SamplingError) -> Int {
    var largest = -Double.infinity
    for i in logWeights.indices {
      guard logWeights[i] < .infinity else {
        throw categoricalError("logWeights[\(i)]", logWeights[i], "< infinity")
      }
      if logWeights[i] > largest { largest = logWeights[i] }
    }
    guard largest > -.infinity else { throw categoricalError("largest of logWeights", largest, "finite") }
    var total = 0.0
    for weight in logWeights { total += exp(weight - largest) }
    var rest = uniform() * total
    var last = 0
    for i in logWeights.indices where logWeights[i] > -.infinity {
      let weight = exp(logWeights[i] - largest)
      if weight > 0 { last = i }
      rest -= weight
      if rest < 0 { return i }
    }
    return last
  }

  /// `categorical(weights:)` of a buffer.
  @inlinable public mutating func categorical(weights: [Double]) throws(SamplingError) -> Int {
    try weights.withUnsafeBufferPointer { (buffer) throws(SamplingError) in
      try categorical(weights: buffer)
    }
  }

  /// `categorical(logWeights:)` of a buffer.
  @inlinable public mutating func categorical(logWeights: [Double]) throws(SamplingError) -> Int {
    try logWeights.withUnsafeBufferPointer { (buffer) throws(SamplingError) in
      try categorical(logWeights: buffer)
    }
  }
}

@usableFromInline
func categoricalError(_ parameter: String, _ value: Double, _ expected: String) -> SamplingError {
  SamplingError(sampler: "categorical", parameter: parameter, value: value, expected: expected)
}
