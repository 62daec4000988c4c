/// Numbers that go between a scan's steps and the outer program, or the next step: at step s from `from + s fromStride` to
/// `to + s toStride`.
struct ScanTransfer {
  var from: UnsafeMutablePointer<Double>
  var to: UnsafeMutablePointer<Double>
  /// How many numbers there are.
  var count: Int
  var fromStride = 0
  var toStride = 0
  /// Each number goes to so many lanes.
  var repeats = 1
}

/// Transfers that are made together.
struct ScanTransfers {
  private let transfers: UnsafeMutableBufferPointer<ScanTransfer>

  init(_ transfers: [ScanTransfer]) {
    self.transfers = .allocate(capacity: transfers.count)
    _ = self.transfers.initialize(fromContentsOf: transfers)
  }

  func deallocate() { transfers.deallocate() }

  @inline(__always) func copy(step: Int = 0) {
    for t in transfers {
      let (from, to) = (t.from + step &* t.fromStride, t.to + step &* t.toStride)
      if t.repeats == 1 && t.count == 1 {
        to[0] = from[0]
      } else if t.repeats == 1 {
        Execution.copy(from, to: to, count: t.count)
      } else {
        for e in 0..<t.count { (to + e &* t.repeats).update(repeating: from[e], count: t.repeats) }
      }
    }
  }

  /// Adds to what is there.
  @inline(__always) func add(step: Int = 0) {
    for t in transfers {
      let (from, to) = (t.from + step &* t.fromStride, t.to + step &* t.toStride)
      var i = 0
      while i &+ 8 <= t.count {
        (Vector8.load(to + i, rest: 8) + Vector8.load(from + i, rest: 8)).store(to + i, rest: 8)
        i &+= 8
      }
      while i < t.count {
        to[i] += from[i]
        i &+= 1
      }
    }
  }
}
