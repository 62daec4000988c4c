/// The posterior mean and variance of sum_k a_k + sum_r prod_k u_kr, the modes being independent, from tables of
/// the modes' moments.
struct TensorSignal {
  private let tables: [TensorMoments]
  private let rows: [UnsafeMutablePointer<Double>]
  private let rank, width: Int

  /// - Parameter tables: one for each mode, of one rank.
  init(_ tables: [TensorMoments]) {
    self.tables = tables
    rows = tables.map(\.rows)
    (rank, width) = (tables[0].rank, tables[0].width)
  }

  /// - Parameter row: of each mode's table.
  ///
  /// Cost: modes x rank^2 / 2.
  @inline(__always) func moments(_ row: (_ mode: Int) -> Int) -> (mean: Double, variance: Double) {
    let (firstCross, firstPair) = (rank + 2, 2 * rank + 2)
    var (additive, variance) = (0.0, 0.0)
    for mode in rows.indices {
      let own = rows[mode] + row(mode) * width
      additive += own[0]
      variance += own[rank + 1]
    }
    var (mean, second, place) = (additive, variance + additive * additive, firstPair)
    for r in 0..<rank {
      // E[a prod u] = sum_k E[a_k u_k] prod of the other means.
      var (first, cross) = (1.0, 0.0)
      for mode in rows.indices {
        let own = rows[mode] + row(mode) * width
        cross = cross * own[1 + r] + first * own[firstCross + r]
        first *= own[1 + r]
      }
      mean += first
      second += 2 * cross
      for s in r..<rank {
        var product = r == s ? 1.0 : 2.0
        for mode in rows.indices { product *= rows[mode][row(mode) * width + place] }
        second += product
        place += 1
      }
    }
    return (mean, max(second - mean * mean, 0))
  }
}
