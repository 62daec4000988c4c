/// What is of use while a run goes on or is changed, and can serve another one afterwards.
final class NetworkWorkspace: @unchecked Sendable {
  /// What a change under way does to a slot.
  struct Change: BitwiseCopyable {
    /// Which elements were written.
    var written = NetworkMemory.Extent.none
    /// Which ones were kept as they were before, and where.
    var saved = NetworkMemory.Extent.none
    var savedAt = 0
  }

  /// One for each slot.
  let changes: UnsafeMutablePointer<Change>
  /// The steps that have yet to be run again.
  let pending: StepSet
  let scratch: UnsafeBlock
  let results: UnsafeBlock

  init(_ network: TraceNetwork) {
    changes = .allocate(capacity: network.slots.count)
    changes.initialize(repeating: Change(), count: network.slots.count)
    pending = StepSet(count: network.steps.count)
    scratch = UnsafeBlock(count: network.scratchCount)
    results = UnsafeBlock(count: network.pageSizes[network.pageSizes.count - 1])
  }

  deinit { changes.deallocate() }
}
