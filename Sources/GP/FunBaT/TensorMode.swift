/// What the coordinates of a mode are.
public enum TensorMode: Sendable, Equatable {
  /// Numbers: functions are Matern processes.
  case continuous
  /// Codes of levels without order or distance: the values of functions at different levels are independent,
  /// with a variance that is learned. Of a level without entries nothing else is known.
  case categorical
  /// Numbers that mean the same one period on, such as hours of a day: functions are Matern processes on a
  /// circle, of up to 16 harmonics.
  case periodic(Double)
}

extension TensorMode {
  /// What coordinates mean to the functions: places on a circle are within the first period.
  func reduced(_ column: [Double]) -> [Double] {
    guard case .periodic(let period) = self else { return column }
    return column.map { $0 - period * ($0 / period).rounded(.down) }
  }

  func range(of points: [Double]) -> Double {
    if case .periodic(let period) = self { return period }
    return (points.last ?? 0) - (points.first ?? 0)
  }

  /// The functions of a mode before any data, at sorted points.
  ///
  /// - Parameter entries: their number. Where few share a coordinate, factors that jump from one to the next explain
  ///   noise, too, and from there is no way to smooth ones: they begin smooth, otherwise rough, which takes fewer sweeps.
  func functions(
    at points: [Double], components: Int, smoothness: MaternSmoothness, entries: Int
  ) -> any ModeFunctions {
    let range = range(of: points)
    switch self {
    case .continuous:
      // Arbitrary, as what few entries are.
      let part: Double = components > 1 && entries < 3 * points.count ? 20 : 200
      return LatentChain(
        points, components: components, smoothness: smoothness, lengthScale: range > 0 ? range / part : 1)
    case .categorical:
      // Levels are as good as infinitely far from each other for a process whose length scale is next to
      // nothing.
      let least = zip(points, points.dropFirst()).reduce(range > 0 ? range : 1) { min($0, $1.1 - $1.0) }
      return LatentChain(points, components: components, smoothness: .half, lengthScale: 1e-9 * least)
    case .periodic(let period):
      return CircularFunctions(
        points, components: components, smoothness: smoothness, period: period, lengthScale: period / 10)
    }
  }

  /// - Throws: `TensorError` for a period that is none.
  func check(mode: Int) throws(TensorError) {
    guard case .periodic(let period) = self else { return }
    guard period > 0 && period < .infinity else {
      throw .invalidSetting(name: "period of mode \(mode)", value: period, expected: "above 0, and finite")
    }
  }
}
