/// The values of a run, on pages: runs that have a past in common share it, page by page, until one of them writes there.
final class PagedValues: @unchecked Sendable {
  /// The places of the pages.
  let bases: UnsafeMutablePointer<UnsafeMutablePointer<Double>>
  @exclusivity(unchecked) private var pages: ContiguousArray<UnsafeBlock>

  init(_ network: TraceNetwork) {
    pages = [network.data]
    // The last page is lent for as long as results are computed.
    for size in network.pageSizes.dropFirst().dropLast() { pages.append(UnsafeBlock(count: size)) }
    bases = .allocate(capacity: pages.count + 1)
    for (number, page) in pages.enumerated() { (bases + number).initialize(to: page.base) }
    (bases + pages.count).initialize(to: network.data.base)
  }

  init(copying other: PagedValues) {
    pages = other.pages
    bases = .allocate(capacity: pages.count + 1)
    bases.initialize(from: other.bases, count: pages.count + 1)
  }

  deinit { bases.deallocate() }

  /// Makes a page one that no other run reads.
  @inline(__always) func own(_ page: Int) {
    if isKnownUniquelyReferenced(&pages[page]) { return }
    pages[page] = UnsafeBlock(copying: pages[page])
    bases[page] = pages[page].base
  }
}
