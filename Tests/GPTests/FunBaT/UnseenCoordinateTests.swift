import Foundation
import GP
import NumericCore
import Testing

/// Predictions at coordinates without entries.
@Suite struct UnseenCoordinateTests {
  /// Without its message a point is as it is in a chain in which the message is 0.
  @Test(arguments: MaternSmoothness.allCases, [1, 3]) func cavitiesAreWithoutTheMessage(
    smoothness: MaternSmoothness, components: Int
  ) {
    let chain = LatentChainTests.chain(smoothness, components: components)
    _ = chain.smooth()
    let n = components
    for j in chain.points.indices {
      let other = LatentChainTests.chain(smoothness, components: components)
      for i in 0..<(n * n) { other.precision[j * n * n + i] = 0 }
      for i in 0..<n { other.linear[j * n + i] = 0 }
      _ = other.smooth()
      let cavity = chain.cavity(j)
      for a in 0..<n {
        #expect(abs(cavity.mean[a] - other.means[j * n + a]) < 1e-9)
        for b in 0..<n {
          #expect(abs(cavity.covariance[a * n + b] - other.covariances[(j * n + a) * n + b]) < 1e-9)
        }
      }
    }
  }

  /// On circles likewise.
  @Test func cavitiesOnCircles() {
    let own = CircularFunctionsTests.functions(.threeHalves)
    _ = own.takeMessages()
    own.writePosterior()
    for j in own.points.indices {
      let other = CircularFunctionsTests.functions(.threeHalves)
      for i in 0..<4 { other.precision[4 * j + i] = 0 }
      for i in 0..<2 { other.linear[2 * j + i] = 0 }
      _ = other.takeMessages()
      other.writePosterior()
      let cavity = own.cavity(j)
      for a in 0..<2 {
        #expect(abs(cavity.mean[a] - other.means[2 * j + a]) < 1e-9)
        for b in 0..<2 {
          #expect(abs(cavity.covariance[2 * a + b] - other.covariances[4 * j + 2 * a + b]) < 1e-9)
        }
      }
    }
  }

  /// A balanced analysis of variance by hand: three points with two entries each, at 1, 3; 5, 7; 9, 11. Within: 2;
  /// between: (4 - 0 + 4) 2 / 2 = 16 of means times 2, less 2, by 2: 15. Then in two parts.
  @Test func expectedMeans() {
    let x: [Double] = [1, 3, 5, 7, 9, 11]
    let index: [Double] = [0, 0, 1, 1, 2, 2]
    let kinds: [TensorMode] = [.continuous, .continuous]
    let rests: [Double] = [1, 2, 3, 4, 5, 7]
    func part(_ rows: [Int], _ before: IndexMeans?) -> IndexMeans {
      let entries = TensorEntries(
        [ModeIndex(rows.map { index[$0] }), ModeIndex(rows.map { x[$0] })], values: rows.map { x[$0] })
      return IndexMeans(entries, kinds, mode: 0, before: before) { rests[rows[$0]] }
    }
    let all = part(Array(0..<6), nil)
    #expect(all.columns == [[0, 1, 2], [2, 6, 10]] && all.values == [1.5, 3.5, 6])
    let parts = part([1, 3, 5], part([0, 2, 4], nil))
    for means in [all, parts] {
      let expected = means.expectedMean(0)
      for x in [-3.0, 6, 20] { #expect(abs(expected(x) - (6 + 15.0 / 17 * (x - 6))) < 1e-12, "\(expected(x))") }
    }
    #expect(parts.columns == all.columns && parts.values == all.values)
  }

  /// 120 groups with 12 entries each, y = c_j + slope m_j - (x - m_j) + noise of 0.1, c_j independent, of standard
  /// deviation 0.3, m_j likewise, and x = m_j + 0.1 z: within groups y falls with x, between them it rises, slope 2.
  /// 40 further groups, seed 7: the error is at most 1.2 times the least, sqrt(0.3^2 + 0.1^2 + 9 0.009), of c, noise
  /// and 3 times what x does not tell of m, and intervals cover. What holds within groups is off by 3 times m.
  @Test func knowsWhatDiffersBetweenCoordinates() throws {
    let (data, newer) = try Self.groups(seed: 7, slope: 2)
    let fit = try FunctionalTensor(rank: 1).fit(data, seed: 1)
    let (error, covered) = try Self.score(fit, newer)
    #expect(error < 1.2 * 0.181.squareRoot(), "\(error)")
    #expect(covered > 0.8 && covered < 0.98, "\(covered)")
    // Within a group that is known y still falls.
    let x = data.coordinates[1][0]
    let places = try fit.predict([[data.coordinates[0][0], x - 0.1], [data.coordinates[0][0], x + 0.1]])
    #expect(abs(places[1].mean - places[0].mean + 0.2) < 0.1, "\(places[1].mean - places[0].mean)")
  }

  /// Where there is no such difference nothing is lost: the error is at most 1.15 times the least.
  @Test func sameSlopeEverywhere() throws {
    let (data, newer) = try Self.groups(seed: 8, slope: -1)
    let (error, covered) = try Self.score(FunctionalTensor(rank: 1).fit(data, seed: 1), newer)
    #expect(error < 1.15 * 0.1.squareRoot(), "\(error)")
    #expect(covered > 0.8 && covered < 0.98, "\(covered)")
  }

  /// New groups that come one by one teach what new groups are like: `update` keeps the error.
  @Test func updates() throws {
    let (data, newer) = try Self.groups(seed: 9, slope: 2)
    var model = FunctionalTensor(rank: 1)
    model.starts = 2
    var fit = try model.fit(TensorUpdateTests.part(data) { $0 < 60 * 12 }, seed: 1)
    for batch in 0..<3 {
      try fit.update(with: TensorUpdateTests.part(data) { $0 / 240 == 3 + batch })
    }
    let (error, covered) = try Self.score(fit, newer)
    #expect(error < 1.3 * 0.181.squareRoot(), "\(error)")
    #expect(covered > 0.75, "\(covered)")
  }

  /// The root mean square error, and the share in 90% intervals.
  static func score(_ fit: FunctionalTensorFit, _ data: TensorData) throws -> (error: Double, covered: Double) {
    let places = data.values.indices.map { i in data.coordinates.map { $0[i] } }
    var (squares, covered) = (0.0, 0)
    for (prediction, y) in zip(try fit.predict(places), data.values) {
      squares += (prediction.mean - y) * (prediction.mean - y)
      if prediction.interval(0.9).contains(y) { covered += 1 }
    }
    let count = Double(data.count)
    return ((squares / count).squareRoot(), Double(covered) / count)
  }

  static func groups(seed: UInt64, slope: Double) throws -> (data: TensorData, newer: TensorData) {
    let key = RandomKey(seed: seed)
    let (means, effects) = (key.child("means").normals(160), key.child("effects").normals(160))
    let (spread, errors) = (key.child("spread").normals(160 * 12), key.child("errors").normals(160 * 12))
    // Coordinates in hundredths; groups in an order of their own, every fourth of them new.
    func part(_ isNew: Bool) throws -> TensorData {
      let rows = (0..<(160 * 12)).filter { (($0 / 12) % 4 == 3) == isNew }
      let x = rows.map { ((0.3 * means[$0 / 12] + 0.1 * spread[$0]) * 100).rounded() / 100 }
      let y = rows.indices.map { i in
        let (j, m) = (rows[i] / 12, 0.3 * means[rows[i] / 12])
        return 0.3 * effects[j] + slope * m - (x[i] - m) + 0.1 * errors[rows[i]]
      }
      return try TensorData(coordinates: [rows.map { Double($0 / 12) }, x], values: y)
    }
    return (try part(false), try part(true))
  }
}
