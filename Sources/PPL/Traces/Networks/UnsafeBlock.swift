/// Numbers at one place, and what loops read beyond their end.
final class UnsafeBlock: @unchecked Sendable {
  let base: UnsafeMutablePointer<Double>
  let count: Int

  init(count: Int) {
    self.count = count
    base = Execution.block(count)
  }

  init(copying other: UnsafeBlock) {
    count = other.count
    base = Execution.block(count)
    base.update(from: other.base, count: count)
  }

  deinit { base.deallocate() }
}
