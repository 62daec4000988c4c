import Foundation

extension Changepoints {
  /// P(k | counts), exactly.
  ///
  /// A likelihood depends on the positions through the cells between the middles of years alone, and heights
  /// integrate out. Let f(c, n) be the sum over all ways to put n changepoints into cells up to c, the last
  /// one into c. Then
  ///
  ///     f(c, n) = sum over c' < c, m >= 1 of f(c', n - m) S(c', c) w(c)^m / m!
  ///     P(k, counts) = P(k) k! sum over c of f(c, k) S(c, end)
  ///
  /// w(c) being the cell's share of the span and S the marginal likelihood of a segment, but for factors of
  /// all k.
  static func exactPosterior(_ counts: [Int]) -> [Double] {
    let cells = counts.count + 1
    var totals = [0.0]
    for count in counts { totals.append(totals[totals.count - 1] + Double(count)) }
    func segment(_ from: Int, _ to: Int) -> Double {
      let (n, years) = (totals[to] - totals[from], Double(to - from))
      return exp(shape * log(rate) + lgamma(shape + n) - lgamma(shape) - (shape + n) * log(rate + years))
    }
    func share(_ cell: Int) -> Double { (cell == 0 || cell == cells - 1 ? 0.5 : 1) / Double(counts.count) }
    func power(_ cell: Int, _ m: Int) -> Double { pow(share(cell), Double(m)) / exp(lgamma(Double(m) + 1)) }

    let most = priorOfCount.count - 1
    var sums = [(0...most).map { power(0, $0) }]
    for cell in 1..<cells {
      let segments = (0..<cell).map { segment($0, cell) }
      // Nothing ends in a later cell without a changepoint there.
      var row = [0.0]
      for n in 1...most {
        row.append(
          (1...n).reduce(0) { sum, m in
            sum + power(cell, m) * (0..<cell).reduce(0) { $0 + sums[$1][n - m] * segments[$1] }
          })
      }
      sums.append(row)
    }
    let joint = priorOfCount.indices.map { k in
      priorOfCount[k] * exp(lgamma(Double(k) + 1))
        * (0..<cells).reduce(0) { $0 + sums[$1][k] * segment($1, cells - 1) }
    }
    return joint.map { $0 / joint.reduce(0, +) }
  }
}
