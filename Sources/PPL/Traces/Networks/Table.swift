/// Numbers of one kind that do not change, read without a check of bounds.
final class Table<Element: BitwiseCopyable>: @unchecked Sendable {
  private let base: UnsafeMutablePointer<Element>
  let count: Int

  init(_ elements: [Element]) {
    count = elements.count
    base = .allocate(capacity: max(count, 1))
    for (i, element) in elements.enumerated() { (base + i).initialize(to: element) }
  }

  deinit { base.deallocate() }

  @inline(__always) subscript(index: Int) -> Element { base[index] }
  subscript(range: Range<Int>) -> UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
  }
}
