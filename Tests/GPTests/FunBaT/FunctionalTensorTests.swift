import Foundation
import GP
import NumericCore
import Testing

/// Functional tensors: the bound, recovery, prediction everywhere, and data at the edge.
@Suite struct FunctionalTensorTests {
  /// 2 sin(3 x) cos(2 y) + x z + y, with noise.
  static func wave(_ count: Int, noise: Double, seed: UInt64) throws -> (
    data: TensorData, truth: ([Double]) -> Double
  ) {
    let truth = { (x: [Double]) -> Double in 2 * sin(3 * x[0]) * cos(2 * x[1]) + x[0] * x[2] + x[1] }
    let key = RandomKey(seed: seed)
    // Coordinates on grids of 40 places, so that entries share them.
    let columns = (0..<3).map { mode in
      key.child(UInt64(mode)).uniforms(count).map { ($0 * 40).rounded(.down) / 20 }
    }
    let errors = key.child("noise").normals(count)
    let values = (0..<count).map { i in truth(columns.map { $0[i] }) + noise * errors[i] }
    return (try TensorData(coordinates: columns, values: values), truth)
  }

  /// The evidence lower bound never falls, whatever is updated: functions, noise, hyper-parameters.
  @Test(arguments: MaternSmoothness.allCases) func theBoundNeverFalls(smoothness: MaternSmoothness) throws {
    var model = FunctionalTensor(rank: 2, smoothness: smoothness)
    (model.starts, model.maximumSweeps) = (1, 40)
    let history = try model.fit(Self.wave(400, noise: 0.1, seed: 1).data, seed: 1).history
    for (before, after) in zip(history, history.dropFirst()) { #expect(after >= before - 1e-7 * abs(before)) }
  }

  /// With one mode and no product the model is Gaussian process regression, and the posterior exact but for
  /// the noise, whose posterior is narrow: predictions are those of exact regression at the learned
  /// hyper-parameters.
  @Test func oneModeIsRegression() throws {
    let x = (0..<120).map { 0.1 * Double($0) }
    let noise = RandomKey(seed: 5).normals(120)
    let y = x.indices.map { sin(x[$0]) + 0.3 * noise[$0] }
    var model = FunctionalTensor(rank: 0, smoothness: .threeHalves)
    model.tolerance = 1e-9
    let fit = try model.fit(TensorData(coordinates: [x], values: y), seed: 1)
    let mean = y.reduce(0, +) / 120
    let centred = y.map { $0 - mean }
    let kernel = try RadialKernel(.matern32, lengthScale: fit.lengthScales[0][0]).scaled(by: 0.5)
    let regression = try GaussianProcess(kernel, noiseVariance: 0.1)
      .fitted(to: Matrix(points: x), centred, starts: 1).process
    let places = [-1, 0.55, 3.3, 11.9, 13]
    let expected = try regression.condition(on: Matrix(points: x), centred).predict(at: Matrix(points: places))
    let deviations = expected.standardDeviation(of: .observation)
    for (i, place) in places.enumerated() {
      let mine = try fit.predict([[place]])[0]
      #expect(abs(mine.mean - mean - expected.mean[i]) < 0.03, "\(place)")
      #expect(abs(mine.standardDeviation - deviations[i]) < 0.03, "\(place)")
    }
  }

  /// New places, on and between the coordinates of the data: an error of at most twice the noise's share, and
  /// intervals that cover between 85 and 96 of 100; seed 1.
  @Test func findsTheFunctionAgain() throws {
    let (data, truth) = try Self.wave(3_000, noise: 0.1, seed: 1)
    let fit = try FunctionalTensor(rank: 2, smoothness: .threeHalves).fit(data, seed: 1)
    let key = RandomKey(seed: 9)
    let columns = (0..<3).map { mode in key.child(UInt64(mode)).uniforms(500).map { 1.9 * $0 } }
    let places = (0..<500).map { i in columns.map { $0[i] } }
    let errors = key.child("noise").normals(500)
    let predictions = try fit.predict(places)
    var (squares, covered) = (0.0, 0)
    for (i, prediction) in predictions.enumerated() {
      let y = truth(places[i])
      squares += (prediction.mean - y) * (prediction.mean - y)
      if prediction.interval(0.9).contains(y + 0.1 * errors[i]) { covered += 1 }
    }
    #expect((squares / 500).squareRoot() < 0.1, "\((squares / 500).squareRoot())")
    #expect(covered >= 425 && covered <= 480, "\(covered)")
    #expect(abs(fit.noise - 0.1) < 0.01)
  }

  /// Without noise errors are a hundredth of the least noise that a fit believes in, and intervals as narrow: of 1,000
  /// cells without entries they hold 900, to 4 standard errors and what their calibration by 2,000 entries has; seed 4.
  @Test func withoutNoiseIntervalsAreNarrow() throws {
    let (data, truth) = try Self.wave(2_000, noise: 0, seed: 4)
    let fit = try FunctionalTensor(rank: 2).fit(data, seed: 1)
    let key = RandomKey(seed: 10)
    let columns = (0..<3).map { mode in key.child(UInt64(mode)).uniforms(1_000).map { ($0 * 40).rounded(.down) / 20 } }
    let places = (0..<1_000).map { i in columns.map { $0[i] } }
    let predictions = try fit.predict(places)
    let covered = zip(predictions, places).count { $0.interval(0.9).contains(truth($1)) }
    #expect(abs(covered - 900) < 47, "\(covered)")
    let errors = zip(predictions, places).map { abs($0.mean - truth($1)) }.sorted()
    #expect(errors[900] < 0.1 * fit.noise, "\(errors[900]) \(fit.noise)")
  }

  /// The same seed gives the same fit, on any number of cores.
  @Test func sameSeedSameFit() throws {
    let data = try Self.wave(300, noise: 0.1, seed: 2).data
    var model = FunctionalTensor(rank: 1, smoothness: nil)
    (model.starts, model.maximumSweeps) = (2, 30)
    let (fit, again) = (try model.fit(data, seed: 4), try model.fit(data, seed: 4))
    #expect(fit.history == again.history && fit.weights == again.weights)
    #expect(fit.weights.count == 2 && abs(fit.weights.reduce(0, +) - 1) < 1e-12)
    #expect(fit.boundsOfStarts.max() == fit.bound)
    let (one, other) = (try fit.predict([[0.4, 0.5, 0.6]])[0], try again.predict([[0.4, 0.5, 0.6]])[0])
    #expect(one.mean == other.mean && one.standardDeviation == other.standardDeviation)
  }

  /// Trials are those of one start each, of which the best goes on: no bound is below that of a start of its
  /// own, and as many have each smoothness as without.
  @Test func trialsTakeTheBest() throws {
    let data = try Self.wave(300, noise: 0.1, seed: 7).data
    var model = FunctionalTensor(rank: 2)
    (model.starts, model.trials, model.maximumSweeps) = (2, 1, 20)
    let plain = try model.fit(data, seed: 3)
    model.starts = 6
    let all = try model.fit(data, seed: 3).boundsOfStarts
    (model.starts, model.trials) = (2, 3)
    let best = try model.fit(data, seed: 3).boundsOfStarts
    let expected = [0, 1].map { kind in
      all.indices.reduce(-Double.infinity) { $1 % 2 == kind ? max($0, all[$1]) : $0 }
    }
    #expect(best == expected)
    #expect(plain.boundsOfStarts == Array(all.prefix(2)))
    model.trials = 0
    #expect(throws: TensorError.self) { _ = try model.fit(data, seed: 1) }
  }

  /// sin(3 x) cos(2 y) + x z has two products: fewer explain less, and the bound does not pay for many more.
  /// Seed 3.
  @Test func theBoundChoosesTheRank() throws {
    let data = try Self.wave(1_500, noise: 0.1, seed: 3).data
    let model = FunctionalTensor(smoothness: .threeHalves)
    let fit = try model.fit(data, ranks: [0, 1, 2, 6], seed: 1)
    #expect(fit.rank == 2)
    #expect(throws: TensorError.self) { _ = try model.fit(data, ranks: [], seed: 1) }
  }

  @Test func dataAtTheEdge() throws {
    let model = FunctionalTensor(rank: 2)
    let one = try model.fit(TensorData(coordinates: [[1], [2]], values: [3]), seed: 1)
    #expect(abs(try one.predict([[1, 2]])[0].mean - 3) < 1e-6)
    // A constant column, duplicates, and coordinates 1e-12 apart.
    let data = try TensorData(
      coordinates: [[1, 1, 1, 1, 1, 1], [0, 0, 1e-12, 5, 5, 10]], values: [1, 1.1, 0.9, 2, 2.1, 3])
    let fit = try model.fit(data, seed: 1)
    for place in [[1.0, 0], [1, 2.5], [2, 20], [-1e6, -1e6]] {
      let prediction = try fit.predict([place])[0]
      #expect(prediction.mean.isFinite && prediction.standardDeviation > 0)
    }
    let flat = try model.fit(TensorData(coordinates: [[1, 2, 3]], values: [7, 7, 7]), seed: 1)
    #expect(abs(try flat.predict([[2.5]])[0].mean - 7) < 1e-6)
  }

  @Test func refusesWhatIsWrong() throws {
    #expect(throws: TensorError.noEntries) { _ = try TensorData(coordinates: [[]], values: []) }
    #expect(throws: TensorError.noModes) { _ = try TensorData(coordinates: [], values: [1]) }
    #expect(throws: TensorError.wrongCount(mode: 0, count: 1, expected: 2)) {
      _ = try TensorData(coordinates: [[1]], values: [1, 2])
    }
    #expect(throws: TensorError.self) { _ = try TensorData(coordinates: [[1]], values: [.infinity]) }
    let data = try TensorData(coordinates: [[1, 2]], values: [1, 2])
    #expect(throws: TensorError.self) { _ = try FunctionalTensor(rank: -1).fit(data, seed: 1) }
    let fit = try FunctionalTensor(rank: 1).fit(data, seed: 1)
    #expect(throws: TensorError.self) { _ = try fit.predict([[1, 2]]) }
    #expect(throws: TensorError.self) { _ = try fit.predict([[.nan]]) }
  }
}
