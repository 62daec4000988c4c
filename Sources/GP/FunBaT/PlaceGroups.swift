/// Entries by their places: those whose coordinates are the same in all modes.
package struct PlaceGroups: Sendable {
  /// The number of each entry's place.
  let placeOfEntry: [Int32]
  /// The number of entries of each place.
  let counts: [Int32]
  /// Of all places, sorted, those of entries before included. Two places have the same key once in 2^64 pairs.
  private let keys: [UInt64]

  /// Cost: sorting the entries.
  ///
  /// - Parameter before: other entries.
  package init(_ entries: TensorEntries, before: PlaceGroups? = nil) {
    let indexes = entries.indexes
    let own = (0..<entries.count).map { entry in
      Self.key(indexes.count) { indexes[$0].points[Int(indexes[$0].pointOfEntry[entry])] }
    }
    var (places, counts, distinct) = (Array(repeating: Int32(0), count: own.count), [Int32](), [UInt64]())
    for entry in own.indices.sorted(by: { own[$0] < own[$1] }) {
      if distinct.last != own[entry] {
        distinct.append(own[entry])
        counts.append(0)
      }
      places[entry] = Int32(counts.count - 1)
      counts[counts.count - 1] += 1
    }
    (placeOfEntry, self.counts) = (places, counts)
    keys = before.map { Set($0.keys).union(distinct).sorted() } ?? distinct
  }

  /// Whether a place has entries, its coordinates being those of points.
  func contains(_ modes: Int, _ coordinate: (_ mode: Int) -> Double) -> Bool {
    let key = Self.key(modes, coordinate)
    var (low, high) = (0, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < keys.count && keys[low] == key
  }

  /// The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), mode after mode.
  private static func key(_ modes: Int, _ coordinate: (_ mode: Int) -> Double) -> UInt64 {
    var key: UInt64 = 0
    for mode in 0..<modes {
      // 0 and -0 are one number.
      key = (key ^ (coordinate(mode) + 0).bitPattern) &+ 0x9E37_79B9_7F4A_7C15
      key = (key ^ (key >> 30)) &* 0xBF58_476D_1CE4_E5B9
      key = (key ^ (key >> 27)) &* 0x94D0_49BB_1331_11EB
      key ^= key >> 31
    }
    return key
  }
}
