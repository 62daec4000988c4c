extension TensorFactorisation {
  /// What all other entries say of each one's signal, or all entries of other places, as if the posterior were that
  /// of a linear model: with m and v the mean and the variance of the signal at a place, and w and s the sums of the
  /// precisions of what is left out there and of precisions times residuals, the mean is m - v s / (1 - v w), and the
  /// variance is v / (1 - v w).
  ///
  /// Student-t noise gives entries weights by how they agree with the others, so that those that are left in make up for
  /// those that are left out: their information, that of the mean of Student-t, is (nu + 1) / (nu + 3) of what weights
  /// would be worth if they were known (Lange, Little and Taylor, 'Robust statistical modeling using the t
  /// distribution', JASA 1989), and what is left out has moved the mean by that much more.
  ///
  /// - Parameters:
  ///   - places: nil to leave entries out one by one.
  ///   - chosen: of which entries; nil for all.
  package func leaveOneOut(_ places: PlaceGroups? = nil, of chosen: [Int]? = nil) -> Signals {
    let (values, tau) = (entries.values, precision)
    let share = heavyTails.map { ($0.degrees + 1) / ($0.degrees + 3) } ?? 1
    /// Precision times residual.
    func score(_ i: Int) -> Double {
      tau * (heavyTails?.weights[i] ?? 1) * (values[i] - signal(of: i).mean)
    }
    var sums: [(precision: Double, score: Double)] = []
    if let places {
      sums = Array(repeating: (0, 0), count: places.counts.count)
      for i in values.indices {
        let place = Int(places.placeOfEntry[i])
        sums[place].precision += tau
        sums[place].score += score(i)
      }
    }
    let count = chosen?.count ?? values.count
    var signals = Signals(count: count)
    for n in 0..<count {
      let i = chosen?[n] ?? n
      let (mean, variance) = signal(of: i)
      let own = places.map { sums[Int($0.placeOfEntry[i])] } ?? (precision: tau, score: score(i))
      let rest = 1 - min(variance * own.precision, Self.highestLeverage)
      (signals.means[n], signals.variances[n]) = (
        mean - variance * own.score / (share * rest), variance / rest
      )
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
