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
    let (n, cavities) = (components, chain.cavities())
    for j in chain.points.indices {
      let other = LatentChainTests.chain(smoothness, components: components)
      for i in 0..<(n * n) { other.precision[j * n * n + i] = 0 }
      for i in 0..<n { other.linear[j * n + i] = 0 }
      _ = other.smooth()
      for a in 0..<n {
        #expect(abs(cavities.means[j * n + a] - other.means[j * n + a]) < 1e-9)
        for b in 0..<n {
          #expect(abs(cavities.covariances[(j * n + a) * n + b] - other.covariances[(j * n + a) * n + b]) < 1e-9)
        }
      }
    }
  }

  /// On circles likewise.
  @Test func cavitiesOnCircles() {
    let own = CircularFunctionsTests.functions(.threeHalves)
    _ = own.takeMessages()
    own.writePosterior()
    let cavities = own.cavities()
    for j in own.points.indices {
      let other = CircularFunctionsTests.functions(.threeHalves)
      for i in 0..<4 { other.precision[4 * j + i] = 0 }
      for i in 0..<2 { other.linear[2 * j + i] = 0 }
      _ = other.takeMessages()
      other.writePosterior()
      for a in 0..<2 {
        #expect(abs(cavities.means[2 * j + a] - other.means[2 * j + a]) < 1e-9)
        for b in 0..<2 {
          #expect(abs(cavities.covariances[4 * j + 2 * a + b] - other.covariances[4 * j + 2 * a + b]) < 1e-9)
        }
      }
    }
  }

  /// Each entry is predicted by chains that are run again: that of the mode without all messages of the coordinate, that
  /// of the other mode without the entry's own. 60 entries at 25 and 20 coordinates, some of them with one entry.
  @Test(arguments: [0, 1]) func leavesOutCoordinateAndEntry(mode: Int) throws {
    let (points, entries, key) = ([25, 20], 60, RandomKey(seed: 5))
    let columns = points.enumerated().map { mode, count in
      key.child(UInt64(mode)).uniforms(entries).map { ($0 * Double(count)).rounded(.down) }
    }
    let noise = key.child("noise").normals(entries)
    let values: [Double] = (0..<entries).map { i in
      let signal = sin(0.3 * columns[0][i]) * cos(0.2 * columns[1][i])
      return signal + 0.3 * noise[i]
    }
    let member = TensorFactorisation(
      TensorEntries(columns.map { ModeIndex($0) }, values: values), rank: 2, smoothness: .threeHalves, key: key)
    member.run(maximumSweeps: 8, tolerance: 1e-300)
    let leftOut = LeftOutCoordinates(member, member.functions.map { ModeCavities($0) }, Array(0..<entries))
    let (other, tau) = (1 - mode, member.shape / member.rate)

    func posterior(_ mode: Int, at j: Int, of chosen: [Int]) -> (m: [Double], v: [Double]) {
      let (own, rest) = (member.chains[mode], member.chains[1 - mode])
      let n = own.components
      let chain = LatentChain(own.points, components: n, smoothness: own.smoothness, lengthScale: 1)
      (chain.lengthScales, chain.variances) = (own.lengthScales, own.variances)
      chain.precision.update(from: own.precision, count: own.points.count * n * n)
      chain.linear.update(from: own.linear, count: own.points.count * n)
      for i in 0..<(n * n) { chain.precision[j * n * n + i] = 0 }
      for i in 0..<n { chain.linear[j * n + i] = 0 }
      for entry in chosen {
        let place = Int(member.entries.indexes[1 - mode].pointOfEntry[entry])
        let m = (0..<n).map { rest.means[place * n + $0] }
        func second(_ a: Int, _ b: Int) -> Double { rest.covariances[(place * n + a) * n + b] + m[a] * m[b] }
        for a in 0..<n {
          let linear = a == 0 ? values[entry] - m[0] : values[entry] * m[a] - second(0, a)
          chain.linear[j * n + a] += tau * linear
          for b in 0..<n {
            let square = a > 0 && b > 0 ? second(a, b) : a + b > 0 ? m[a + b] : 1
            chain.precision[(j * n + a) * n + b] += tau * square
          }
        }
      }
      _ = chain.smooth()
      return (
        (0..<n).map { chain.means[j * n + $0] }, (0..<(n * n)).map { chain.covariances[j * n * n + $0] }
      )
    }

    for entry in 0..<entries {
      func point(_ mode: Int, _ entry: Int) -> Int { Int(member.entries.indexes[mode].pointOfEntry[entry]) }
      let place = point(other, entry)
      let (a, b) = (
        posterior(mode, at: point(mode, entry), of: []),
        posterior(other, at: place, of: (0..<entries).filter { $0 != entry && point(other, $0) == place })
      )
      // p . q with p = (a_0, 1, u_0) of the mode and q = (1, a_1, u_1) of the other.
      func moment(_ f: (m: [Double], v: [Double]), _ x: Int?, _ y: Int?) -> Double {
        guard let x else { return y.map { f.m[$0] } ?? 1 }
        guard let y else { return f.m[x] }
        return f.v[x * f.m.count + y] + f.m[x] * f.m[y]
      }
      let (p, q): ([Int?], [Int?]) = ([0, nil, 1, 2], [nil, 0, 1, 2])
      let mean = p.indices.reduce(0) { $0 + moment(a, p[$1], nil) * moment(b, q[$1], nil) }
      var second = 0.0
      for i in p.indices { for k in p.indices { second += moment(a, p[i], p[k]) * moment(b, q[i], q[k]) } }
      #expect(abs(leftOut.signals[mode].means[entry] - mean) < 1e-8)
      #expect(abs(leftOut.signals[mode].variances[entry] - (second - mean * mean)) < 1e-8)
    }
  }

  /// No two entries have a coordinate in common: 600 of a product and two effects of three coordinates, noise 0.1. At 600
  /// further places, seed 6, 90% intervals hold 83 to 97 of 100, and the error of the mean is below a third of the noise.
  @Test func noCoordinateTwice() throws {
    func data(_ key: RandomKey) throws -> (data: TensorData, truth: [Double]) {
      let x = (0..<3).map { key.child(UInt64($0)).uniforms(600) }
      let truth: [Double] = (0..<600).map { i in
        let product = sin(5 * x[0][i]) * cos(4 * x[1][i])
        return product + x[2][i] * x[2][i] - x[1][i]
      }
      let noise = key.child("noise").normals(600)
      return (try TensorData(coordinates: x, values: (0..<600).map { truth[$0] + 0.1 * noise[$0] }), truth)
    }
    let key = RandomKey(seed: 6)
    let fit = try FunctionalTensor(rank: 2).fit(data(key.child("seen")).data, seed: 1)
    let (newer, truth) = try data(key.child("new"))
    let (_, covered) = try Self.score(fit, newer)
    #expect(covered > 0.83 && covered < 0.97, "\(covered)")
    let means = try fit.predict((0..<600).map { i in newer.coordinates.map { $0[i] } }).map(\.mean)
    let error = (zip(means, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 600).squareRoot()
    #expect(error < 0.1 / 3, "\(error)")
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
    (model.starts, model.entriesKept) = (2, 0)
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
