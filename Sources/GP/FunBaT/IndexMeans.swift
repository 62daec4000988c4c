/// Entries by the points of one mode: the means of what is left of their values there, and of their other
/// coordinates, as far as these are numbers on a line.
package struct IndexMeans: Sendable {
  let mode: Int
  /// The other modes whose coordinates count.
  let others: [Int]
  /// Each has an entry at least.
  let points: [Double]
  private var counts, rests: [Double]
  /// Sums of coordinates, by other mode, by point; and of their squares, in all.
  private var sums: [[Double]]
  private var squares: [Double]
  /// From which coordinates are counted, lest squares cancel.
  private let centres: [Double]

  /// - Parameter rest: what a value has beside all that does not belong to the mode alone.
  package init(
    _ entries: TensorEntries, _ kinds: [TensorMode], mode: Int, before: IndexMeans? = nil,
    rest: (_ entry: Int) -> Double
  ) {
    let (index, indexes) = (entries.indexes[mode], entries.indexes)
    let others = before?.others ?? kinds.indices.filter { $0 != mode && kinds[$0] == .continuous }
    centres = before?.centres ?? others.map { indexes[$0].points[indexes[$0].points.count / 2] }
    (self.mode, self.others, points) = (mode, others, index.points)
    let zeros = Array(repeating: 0.0, count: points.count)
    (counts, rests, sums) = (zeros, zeros, others.map { _ in zeros })
    squares = others.map { _ in 0 }
    for entry in 0..<entries.count {
      let j = Int(index.pointOfEntry[entry])
      counts[j] += 1
      rests[j] += rest(entry)
      for (o, other) in others.enumerated() {
        let x = indexes[other].points[Int(indexes[other].pointOfEntry[entry])] - centres[o]
        sums[o][j] += x
        squares[o] += x * x
      }
    }
    guard let before else { return }
    for (j, x) in before.points.enumerated() {
      let place = index.nearest(to: x)
      counts[place] += before.counts[j]
      rests[place] += before.rests[j]
      for o in others.indices { sums[o][place] += before.sums[o][j] }
    }
    for o in others.indices { squares[o] += before.squares[o] }
  }

  /// Each point as one entry of a tensor of the mode and the others.
  package var columns: [[Double]] {
    [points] + others.indices.map { o in points.indices.map { centres[o] + sums[o][$0] / counts[$0] } }
  }
  package var values: [Double] { points.indices.map { rests[$0] / counts[$0] } }

  /// What the mean of another coordinate over the entries of a point is, as far as one entry tells: between the
  /// coordinate of this entry and the mean of all, as the variances of means between points and of entries about
  /// these means have it (an analysis of variance with one random effect).
  package func expectedMean(_ o: Int) -> (_ x: Double) -> Double {
    let total = counts.reduce(0, +)
    let mean = sums[o].reduce(0, +) / total
    let ofMeans = points.indices.reduce(0) { $0 + sums[o][$1] * sums[o][$1] / counts[$1] }
    let groups = Double(points.count)
    let within = total > groups ? max(squares[o] - ofMeans, 0) / (total - groups) : 0
    // The number of entries of a typical point.
    let typical = (total - counts.reduce(0) { $0 + $1 * $1 } / total) / max(groups - 1, 1)
    let between = max((ofMeans - total * mean * mean) / max(groups - 1, 1) - within, 0) / max(typical, 1)
    let share = between > 0 ? between / (between + within) : 0
    let centre = centres[o]
    return { centre + mean + share * ($0 - centre - mean) }
  }
}
