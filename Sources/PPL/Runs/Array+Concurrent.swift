import Dispatch
import Synchronization

extension Array where Element: Sendable {
  /// Calls a function for each element, which it may change, on all cores, and returns what it gives, in order.
  ///
  /// - Parameter block: the number of elements that a core takes at a time.
  /// - Throws: the failure of the first element that has one, whichever core is faster; all elements are visited.
  mutating func concurrentMap<Result: Sendable>(
    block: Int, _ body: @Sendable (inout Element, Int) throws -> Result
  ) throws -> [Result] {
    let count = count
    let failure = Mutex<(element: Int, error: any Error)?>(nil)
    var results = [Result?](repeating: nil, count: count)
    withUnsafeMutableBufferPointer { elements in
      results.withUnsafeMutableBufferPointer { results in
        nonisolated(unsafe) let (elements, results) = (elements, results)
        DispatchQueue.concurrentPerform(iterations: (count + block - 1) / block) { number in
          for i in (number * block)..<Swift.min((number + 1) * block, count) {
            do {
              results[i] = try body(&elements[i], i)
            } catch {
              failure.withLock { if i < $0?.element ?? .max { $0 = (i, error) } }
            }
          }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
    return results.compactMap { $0 }
  }
}
