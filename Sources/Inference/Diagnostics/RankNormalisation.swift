import NumericCore

extension ChainSample {
  /// Normal quantiles of the draws' ranks among all chains, Phi^-1((r - 3/8) / (S + 1/4)) (Blom 1958); ties
  /// share their mean rank.
  var normalScores: ChainSample {
    let count = values.count
    let sorted = values.enumerated().map { (value: $1, index: $0) }.sorted { $0.value < $1.value }
    var scores = Array(repeating: 0.0, count: count)
    var first = 0
    while first < count {
      var last = first
      while last + 1 < count && sorted[last + 1].value == sorted[first].value { last += 1 }
      let rank = 0.5 * Double(first + last) + 1
      let score = normalQuantile((rank - 0.375) / (Double(count) + 0.25))
      for i in first...last { scores[sorted[i].index] = score }
      first = last + 1
    }
    return with(scores)
  }

  /// The distances from the median: their R-hat sees chains that differ in scale.
  var folded: ChainSample {
    let median = Diagnostics.quantile(values, 0.5)
    return map { abs($0 - median) }
  }
}
