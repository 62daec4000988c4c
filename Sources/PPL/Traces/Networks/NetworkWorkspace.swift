/// What is of use while a run goes on or is changed, and can serve another one afterwards.
final class NetworkWorkspace: @unchecked Sendable {
  /// Which elements of each slot a change has written, and which ones were kept as they were before, where.
  @exclusivity(unchecked) var extents: [NetworkMemory.Extent]
  @exclusivity(unchecked) var savedExtents: [NetworkMemory.Extent]
  @exclusivity(unchecked) var savedAt: [Int]
  /// The steps that have yet to be run again.
  @exclusivity(unchecked) var pending: StepSet
  let scratch: UnsafeBlock
  let results: UnsafeBlock

  init(_ network: TraceNetwork) {
    extents = Array(repeating: .none, count: network.slots.count)
    savedExtents = extents
    savedAt = Array(repeating: 0, count: network.slots.count)
    pending = StepSet(count: network.steps.count)
    scratch = UnsafeBlock(count: network.scratchCount)
    results = UnsafeBlock(count: network.pageSizes[network.pageSizes.count - 1])
  }
}
