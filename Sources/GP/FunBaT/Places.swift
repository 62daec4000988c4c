/// Places of a tensor, by the distinct coordinates of each mode.
struct Places {
  let count: Int
  private(set) var coordinates: [[Double]]
  /// Place after place: the number of each mode's coordinate.
  private var rows: [Int]

  /// - Throws: `TensorError` for a place with too few or too many coordinates, or one that is not finite.
  init(_ places: [[Double]], kinds: [TensorMode]) throws(TensorError) {
    count = places.count
    coordinates = kinds.map { _ in [] }
    rows = []
    rows.reserveCapacity(kinds.count * places.count)
    var known = Array(repeating: [Double: Int](), count: kinds.count)
    for (entry, place) in places.enumerated() {
      guard place.count == kinds.count else {
        throw .wrongCount(mode: entry, count: place.count, expected: kinds.count)
      }
      for (mode, x) in place.enumerated() {
        guard x.isFinite else {
          throw .notFinite(what: "coordinate of mode \(mode)", entry: entry, value: x)
        }
        if known[mode][x] == nil {
          known[mode][x] = coordinates[mode].count
          coordinates[mode].append(x)
        }
        rows.append(known[mode][x] ?? 0)
      }
    }
    coordinates = zip(kinds, coordinates).map { $0.reduced($1) }
  }

  func row(_ place: Int, _ mode: Int) -> Int { rows[place * coordinates.count + mode] }
}
