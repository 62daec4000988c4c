import Foundation
import GP
import NumericCore
import Testing

/// Entries that come later: near the fit to all at once, at a cost of what is new.
@Suite struct TensorUpdateTests {
  static func part(_ data: TensorData, _ chosen: (Int) -> Bool) throws -> TensorData {
    let rows = data.values.indices.filter(chosen)
    return try TensorData(
      coordinates: data.coordinates.map { column in rows.map { column[$0] } },
      values: rows.map { data.values[$0] })
  }

  /// With one mode and no product the messages of old entries are exact at the noise's precision, which
  /// hardly moves: so are updates. Half of the points are new, some of them beyond the old.
  @Test func isExactInLinearModels() throws {
    let x = (0..<300).map { 0.05 * Double($0) }
    let errors = RandomKey(seed: 5).normals(300)
    let data = try TensorData(coordinates: [x], values: x.indices.map { sin(x[$0]) + 0.2 * errors[$0] })
    var model = FunctionalTensor(rank: 0, smoothness: .threeHalves)
    (model.tolerance, model.entriesKept) = (1e-8, 0)
    var fit = try model.fit(Self.part(data) { $0 < 200 && $0 % 2 == 0 }, seed: 1)
    for batch in 0..<4 {
      try fit.update(with: Self.part(data) { ($0 >= 200 || $0 % 2 == 1) && $0 % 4 == batch })
    }
    let all = try model.fit(data, seed: 1)
    #expect(abs(fit.noise - all.noise) < 0.02, "\(fit.noise) \(all.noise)")
    for place in [0.01, 3.3, 9.975, 12.2, 14.9, 15.5] {
      let (one, other) = (try fit.predict([[place]])[0], try all.predict([[place]])[0])
      #expect(abs(one.mean - other.mean) < 0.03, "\(place) \(one.mean) \(other.mean)")
    }
  }

  /// 1,500 entries, then 5 times 300, of which the last have a mode's coordinates all to themselves: the
  /// error at new places is at most a quarter above that of the fit to all at once, and the difference of
  /// both below half of the noise. Seed 4.
  @Test(arguments: [TensorForm.cp(rank: 2), .tucker(ranks: [2, 3, 2])]) func isNearTheFitToAll(form: TensorForm)
    throws
  {
    let (data, truth) = try FunctionalTensorTests.wave(3_000, noise: 0.1, seed: 4)
    let late = { (i: Int) in data.coordinates[1][i] > 1.7 }
    let early = data.values.indices.filter { !late($0) }
    let batch = Dictionary(uniqueKeysWithValues: early.enumerated().map { ($1, $0 < 1_500 ? 0 : 1 + $0 % 4) })
    var model = FunctionalTensor(form, smoothness: .threeHalves)
    model.entriesKept = 0
    var fit = try model.fit(Self.part(data) { batch[$0] == 0 }, seed: 1)
    for b in 1...5 { try fit.update(with: Self.part(data) { (batch[$0] ?? 5) == b }) }
    let all = try model.fit(data, seed: 1)
    let key = RandomKey(seed: 6)
    let columns = (0..<3).map { mode in key.child(UInt64(mode)).uniforms(400).map { 1.9 * $0 } }
    let places = (0..<400).map { i in columns.map { $0[i] } }
    var (own, other, between) = (0.0, 0.0, 0.0)
    for (place, (a, b)) in zip(places, zip(try fit.predict(places), try all.predict(places))) {
      own += pow(a.mean - truth(place), 2)
      other += pow(b.mean - truth(place), 2)
      between += pow(a.mean - b.mean, 2)
    }
    #expect(own < 1.5 * other, "\((own / 400).squareRoot()) \((other / 400).squareRoot())")
    #expect((between / 400).squareRoot() < 0.05, "\((between / 400).squareRoot())")
    #expect(abs(fit.noise - 0.1) < 0.01)
    #expect(abs(fit.weights.reduce(0, +) - 1) < 1e-12)
  }

  /// A sweep reads the new entries, and no others; its bound never falls.
  @Test(arguments: [false, true]) func costsWhatIsNew(hasCore: Bool) throws {
    let data = try FunctionalTensorTests.wave(900, noise: 0.1, seed: 2).data
    let old = try Self.part(data) { $0 < 850 }
    var fit = TensorFactorisation(
      TensorEntries(old.coordinates.map { ModeIndex($0) }, values: old.values), rank: 2, smoothness: .half,
      key: RandomKey(seed: 1))
    fit.run(maximumSweeps: 20, tolerance: 1e-9)
    if hasCore {
      fit = TensorFactorisation(fit, ranks: [2, 2, 3], key: RandomKey(seed: 1))
      fit.run(maximumSweeps: 20, tolerance: 1e-9)
    }
    let (bound, fresh) = (fit.bound, try Self.part(data) { $0 >= 850 })
    let grown = TensorFactorisation(fit, columns: fresh.coordinates, values: fresh.values)
    #expect(grown.entries.count == 50 && fit.entries.count == 850)
    #expect(grown.chains.map(\.points) == data.coordinates.map { ModeIndex($0).points })
    // Before any change to the posterior: the bound of the old entries, and the likelihood of the new.
    let floor = (0..<fresh.count).reduce(bound) { sum, i in
      let (mean, variance) = grown.signal(of: i)
      let square = (fresh.values[i] - mean) * (fresh.values[i] - mean) + variance
      return sum + 0.5 * (log(fit.shape / fit.rate) - log(2 * .pi) - square * fit.shape / fit.rate)
    }
    let before = fit.chains.map { $0.precision[0] }
    grown.run(maximumSweeps: 30, tolerance: 1e-9)
    #expect(fit.chains.map { $0.precision[0] } == before && fit.bound == bound)
    for (before, after) in zip(grown.history, grown.history.dropFirst()) {
      #expect(after >= before - 1e-7 * abs(before), "\(before) \(after)")
    }
    // Up to the posterior of the noise, which starts as that of more entries.
    #expect(grown.history[0] >= floor - 0.1, "\(grown.history[0]) \(floor)")
  }

  /// 60 entries that tell nothing of products, then 20 times 30 more: while they are kept, an update by a quarter is the
  /// fit to all, and in the end the error is at most a fifth above that of the fit to all. Seed 3.
  @Test func beginsWithFew() throws {
    let (data, truth) = try FunctionalTensorTests.wave(660, noise: 0.1, seed: 3)
    var model = FunctionalTensor(rank: 2, smoothness: .threeHalves)
    model.starts = 2
    var fit = try model.fit(Self.part(data) { $0 < 60 }, seed: 1)
    try fit.update(with: Self.part(data) { 60..<90 ~= $0 })
    let places = (0..<300).map { i in (0..<3).map { data.coordinates[$0][(i + 7 * $0) % 660] } }
    #expect(
      try fit.predict(places).map(\.mean) == model.fit(Self.part(data) { $0 < 90 }, seed: 1).predict(places).map(\.mean))
    for batch in 3..<22 { try fit.update(with: Self.part(data) { $0 / 30 == batch }) }
    func error(_ fit: FunctionalTensorFit) throws -> Double {
      let squares = zip(try fit.predict(places), places).reduce(0) { $0 + pow($1.0.mean - truth($1.1), 2) }
      return (squares / Double(places.count)).squareRoot()
    }
    let (own, all) = (try error(fit), try error(model.fit(data, seed: 1)))
    #expect(own < 1.2 * all, "\(own) \(all)")
  }

  @Test func refusesOtherModes() throws {
    var fit = try FunctionalTensor(rank: 1).fit(
      TensorData(coordinates: [[1, 2], [0, 1]], values: [1, 2]), seed: 1)
    #expect(throws: TensorError.self) { try fit.update(with: TensorData(coordinates: [[1]], values: [1])) }
    try fit.update(with: TensorData(coordinates: [[2], [0.5]], values: [3]))
    #expect(try fit.predict([[2, 0.5]])[0].mean.isFinite)
  }
}
