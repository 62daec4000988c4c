/// Entries as sweeps read them, shared by all starts: for each mode once, point after point, so that what is
/// read next is next in memory.
package final class TensorEntries: Sendable {
  package let indexes: [ModeIndex]
  /// Of mean 0 and variance 1, in the order that they were given in.
  let values: [Double]
  let orders: [Order]

  /// By the points of one mode, or in other groups.
  struct Order: Sendable {
    /// The entries, those of the first group first, and where each group begins, then the number of all.
    let entries: [Int32]
    let starts: [Int]
    let values: [Double]
    /// The points of the other modes, entry after entry.
    let others: [Int32]
    var groups: Int { starts.count - 1 }

    init(_ mode: Int, _ entries: [Int32], starts: [Int], _ indexes: [ModeIndex], _ values: [Double]) {
      let others = indexes.indices.filter { $0 != mode }
      self.others = [Int32](unsafeUninitializedCapacity: others.count * entries.count) { points, count in
        for (o, other) in others.enumerated() {
          for (place, entry) in entries.enumerated() {
            points[place * others.count + o] = indexes[other].pointOfEntry[Int(entry)]
          }
        }
        count = others.count * entries.count
      }
      (self.entries, self.starts) = (entries, starts)
      self.values = entries.map { values[Int($0)] }
    }
  }

  /// Each of some entries as a group of its own.
  func alone(_ chosen: [Int], mode: Int) -> Order {
    Order(mode, chosen.map { Int32($0) }, starts: Array(0...chosen.count), indexes, values)
  }

  package var count: Int { values.count }

  /// The entries from which is learned how a fit predicts: all, or so many of them, evenly, that more would tell
  /// nothing new.
  var sample: [Int] {
    let most = 1 << 16
    return count <= most ? Array(0..<count) : (0..<most).map { $0 * count / most }
  }

  package init(_ indexes: [ModeIndex], values: [Double]) {
    (self.indexes, self.values) = (indexes, values)
    orders = indexes.indices.map { Order($0, indexes[$0].entries, starts: indexes[$0].starts, indexes, values) }
  }
}
