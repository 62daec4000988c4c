import Foundation
import GP
import NumericCore
import Testing

/// Modes whose coordinates are no numbers.
@Suite struct TensorModeTests {
  /// Levels with 1 to 12 entries each, in one mode without products: a one-way model with random effects,
  /// whose posterior given the variances is mean_l = n_l tau / (n_l tau + 1 / s2) times the mean of the
  /// level's values, and variance 1 / (n_l tau + 1 / s2). Codes have no order and no distance.
  @Test func categoriesAreRandomEffects() throws {
    let codes = [7.0, -3, 1e5, 0.25, 40, 41]
    let key = RandomKey(seed: 3)
    let (effects, errors) = (key.child(1).normals(6), key.child(2).normals(78))
    var (column, values, counts) = ([Double](), [Double](), Array(repeating: 0.0, count: 6))
    for (l, code) in codes.enumerated() {
      for _ in 0..<(1 + 2 * l) {
        column.append(code)
        values.append(effects[l] + 0.5 * errors[values.count])
        counts[l] += 1
      }
    }
    let index = ModeIndex(column)
    let fit = TensorFactorisation(
      TensorEntries([index], values: values), rank: 0, smoothness: .threeHalves, kinds: [.categorical],
      key: RandomKey(seed: 1)
    )
    fit.run(maximumSweeps: 500, tolerance: 0)
    let (chain, tau) = (fit.chains[0], fit.shape / fit.rate)
    let variance = chain.variances[0]
    for (l, code) in codes.enumerated() {
      let sum = zip(column, values).reduce(0) { $0 + ($1.0 == code ? $1.1 : 0) }
      let precision = counts[l] * tau + 1 / variance
      let found = chain.predict(at: code)
      #expect(abs(found.mean[0] - tau * sum / precision) < 1e-9)
      #expect(abs(found.covariance[0] - 1 / precision) < 1e-9)
    }
    for other in [8.0, 40.5, -1e9] {
      let found = chain.predict(at: other)
      #expect(found.mean[0] == 0 && abs(found.covariance[0] - variance) < 1e-12)
    }
    // Other codes in another order.
    let renamed = Dictionary(uniqueKeysWithValues: zip(codes, [3.0, 1, 2, 6, 5, 4]))
    let other = TensorFactorisation(
      TensorEntries([ModeIndex(column.map { renamed[$0] ?? 0 })], values: values), rank: 0,
      smoothness: .threeHalves,
      kinds: [.categorical], key: RandomKey(seed: 1))
    other.run(maximumSweeps: 500, tolerance: 1e-13)
    #expect(abs(fit.bound - other.bound) < 1e-6, "\(fit.bound) \(other.bound)")
  }

  /// Curves whose height and offset go by level: levels in any order are learned, in both forms, and updates
  /// may bring new ones.
  @Test(arguments: [TensorForm.cp(rank: 2), .tucker(ranks: [2, 2])]) func categoriesHaveCurves(form: TensorForm)
    throws
  {
    let key = RandomKey(seed: 8)
    let (heights, offsets) = (key.child(1).normals(12), key.child(2).normals(12))
    let truth = { (level: Int, x: Double) -> Double in offsets[level] + 2 * heights[level] * sin(3 * x) }
    let (x, levels) = (
      key.child(3).uniforms(720).map { 2 * $0 }, key.child(4).uniforms(720).map { Int($0 * 12) }
    )
    let errors = key.child(5).normals(720)
    func data(_ chosen: (Int) -> Bool) throws -> TensorData {
      let rows = (0..<720).filter { chosen(levels[$0]) }
      return try TensorData(
        coordinates: [rows.map { Double(levels[$0] * 7919 % 13) }, rows.map { x[$0] }],
        values: rows.map { truth(levels[$0], x[$0]) + 0.1 * errors[$0] }, kinds: [.categorical, .continuous])
    }
    var model = FunctionalTensor(form, smoothness: .threeHalves)
    (model.starts, model.entriesKept) = (2, 0)
    var fit = try model.fit(data { $0 < 10 }, seed: 1)
    try fit.update(with: data { $0 >= 10 })
    var squares = 0.0
    for level in 0..<12 {
      for x in [0.21, 0.83, 1.37, 1.9] {
        squares += pow(try fit.predict([[Double(level * 7919 % 13), x]])[0].mean - truth(level, x), 2)
      }
    }
    #expect((squares / 48).squareRoot() < 0.1, "\((squares / 48).squareRoot())")
    let unseen = try fit.predict([[100, 1]])[0]
    #expect(unseen.standardDeviation > 0.5)
    let other = try TensorData(coordinates: [[1], [2]], values: [1])
    #expect(throws: TensorError.wrongKind(mode: 0, kind: .continuous, expected: .categorical)) {
      try fit.update(with: other)
    }
    #expect(throws: TensorError.self) {
      _ = try TensorData(coordinates: [[1], [2]], values: [1], kinds: [.continuous])
    }
  }
}
