import Foundation
import GP
import NumericCore
import Testing

/// Tucker forms: recovery with an asymmetric core, nesting of the CP form, and monotony.
@Suite struct TuckerTests {
  /// W x_1 u x_2 v x_3 w with a dense core of 2 x 3 x 4 weights, whose order matters, and noise.
  static func asymmetric(_ count: Int, noise: Double, seed: UInt64) throws -> (
    data: TensorData, truth: ([Double]) -> Double
  ) {
    let functions: [[(Double) -> Double]] = [
      [{ sin(3 * $0) }, { cos(2 * $0) }],
      [{ $0 - 1 }, { sin(4 * $0) }, { cos(3 * $0 + 1) }],
      [{ cos(2.5 * $0) }, { sin(2 * $0 + 1) }, { sin(5 * $0) }, { $0 * $0 - 1 }],
    ]
    let key = RandomKey(seed: seed)
    let core = key.child("core").normals(24)
    let truth = { (x: [Double]) -> Double in
      let values = functions.indices.map { k in functions[k].map { $0(x[k]) } }
      var sum = 0.0
      for a in 0..<2 {
        for b in 0..<3 {
          for c in 0..<4 { sum += core[(a * 3 + b) * 4 + c] * values[0][a] * values[1][b] * values[2][c] }
        }
      }
      return sum
    }
    let columns = (0..<3).map { mode in
      key.child(UInt64(mode)).uniforms(count).map { ($0 * 40).rounded(.down) / 20 }
    }
    let errors = key.child("noise").normals(count)
    let values = (0..<count).map { i in truth(columns.map { $0[i] }) + noise * errors[i] }
    return (try TensorData(coordinates: columns, values: values), truth)
  }

  static func error(_ fit: FunctionalTensorFit, _ truth: ([Double]) -> Double) throws -> Double {
    let key = RandomKey(seed: 77)
    let columns = (0..<3).map { mode in key.child(UInt64(mode)).uniforms(400).map { 1.9 * $0 } }
    let places = (0..<400).map { i in columns.map { $0[i] } }
    let squares = zip(try fit.predict(places), places).reduce(0) { $0 + pow($1.0.mean - truth($1.1), 2) }
    return (squares / 400).squareRoot()
  }

  /// Predictions at new places err less than the noise where the ranks are those of the truth, and more where
  /// the ranks are permuted, since the truth then needs more than the core has. Seeds 1 to 2.
  @Test(arguments: [1, 2]) func findsAnAsymmetricCoreAgain(seed: UInt64) throws {
    let (data, truth) = try Self.asymmetric(4_000, noise: 0.1, seed: seed)
    let fit = try FunctionalTensor(.tucker(ranks: [2, 3, 4]), smoothness: .threeHalves).fit(data, seed: 1)
    let error = try Self.error(fit, truth)
    #expect(error < 0.1, "\(error)")
    #expect(
      fit.ranks == [2, 3, 4] && fit.weight(of: [1, 1, 1])?.mean == 1 && fit.weight(of: [2, 2, 2])?.mean == 1)
    #expect(abs(fit.noise - 0.1) < 0.02, "\(fit.noise)")
    #expect(fit.weight(of: [3, 1, 1]) == nil && fit.weight(of: [1, 1]) == nil && fit.weight(of: [1, 3, 4]) != nil)
    let permuted = try FunctionalTensor(.tucker(ranks: [4, 3, 2]), smoothness: .threeHalves).fit(data, seed: 1)
    #expect(permuted.bound < fit.bound)
  }

  /// Each start ends no lower than the CP form that it comes from, and no step falls: with equal ranks from
  /// the CP form's bound on.
  @Test(arguments: [[2, 2, 2], [1, 3, 2], [2, 3, 4]]) func endsNoLowerThanCP(ranks: [Int]) throws {
    for (data, seed) in [
      (try Self.asymmetric(500, noise: 0.3, seed: 5).data, UInt64(1)),
      (try FunctionalTensorTests.wave(400, noise: 0.1, seed: 6).data, 2),
    ] {
      var model = FunctionalTensor(.tucker(ranks: ranks))
      (model.starts, model.maximumSweeps) = (2, 60)
      let fit = try model.fit(data, seed: seed)
      model.form = .cp(rank: fit.rank)
      let products = try model.fit(data, seed: seed)
      for (own, other) in zip(fit.boundsOfStarts, products.boundsOfStarts) {
        #expect(own >= other - 1e-7 * abs(other), "\(own) \(other)")
      }
      for (before, after) in zip(fit.history, fit.history.dropFirst()) {
        #expect(after >= before - 1e-7 * abs(before))
      }
    }
  }

  /// Without a key for additional functions, the first sweep starts at the bound of the CP form, or higher:
  /// what is switched off costs nothing.
  @Test func startsAtTheBoundOfCP() throws {
    let data = try FunctionalTensorTests.wave(300, noise: 0.1, seed: 3).data
    let products = TensorFactorisation(
      TensorEntries(data.coordinates.map { ModeIndex($0) }, values: data.values), rank: 2, smoothness: .half,
      key: RandomKey(seed: 1))
    products.run(maximumSweeps: 100, tolerance: 1e-7)
    let fit = TensorFactorisation(products, ranks: [2, 4, 3], key: nil)
    fit.run(maximumSweeps: 1, tolerance: 1e-7)
    #expect(fit.bound >= products.bound - 1e-7 * abs(products.bound), "\(fit.bound) \(products.bound)")
  }

  /// A truth of CP form, rank 2, in a core of 3 x 3 x 3: most weights that are not needed are switched off.
  @Test func switchesOffWhatIsOfNoUse() throws {
    let (data, truth) = try FunctionalTensorTests.wave(2_000, noise: 0.1, seed: 8)
    let fit = try FunctionalTensor(.tucker(ranks: [3, 3, 3]), smoothness: .threeHalves).fit(data, seed: 1)
    #expect(try Self.error(fit, truth) < 0.1)
    let weights = (0..<27).compactMap { fit.weight(of: [$0 / 9 + 1, $0 / 3 % 3 + 1, $0 % 3 + 1])?.mean }
    #expect(weights.count { $0 == 0 } >= 10, "\(weights)")
  }

  @Test func refusesRanksThatDoNotFit() throws {
    let data = try TensorData(coordinates: [[1, 2, 3], [0, 1, 0]], values: [1, 2, 4])
    for ranks in [[2], [2, 0], [2, 2, 2], [-1, 2], [60, 60], []] {
      #expect(throws: TensorError.self) { _ = try FunctionalTensor(.tucker(ranks: ranks)).fit(data, seed: 1) }
    }
    let fit = try FunctionalTensor(.tucker(ranks: [2, 1])).fit(data, seed: 1)
    #expect(try fit.predict([[2.5, 0.5]])[0].standardDeviation > 0)
    let line = try FunctionalTensor(.tucker(ranks: [2]), smoothness: .half).fit(
      TensorData(coordinates: [[1, 2, 3]], values: [1, 2, 4]), seed: 1)
    #expect(try line.predict([[2.5]])[0].mean.isFinite)
  }
}
