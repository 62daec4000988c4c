/// A set of steps from which the first one is taken again and again, while later ones are put in.
struct StepSet: Sendable {
  private var words: [UInt64]
  /// The words that are not 0.
  private var summary: [UInt64]
  /// No word of the summary before this one has anything.
  private var first = 0

  init(count: Int) {
    words = Array(repeating: 0, count: count / 64 + 1)
    summary = Array(repeating: 0, count: count / 4096 + 1)
  }

  @inline(__always) mutating func insert(_ step: Int) {
    let word = step >> 6
    words[word] |= 1 << UInt64(step & 63)
    summary[word >> 6] |= 1 << UInt64(word & 63)
    first = min(first, word >> 6)
  }

  @inline(__always) mutating func popFirst() -> Int? {
    while first < summary.count {
      if summary[first] == 0 {
        first += 1
        continue
      }
      let word = first << 6 | summary[first].trailingZeroBitCount
      let bit = words[word].trailingZeroBitCount
      words[word] &= words[word] &- 1
      if words[word] == 0 { summary[first] &= summary[first] &- 1 }
      return word << 6 | bit
    }
    return nil
  }

  mutating func removeAll() { while popFirst() != nil {} }
}
