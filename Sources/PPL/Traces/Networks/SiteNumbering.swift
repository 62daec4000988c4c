import Synchronization

/// The choices of a network's sites, counted; of all, and of selections that were asked for before.
final class SiteNumbering: Sendable {
  /// Some sites in the order in which they are drawn, each with the number of choices before it.
  struct Selected: Sendable {
    var sites: [Int] = []
    var before: [Int] = [0]
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
    all = Self.select(.all, addresses, counts)
    siteOfAddress = Dictionary(zip(addresses, sites.indices), uniquingKeysWith: { first, _ in first })
    var names: [String: Int] = [:]
    for (number, address) in addresses.enumerated() {
      for name in [address.path, address.name] where names[name] == nil { names[name] = number }
    }
    siteOfName = names
  }

  private static func select(_ sites: SiteSelection, _ addresses: [TraceAddress], _ counts: [Int]) -> Selected {
    var selected = Selected()
    for (number, address) in addresses.enumerated() where sites.contains(address) {
      selected.sites.append(number)
      selected.before.append(selected.before[selected.before.count - 1] + counts[number])
    }
    return selected
  }

  func selected(_ sites: SiteSelection) -> Selected {
    if sites.isAll { return all }
    return known.withLock { known in
      if let found = known.first(where: { $0.sites == sites }) { return found.selected }
      let selected = Self.select(sites, addresses, counts)
      if known.count == Self.limit { known.removeFirst() }
      known.append((sites, selected))
      return selected
    }
  }
}

extension SiteNumbering.Selected {
  /// The number of choices of the first `reached` sites of all.
  func count(reached: Int) -> Int { before[sites.partitioningIndex { $0 >= reached }] }

  /// The site of a choice, and its element there.
  func choice(_ index: Int) -> (site: Int, element: Int) {
    let place = before.partitioningIndex { $0 > index } - 1
    return (sites[place], index - before[place])
  }
}

extension Array {
  /// The first index of those, at the end, for which a predicate holds.
  func partitioningIndex(_ isInSecond: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isInSecond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
