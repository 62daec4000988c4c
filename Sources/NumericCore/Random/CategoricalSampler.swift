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
    for i in weights.indices where !(weights[i] >= 0) {
      throw categoricalError("weights[\(i)]", weights[i], ">= 0")
    }
    guard let base = weights.baseAddress, let index = categoricalIndex(uniform(), base, count: weights.count, stride: 1)
    else {
      throw categoricalError("sum of weights", weights.reduce(0, +), "> 0 and finite")
    }
    return index
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

/// The index whose share of the sum of weights a uniform variate falls into, the first ones first; never one of weight 0.
/// Weight i is at `weights[i * stride]`. Nil unless all are at least 0, and their sum is positive and finite.
@inlinable public func categoricalIndex(
  _ uniform: Double, _ weights: UnsafePointer<Double>, count: Int, stride: Int
) -> Int? {
  var total = 0.0
  var areValid = true
  for i in 0..<count {
    let weight = weights[i &* stride]
    areValid = areValid && weight >= 0
    total += weight
  }
  guard areValid, total > 0, total < .infinity else { return nil }
  var rest = uniform * total
  var last = 0
  for i in 0..<count {
    let weight = weights[i &* stride]
    if weight > 0 {
      last = i
      rest -= weight
      if rest < 0 { return i }
    }
  }
  return last
}

@usableFromInline
func categoricalError(_ parameter: String, _ value: Double, _ expected: String) -> SamplingError {
  SamplingError(sampler: "categorical", parameter: parameter, value: value, expected: expected)
}
