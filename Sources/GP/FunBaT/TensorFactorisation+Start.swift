import NumericCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension TensorFactorisation {
  /// Goes on from a CP form in the Tucker form, with the same posterior: all weights but those of the CP form
  /// are switched off. Functions beyond its rank start at random, or at rest, which no data ever wake,
  /// without a key: then the bound never falls below that of the CP form.
  package convenience init(_ products: TensorFactorisation, ranks: [Int], key: RandomKey?) {
    self.init(
      products.entries, ranks: ranks, products.smoothness, products.kinds, hasCore: true,
      heavyTails: products.heavyTails.map { StudentTNoise($0) })
    (shape, rate) = (products.shape, products.rate)
    for mode in indexes.indices {
      if let key { beginAtRandom(mode, key.child(UInt64(mode))) } else { beginAtRest(mode) }
      take(products.functions[mode], mode)
    }
    let known = products.functions.map { $0.components - 1 }
    if key != nil { core?.admit(beyond: known) }
    if key == nil || known == ranks { sweepsOfShaping = 0 }
  }

  /// A start that tells components apart: a wave about 1 for each, of a random frequency and phase.
  func beginAtRandom(_ mode: Int, _ key: RandomKey) {
    let (points, n) = (indexes[mode].points, functions[mode].components)
    let range = max(points[points.count - 1] - points[0], .leastNormalMagnitude)
    let draws = key.uniforms(2 * (n - 1))
    var (m, v) = (Array(repeating: 0.0, count: n), Array(repeating: 0.0, count: n * n))
    for r in 1..<max(n, 1) { v[r * n + r] = 0.1 }
    for (j, x) in points.enumerated() {
      for r in 1..<max(n, 1) {
        let (frequency, phase) = (0.5 + 1.5 * draws[2 * r - 2], draws[2 * r - 1])
        m[r] = 1 + 0.5 * sin(2 * .pi * (frequency * (x - points[0]) / range + phase))
      }
      moments[mode].set(j, m, v)
    }
  }

  /// All functions as they are before any data, with the length scales and variances that are the likeliest
  /// then.
  private func beginAtRest(_ mode: Int) {
    let n = functions[mode].components
    searches[mode].beginAtLikeliest()
    let m = Array(repeating: 0.0, count: n)
    let v = (0..<(n * n)).map { $0 % (n + 1) == 0 ? 1.0 : 0 }
    for j in indexes[mode].points.indices { moments[mode].set(j, m, v) }
  }

  /// The posterior of other functions for the first of a mode's.
  private func take(_ other: any ModeFunctions, _ mode: Int) {
    let (own, n, count) = (functions[mode], functions[mode].components, other.components)
    for c in 0..<count {
      (own.lengthScales[c], own.variances[c]) = (other.lengthScales[c], other.variances[c])
    }
    for j in indexes[mode].points.indices {
      var (m, v) = moments[mode].get(j)
      for a in 0..<count {
        m[a] = other.means[j * count + a]
        for b in 0..<count { v[a * n + b] = other.covariances[(j * count + a) * count + b] }
      }
      moments[mode].set(j, m, v)
    }
  }

  /// Goes on from entries that are no longer at hand to new ones, at old coordinates or new ones, with the
  /// functions of `old`, everywhere.
  ///
  /// - Parameter columns: of the new entries, by mode.
  package convenience init(_ old: TensorFactorisation, columns: [[Double]], values: [Double]) {
    let merged = zip(columns, old.functions).map { ModeIndex.merging($1.points, $0) }
    self.init(
      TensorEntries(merged.map(\.index), values: values), ranks: old.functions.map { $0.components - 1 },
      old.smoothness, old.kinds, hasCore: old.core != nil,
      heavyTails: old.heavyTails.map { StudentTNoise(count: values.count, after: $0) },
      memory: TensorMemory(
        old, points: merged.map(\.placesOfKnown), counts: merged.map { $0.index.points.count }))
    rate = shape * old.rate / old.shape
    sweepsOfShaping = 0
    for (mode, own) in functions.enumerated() {
      own.variances = old.functions[mode].variances
      if kinds[mode] != .categorical { own.lengthScales = old.functions[mode].lengthScales }
      for (j, x) in own.points.enumerated() {
        let function = old.functions[mode].predict(at: x)
        moments[mode].set(j, function.mean, function.covariance)
      }
    }
    if let core, let before = old.core { core.remember(before, noisePrecision: old.precision) }
  }
}
