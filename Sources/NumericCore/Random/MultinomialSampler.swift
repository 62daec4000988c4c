extension RandomNumberGenerator {
  /// Writes how many of `trials` (0 to 2^53) fall on each index, with probabilities proportional to the
  /// weights: one binomial an index, given those before it. Weights as in `categorical(weights:)`, as many as
  /// `counts` has elements. Allocates one number a weight.
  public mutating func multinomial(
    trials: Int, weights: UnsafeBufferPointer<Double>, into counts: UnsafeMutableBufferPointer<Int>
  ) throws(SamplingError) {
    guard trials >= 0, trials <= 1 &<< 53 else {
      throw multinomialError("trials", Double(trials), "from 0 to 2^53")
    }
    guard weights.count == counts.count else {
      throw multinomialError("number of weights", Double(weights.count), "the room given: \(counts.count)")
    }
    // sums from the end: the weight that is left keeps its relative accuracy
    var left = [Double](repeating: 0, count: weights.count)
    var total = 0.0
    for i in weights.indices.reversed() {
      guard weights[i] >= 0 else { throw multinomialError("weights[\(i)]", weights[i], ">= 0") }
      total += weights[i]
      left[i] = total
    }
    guard total > 0, total < .infinity else {
      throw multinomialError("sum of weights", total, "> 0 and finite")
    }
    var rest = trials
    for i in weights.indices {
      // where nothing is left to the right the quotient is exactly 1
      let probability = weights[i] > 0 ? weights[i] / left[i] : 0
      counts[i] = try binomial(trials: rest, probability: probability)
      rest -= counts[i]
    }
  }

  /// How many of `trials` fall on each index.
  public mutating func multinomial(trials: Int, weights: [Double]) throws(SamplingError) -> [Int] {
    var counts = [Int](repeating: 0, count: weights.count)
    try counts.withUnsafeMutableBufferPointer { (output) throws(SamplingError) in
      try weights.withUnsafeBufferPointer { (input) throws(SamplingError) in
        try multinomial(trials: trials, weights: input, into: output)
      }
    }
    return counts
  }
}

private func multinomialError(_ parameter: String, _ value: Double, _ expected: String) -> SamplingError {
  SamplingError(sampler: "multinomial", parameter: parameter, value: value, expected: expected)
}
