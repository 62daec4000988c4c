#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension RandomNumberGenerator {
  /// Writes the logarithms of a Dirichlet variate: log gamma variates, less the log of their sum, so that
  /// small concentrations keep coordinates that a Double cannot hold. Concentrations are positive and finite,
  /// one at least, and as many as `logs` has elements; the two buffers must not overlap.
  @inlinable public mutating func logDirichlet(
    concentrations: UnsafeBufferPointer<Double>, into logs: UnsafeMutableBufferPointer<Double>
  ) throws(SamplingError) {
    guard concentrations.count > 0, concentrations.count == logs.count else {
      throw SamplingError(
        sampler: "dirichlet", parameter: "number of concentrations", value: Double(concentrations.count),
        expected: "> 0, and the room given: \(logs.count)")
    }
    for i in concentrations.indices {
      guard concentrations[i] > 0, concentrations[i] < .infinity else {
        throw SamplingError(
          sampler: "dirichlet", parameter: "concentrations[\(i)]", value: concentrations[i],
          expected: "> 0 and finite")
      }
    }
    var largest = -Double.infinity
    for i in concentrations.indices {
      logs[i] = uncheckedLogGamma(shape: concentrations[i])
      if logs[i] > largest { largest = logs[i] }
    }
    if largest == -.infinity {
      // concentrations below 1e-306: in the limit all of the mass is at one vertex
      let vertex = try categorical(weights: concentrations)
      logs[vertex] = 0
      return
    }
    // the largest first: logarithms of large variates have few digits left behind the point
    var total = 0.0
    for i in logs.indices {
      logs[i] -= largest
      total += exp(logs[i])
    }
    let logTotal = log(total)
    for i in logs.indices { logs[i] -= logTotal }
  }

  /// Writes a Dirichlet variate: the exponentials of `logDirichlet`.
  @inlinable public mutating func dirichlet(
    concentrations: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>
  ) throws(SamplingError) {
    try logDirichlet(concentrations: concentrations, into: values)
    for i in values.indices { values[i] = exp(values[i]) }
  }

  /// A Dirichlet variate.
  public mutating func dirichlet(concentrations: [Double]) throws(SamplingError) -> [Double] {
    var values = [Double](repeating: 0, count: concentrations.count)
    try values.withUnsafeMutableBufferPointer { (output) throws(SamplingError) in
      try concentrations.withUnsafeBufferPointer { (input) throws(SamplingError) in
        try dirichlet(concentrations: input, into: output)
      }
    }
    return values
  }
}
