extension RandomNumberGenerator {
  /// Uniform on the open interval (0, 1): the centre of one of 2^52 equal cells, so neither 0 nor 1, and
  /// symmetric about 1/2. Takes one word.
  @inlinable public mutating func uniform() -> Double { (Double(next() &>> 12) + 0.5) * 0x1p-52 }

  /// Uniform on lower..<upper, which must be finite with lower < upper.
  @inlinable public mutating func uniform(
    from lower: Double, to upper: Double
  ) throws(SamplingError) -> Double {
    guard lower.isFinite else {
      throw SamplingError(sampler: "uniform", parameter: "lower", value: lower, expected: "finite")
    }
    guard upper > lower, upper < .infinity else {
      throw SamplingError(
        sampler: "uniform", parameter: "upper", value: upper, expected: "> \(lower) and finite")
    }
    // the two products cannot overflow; their sum may round up to the end of the interval
    let u = uniform()
    let value = (1 - u) * lower + u * upper
    return value < upper ? (value < lower ? lower : value) : upper.nextDown
  }

  /// Uniform on the integers 0..<bound, which must be positive, without bias (Lemire, 'Fast random integer
  /// generation in an interval', 2019). Takes one word, seldom more.
  @inlinable public mutating func uniformInteger(below bound: Int) throws(SamplingError) -> Int {
    guard bound > 0 else {
      throw SamplingError(
        sampler: "uniformInteger", parameter: "bound", value: Double(bound), expected: "> 0")
    }
    return Int(truncatingIfNeeded: uniformWord(below: UInt64(bound)))
  }

  /// The same for a bound known to be positive.
  @inlinable mutating func uniformWord(below bound: UInt64) -> UInt64 {
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let rejected = (0 &- bound) % bound
      while product.low < rejected { product = next().multipliedFullWidth(by: bound) }
    }
    return product.high
  }
}
