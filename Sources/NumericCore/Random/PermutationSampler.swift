extension RandomNumberGenerator {
  /// Puts the elements into a random order, each one equally likely (Fisher and Yates; Durstenfeld 1964).
  /// Unlike the standard library's, it gives the same order for the same words whatever the version of Swift.
  @inlinable public mutating func shuffle<Element>(_ elements: UnsafeMutableBufferPointer<Element>) {
    var i = elements.count - 1
    while i > 0 {
      elements.swapAt(i, Int(truncatingIfNeeded: uniformWord(below: UInt64(i + 1))))
      i -= 1
    }
  }

  /// `shuffle` of a buffer.
  @inlinable public mutating func shuffle<Element>(_ elements: inout [Element]) {
    elements.withUnsafeMutableBufferPointer { shuffle($0) }
  }

  /// A random order of 0..<count, for count >= 0.
  public mutating func permutation(count: Int) throws(SamplingError) -> [Int] {
    guard count >= 0 else {
      throw SamplingError(sampler: "permutation", parameter: "count", value: Double(count), expected: ">= 0")
    }
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }
}
