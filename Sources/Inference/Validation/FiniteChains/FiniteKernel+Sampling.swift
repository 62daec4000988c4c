import NumericCore

extension FiniteKernel {
  /// Whether a sampler takes the steps of this kernel: from each state, independent steps against the row of
  /// the matrix, by a chi-squared test.
  ///
  /// - Parameter count: the number of steps from each state.
  /// - Throws: `FiniteChainError.unknownState` for a step to what is none of the states; what `step` throws.
  public func tests(
    of step: (State, inout RandomStream) throws -> State, count: Int, key: RandomKey
  ) throws -> TestFamily {
    var family = try TestFamily()
    let indices = Dictionary(uniqueKeysWithValues: zip(states, states.indices))
    for (i, state) in states.enumerated() {
      var counts = Array(repeating: 0, count: states.count)
      for number in 0..<count {
        var stream = RandomStream(key.child(UInt64(i)).child(UInt64(number)))
        let next = try step(state, &stream)
        guard let j = indices[next] else { throw FiniteChainError.unknownState("\(next)") }
        counts[j] += 1
      }
      let row = states.indices.map { matrix[i, $0] }
      family.add(try .chiSquared(counts: counts, probabilities: row), named: "from \(state)")
    }
    return family
  }
}

extension FiniteMeasure {
  /// Whether a sampler leaves a probability law as it is: independent steps from independent exact draws,
  /// which then have the law again, by a chi-squared test. That is all it tests: the identity passes.
  ///
  /// - Throws: `FiniteChainError.zeroMass`, or `.unknownState` for a step to an element of mass 0; what
  ///   `step` throws.
  public func invarianceTest(
    of step: (Element, inout RandomStream) throws -> Element, count: Int, key: RandomKey
  ) throws -> StatisticalTest {
    let law = try normalized()
    var counts: [Element: Int] = [:]
    for number in 0..<count {
      var stream = RandomStream(key.child(UInt64(number)))
      let start = law.elements[try stream.categorical(weights: law.masses)]
      let next = try step(start, &stream)
      guard law[next] > 0 else { throw FiniteChainError.unknownState("\(next)") }
      counts[next, default: 0] += 1
    }
    return try .chiSquared(counts: law.elements.map { counts[$0, default: 0] }, probabilities: law.masses)
  }
}
