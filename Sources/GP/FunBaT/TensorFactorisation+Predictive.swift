extension TensorFactorisation {
  /// What all other entries say of each one's signal, or all entries of other places, as if the posterior were that
  /// of a linear model: with v the variance of the signal at a place, and y and w the mean and the weight of what is
  /// left out there (the sum of its precisions), the mean is y + (mean - y) / (1 - v w), and the variance is
  /// v / (1 - v w).
  ///
  /// - Parameters:
  ///   - places: nil to leave entries out one by one.
  ///   - chosen: of which entries; nil for all.
  package func leaveOneOut(_ places: PlaceGroups? = nil, of chosen: [Int]? = nil) -> Signals {
    let (values, tau) = (entries.values, precision)
    func weight(_ i: Int) -> Double { tau * (heavyTails?.weights[i] ?? 1) }
    var sums: [(weight: Double, value: Double)] = []
    if let places {
      sums = Array(repeating: (0, 0), count: places.counts.count)
      for i in values.indices {
        let place = Int(places.placeOfEntry[i])
        sums[place].weight += weight(i)
        sums[place].value += weight(i) * values[i]
      }
    }
    let count = chosen?.count ?? values.count
    var signals = Signals(count: count)
    for n in 0..<count {
      let i = chosen?[n] ?? n
      let (mean, variance) = signal(of: i)
      let own = places.map { sums[Int($0.placeOfEntry[i])] } ?? (weight: weight(i), value: weight(i) * values[i])
      let y = own.weight > 0 ? own.value / own.weight : values[i]
      let rest = 1 - min(variance * own.weight, Self.highestLeverage)
      (signals.means[n], signals.variances[n]) = (y + (mean - y) / rest, variance / rest)
    }
    return signals
  }

  /// The posterior mean and variance of an entry without its noise.
  package func signal(of entry: Int) -> (mean: Double, variance: Double) {
    signal.moments { Int(indexes[$0].pointOfEntry[entry]) }
  }

  /// Arbitrary: the approximation is poor where an entry is nearly alone.
  private static var highestLeverage: Double { 0.95 }
}
