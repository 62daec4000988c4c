/// The distinct coordinates of a mode, sorted, and the entries of each.
package struct ModeIndex: Sendable {
  package let points: [Double]
  /// The entries, those of the first point first, and where each point's begin.
  let entries: [Int32]
  let starts: [Int]
  /// The number of each entry's point.
  package let pointOfEntry: [Int32]

  /// Coordinates that differ by less than this part of their range count as one: no function of the model
  /// could tell them apart in double precision.
  private static var resolution: Double { 1e-10 }

  package init(_ column: [Double]) { self = Self.merging([], column).index }

  /// Coordinates beside known points, which stay points, with entries or without.
  ///
  /// Cost: linear in the coordinates, and sorting the distinct ones.
  /// - Returns: also where the known points are.
  static func merging(_ known: [Double], _ column: [Double]) -> (index: ModeIndex, placesOfKnown: [Int]) {
    // By distinct numbers first, of which there may be far fewer.
    var (numbers, distinct) = ([Double: Int32](), [Double]())
    func number(_ x: Double) -> Int32 {
      if let known = numbers[x] { return known }
      let next = Int32(distinct.count)
      numbers[x] = next
      distinct.append(x)
      return next
    }
    let (known, own) = (known.map(number), column.map(number))
    let order = distinct.indices.sorted { distinct[$0] < distinct[$1] }
    let tolerance = (distinct[order[order.count - 1]] - distinct[order[0]]) * Self.resolution
    var (points, pointOf) = ([Double](), Array(repeating: Int32(0), count: distinct.count))
    for i in order {
      if points.isEmpty || distinct[i] - points[points.count - 1] > tolerance { points.append(distinct[i]) }
      pointOf[i] = Int32(points.count - 1)
    }
    let pointOfEntry = own.map { pointOf[Int($0)] }
    var starts = Array(repeating: 0, count: points.count + 1)
    for point in pointOfEntry { starts[Int(point) + 1] += 1 }
    for j in points.indices { starts[j + 1] += starts[j] }
    var (next, entries) = (starts, Array(repeating: Int32(0), count: column.count))
    for (entry, point) in pointOfEntry.enumerated() {
      entries[next[Int(point)]] = Int32(entry)
      next[Int(point)] += 1
    }
    return (
      ModeIndex(points: points, entries: entries, starts: starts, pointOfEntry: pointOfEntry),
      known.map { Int(pointOf[Int($0)]) }
    )
  }

  /// The number of the point that is nearest to a coordinate; there is one at least.
  func nearest(to x: Double) -> Int {
    var (low, high) = (0, points.count - 1)
    while low < high {
      let middle = (low + high) / 2
      // Of equal distances the lower point.
      if x - points[middle] <= points[middle + 1] - x { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The point that a coordinate counts as, if it does.
  func point(at x: Double) -> Double? {
    let point = points[nearest(to: x)]
    return abs(x - point) <= (points[points.count - 1] - points[0]) * Self.resolution ? point : nil
  }

  private init(points: [Double], entries: [Int32], starts: [Int], pointOfEntry: [Int32]) {
    (self.points, self.entries, self.starts, self.pointOfEntry) = (points, entries, starts, pointOfEntry)
  }
}
