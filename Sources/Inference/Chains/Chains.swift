import Foundation

/// Runs chains side by side, at most `limit` at a time; results are in the order of the chains.
func runChains<Result: Sendable>(
  _ count: Int, limit: Int?, _ body: @escaping @Sendable (Int) async throws -> Result
) async throws -> [Result] {
  try await withThrowingTaskGroup(of: (Int, Result).self) { group in
    var next = 0
    func start() {
      let chain = next
      next += 1
      group.addTask { (chain, try await body(chain)) }
    }
    while next < min(count, limit ?? count) { start() }
    var results = [Result?](repeating: nil, count: count)
    while let (chain, result) = try await group.next() {
      results[chain] = result
      if next < count { start() }
    }
    return results.compactMap { $0 }
  }
}

/// Calls a function for each of so many things, on all cores, a block of them at a time; results are in order.
func runBlocks<Result: Sendable>(
  of count: Int, size: Int, _ body: @escaping @Sendable (Int) throws -> Result
) async throws -> [Result] {
  try await runChains((count + size - 1) / size, limit: ProcessInfo.processInfo.activeProcessorCount) { number in
    try (number * size..<min((number + 1) * size, count)).map(body)
  }.flatMap { $0 }
}
