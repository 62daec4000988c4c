import Synchronization

/// The choices of a network's sites, counted; of all, and of selections that were asked for before.
final class SiteNumbering: Sendable {
  /// Some sites in the order in which they are drawn, each with the number of choices before it.
  final class Selected: Sendable {
    private let sites: Table<Int>
    private let before: Table<Int>

    init(_ sites: SiteSelection, _ addresses: [TraceAddress], _ counts: [Int]) {
      var (numbers, before) = ([Int](), [0])
      for (number, address) in addresses.enumerated() where sites.contains(address) {
        numbers.append(number)
        before.append(before[before.count - 1] + counts[number])
      }
      (self.sites, self.before) = (Table(numbers), Table(before))
    }

    /// The number of choices of the first `reached` sites of all.
    func count(reached: Int) -> Int { before[partitioningIndex(below: sites.count) { sites[$0] >= reached }] }

    /// The site of a choice, and its element there.
    func choice(_ index: Int) -> (site: Int, element: Int) {
      let place = partitioningIndex(below: before.count) { before[$0] > index } - 1
      return (sites[place], index - before[place])
    }
  }

  /// Arbitrary: so many selections are remembered.
  private static let limit = 16

  private let addresses: [TraceAddress]
  private let counts: [Int]
  private let all: Selected
  private let known = Mutex<[(sites: SiteSelection, selected: Selected)]>([])
  let siteOfAddress: [TraceAddress: Int]
  /// By path and by path with steps; of several the first one.
  let siteOfName: [String: Int]

  init(_ sites: [NetworkSite]) {
    (addresses, counts) = (sites.map(\.address), sites.map(\.choices))
    all = Selected(.all, addresses, counts)
    siteOfAddress = Dictionary(zip(addresses, sites.indices), uniquingKeysWith: { first, _ in first })
    var names: [String: Int] = [:]
    for (number, address) in addresses.enumerated() {
      for name in [address.path, address.name] where names[name] == nil { names[name] = number }
    }
    siteOfName = names
  }

  func selected(_ sites: SiteSelection) -> Selected {
    if sites.isAll { return all }
    return known.withLock { known in
      if let found = known.first(where: { $0.sites == sites }) { return found.selected }
      let selected = Selected(sites, addresses, counts)
      if known.count == Self.limit { known.removeFirst() }
      known.append((sites, selected))
      return selected
    }
  }
}
