import Dispatch
import Synchronization

extension Array where Element: Sendable {
  /// Calls a function for each element, which it may change, on all cores, and returns what it gives, in order. The first
  /// block is done by the caller, and tells whether the others are worth the waking of other cores.
  ///
  /// - Parameter block: the number of elements that a core takes at a time.
  /// - Throws: the failure of the first element that has one, whichever core is faster; all elements are visited.
  mutating func concurrentMap<Result: Sendable>(
    block: Int, _ body: @Sendable (inout Element, Int) throws -> Result
  ) throws -> [Result] {
    let count = count
    let failure = Mutex<(element: Int, error: any Error)?>(nil)
    let results = UnsafeMutablePointer<Result?>.allocate(capacity: count)
    results.initialize(repeating: nil, count: count)
    defer {
      results.deinitialize(count: count)
      results.deallocate()
    }
    withUnsafeMutableBufferPointer { elements in
      nonisolated(unsafe) let (elements, results) = (elements, results)
      @Sendable func visit(_ block: Range<Int>) {
        for i in block {
          do {
            results[i] = try body(&elements[i], i)
          } catch {
            failure.withLock { if i < $0?.element ?? .max { $0 = (i, error) } }
          }
        }
      }
      let first = Swift.min(block, count)
      let start = DispatchTime.now().uptimeNanoseconds
      visit(0..<first)
      let nanoseconds = DispatchTime.now().uptimeNanoseconds - start
      let rest = count - first
      guard rest > 0, nanoseconds * UInt64(rest) / UInt64(first) > Self.worthOfOtherCores else {
        return visit(first..<count)
      }
      DispatchQueue.concurrentPerform(iterations: (rest + block - 1) / block) { number in
        let start = first + number * block
        visit(start..<Swift.min(start + block, count))
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
    return [Result](unsafeUninitializedCapacity: count) { array, visited in
      while visited < count {
        guard let result = results[visited] else { preconditionFailure("element \(visited) was not visited") }
        array.initializeElement(at: visited, to: result)
        visited += 1
      }
    }
  }

  /// Nanoseconds. Arbitrary: several times what it takes to wake another core.
  private static var worthOfOtherCores: UInt64 { 100_000 }
}
