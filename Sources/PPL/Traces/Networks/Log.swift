/// Entries one after the other, for one owner: nothing is asked when one is added.
final class Log<Entry: BitwiseCopyable> {
  private(set) var entries: UnsafeMutablePointer<Entry>
  private(set) var count = 0
  private var capacity = 16

  init() { entries = .allocate(capacity: capacity) }

  init(copying other: Log<Entry>) {
    (count, capacity) = (other.count, max(other.count, 16))
    entries = .allocate(capacity: capacity)
    entries.initialize(from: other.entries, count: count)
  }

  deinit { entries.deallocate() }

  @inline(__always) func append(_ entry: Entry) {
    if count == capacity { grow(to: count + 1) }
    (entries + count).initialize(to: entry)
    count &+= 1
  }

  func append(_ added: UnsafePointer<Entry>, count addedCount: Int) {
    if count + addedCount > capacity { grow(to: count + addedCount) }
    (entries + count).initialize(from: added, count: addedCount)
    count += addedCount
  }

  private func grow(to wanted: Int) {
    capacity = max(wanted, 2 * capacity)
    let larger = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
    larger.initialize(from: entries, count: count)
    entries.deallocate()
    entries = larger
  }

  @inline(__always) subscript(index: Int) -> Entry {
    get { entries[index] }
    set { entries[index] = newValue }
  }

  func removeAll() { count = 0 }
}
