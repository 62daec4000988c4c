/// The posterior mean and variance of what a tensor has at a place without noise, the modes being
/// independent, from tables of the modes' moments. It is one task's.
struct TensorSignal {
  private let tables: [TensorMoments]
  private let rows: [UnsafeMutablePointer<Double>]
  private let core: (posterior: TuckerCore, products: ModeProducts)?

  /// - Parameter tables: one for each mode; without a core all are of one rank.
  init(_ tables: [TensorMoments], core: TuckerCore?) {
    self.tables = tables
    rows = tables.map(\.rows)
    self.core = core.map { ($0, ModeProducts($0.shape.ranks)) }
  }

  /// - Parameter row: of each mode's table.
  ///
  /// Cost: modes x rank^2 / 2, or prod rank (rank + 1) / 2 with a core.
  @inline(__always) func moments(_ row: (_ mode: Int) -> Int) -> (mean: Double, variance: Double) {
    if let core { return moments(core.posterior, core.products, row) }
    let (rank, width) = (tables[0].rank, tables[0].width)
    let (firstMean, firstCross) = (tables[0].firstMean, tables[0].firstCross)
    var (additive, variance) = (0.0, 0.0)
    for mode in rows.indices {
      let own = rows[mode] + row(mode) * width
      additive += own[TensorMoments.effect]
      variance += own[TensorMoments.variance]
    }
    var (mean, second, place) = (additive, variance + additive * additive, tables[0].firstPair)
    for r in 0..<rank {
      // E[a prod u] = sum_k E[a_k u_k] prod of the other means.
      var (first, cross) = (1.0, 0.0)
      for mode in rows.indices {
        let own = rows[mode] + row(mode) * width
        cross = cross * own[firstMean + r] + first * own[firstCross + r]
        first *= own[firstMean + r]
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

  private func moments(_ core: TuckerCore, _ products: ModeProducts, _ row: (_ mode: Int) -> Int) -> (
    mean: Double, variance: Double
  ) {
    products.begin(1)
    for (mode, table) in tables.enumerated() {
      let own = rows[mode] + row(mode) * table.width
      products.multiply(own, table)
      products.multiplyPairs(own + table.firstPair, count: table.pairs)
    }
    let additive = products.additive
    var (mean, second) = (additive, products.variance + additive * additive)
    for i in 0..<core.shape.count {
      mean += core.mean[i] * products.first[i]
      second += 2 * core.mean[i] * products.cross[i]
    }
    for t in 0..<core.shape.pairs { second += core.second[t] * products.pairs[t] }
    return (mean, max(second - mean * mean, 0))
  }
}
