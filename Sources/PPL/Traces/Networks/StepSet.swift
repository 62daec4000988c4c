/// A set of steps from which the first one is taken again and again, while later ones are put in.
final class StepSet {
  private let words: UnsafeMutablePointer<UInt64>
  /// The words that are not 0.
  private let summary: UnsafeMutablePointer<UInt64>
  private let summaryCount: Int
  /// No word of the summary before this one has anything.
  @exclusivity(unchecked) private var first = 0

  init(count: Int) {
    summaryCount = count / 4096 + 1
    words = .allocate(capacity: count / 64 + 1)
    words.initialize(repeating: 0, count: count / 64 + 1)
    summary = .allocate(capacity: summaryCount)
    summary.initialize(repeating: 0, count: summaryCount)
  }

  deinit {
    words.deallocate()
    summary.deallocate()
  }

  @inline(__always) func insert(_ step: Int) {
    let word = step >> 6
    words[word] |= 1 << UInt64(step & 63)
    summary[word >> 6] |= 1 << UInt64(word & 63)
    first = min(first, word >> 6)
  }

  @inline(__always) func popFirst() -> Int? {
    while first < summaryCount {
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

  func removeAll() { while popFirst() != nil {} }
}
