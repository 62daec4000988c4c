extension FittedTrajectories {
  /// The law of the number of events of a node in [from, to], after the span: its mean is the sum of the rates of the
  /// node's pairs times to - from, its dispersion `forecast.nodeDispersion` over that time.
  ///
  /// How much all nodes together have is as the forecast tells; where their number is known,
  /// `CountLaw(mean:dispersion:)` of a mean in proportion is the law given it. Cost: O(N B).
  ///
  /// - Throws: `DynamicNetworkError.invalidSetting` unless `i` is a node, span <= from < to, and the mean <= 1e12.
  public func forecastCount(ofNode i: Int, from: Double, to: Double) throws(DynamicNetworkError) -> CountLaw {
    try check(nodes: [i], from: from, to: to)
    let rate = (0..<nodes).reduce(0) { data.structure.joins(i, $1) ? $0 + forecastRate(i, $1) : $0 }
    return try CountLaw(mean: (to - from) * rate, dispersion: forecast.nodeDispersion.over(to - from))
  }

  /// The law of the number of events of a pair in [from, to], after the span, with `forecast.pairDispersion` over that
  /// time. Cost: O(B).
  ///
  /// - Throws: `DynamicNetworkError.invalidSetting` unless the nodes can have events, span <= from < to, and the mean
  ///   <= 1e12.
  public func forecastCount(_ i: Int, _ j: Int, from: Double, to: Double) throws(DynamicNetworkError) -> CountLaw {
    try check(nodes: [i, j], from: from, to: to)
    guard data.structure.joins(i, j) else {
      throw .invalidSetting(name: "node", value: Double(j), expected: "one that node \(i) can have events with")
    }
    return try CountLaw(
      mean: (to - from) * forecastRate(i, j), dispersion: forecast.pairDispersion.over(to - from))
  }

  private func check(nodes chosen: [Int], from: Double, to: Double) throws(DynamicNetworkError) {
    if let bad = chosen.first(where: { !(0..<nodes).contains($0) }) {
      throw .invalidSetting(name: "node", value: Double(bad), expected: "in 0..<\(nodes)")
    }
    guard from >= span, from.isFinite else {
      throw .invalidSetting(name: "start of the forecast", value: from, expected: ">= \(span)")
    }
    guard to > from, to.isFinite else {
      throw .invalidSetting(name: "end of the forecast", value: to, expected: "> \(from)")
    }
  }
}
