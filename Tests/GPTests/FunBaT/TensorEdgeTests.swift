import Foundation
import GP
import NumericCore
import Testing

/// Data at the edge, in every form and with both kinds of noise.
@Suite struct TensorEdgeTests {
  static let forms = [TensorForm.cp(rank: 0), .cp(rank: 2), .tucker(ranks: [2, 1, 3])]
  static let noises = [TensorNoise.gaussian, .studentT()]

  static func model(_ form: TensorForm, _ noise: TensorNoise) -> FunctionalTensor {
    var model = FunctionalTensor(form, smoothness: .threeHalves)
    (model.noise, model.starts, model.trials, model.maximumSweeps) = (noise, 2, 1, 40)
    return model
  }

  static let places = [[0.33, 0.71, 1.2], [1.9, 0, 0.4], [-1, 5, 0.1]]

  /// 400 entries with all coordinates different, noise of 0.1, seed 4: functions do not jump from one to the next. The
  /// error of those that do would be 0.3.
  @Test func allCoordinatesDifferent() throws {
    let truth = { (x: [Double]) -> Double in 2 * sin(3 * x[0]) * cos(2 * x[1]) + x[0] * x[2] + x[1] }
    let key = RandomKey(seed: 4)
    let columns = (0..<3).map { key.child(UInt64($0)).uniforms(400) }
    let errors = key.child("noise").normals(400)
    let values = errors.indices.map { i in truth(columns.map { $0[i] }) + 0.1 * errors[i] }
    var model = FunctionalTensor(smoothness: .threeHalves)
    (model.starts, model.trials) = (2, 2)
    let fit = try model.fit(TensorData(coordinates: columns, values: values), seed: 1)
    let grid = [0.1, 0.3, 0.5, 0.7, 0.9]
    let places = grid.flatMap { x in grid.flatMap { y in grid.map { [x, y, $0] } } }
    let squares = zip(places, try fit.predict(places)).reduce(0) { $0 + pow($1.1.mean - truth($1.0), 2) }
    #expect((squares / 125).squareRoot() < 0.1, "\((squares / 125).squareRoot())")
  }

  /// Squares of values and of what they differ by have to be numbers; equal values of any size need none.
  @Test func sizesOfValues() throws {
    let x = [[0.0, 1, 2, 3], [0, 1, 0, 1]]
    for unit in [1e200, 1e-200, .greatestFiniteMagnitude] {
      let data = try TensorData(coordinates: x, values: [1, -1, 0.5, 0.2].map { unit * $0 })
      #expect(throws: TensorError.self) { try FunctionalTensor().fit(data, seed: 1) }
      let constant = try TensorData(coordinates: x, values: x[0].map { _ in unit })
      let mean = try FunctionalTensor().fit(constant, seed: 1).predict([[0.5, 0]])[0].mean
      #expect(abs(mean - unit) < max(1e-3, 1e-10 * unit), "\(mean)")
    }
  }

  /// Coordinates that are 1e-12 apart count as equal ones do.
  @Test(arguments: forms, noises) func nearEqualCoordinates(form: TensorForm, noise: TensorNoise) throws {
    let data = try FunctionalTensorTests.wave(200, noise: 0.1, seed: 2).data
    let shifts = RandomKey(seed: 1).uniforms(3 * data.count)
    let columns = data.coordinates.enumerated().map { mode, column in
      column.indices.map { column[$0] + 1e-12 * shifts[3 * $0 + mode] }
    }
    let shifted = try TensorData(coordinates: columns, values: data.values)
    let (fit, other) = (
      try Self.model(form, noise).fit(data, seed: 1), try Self.model(form, noise).fit(shifted, seed: 1)
    )
    for (a, b) in zip(try fit.predict(Self.places), try other.predict(Self.places)) {
      #expect(abs(a.mean - b.mean) < 1e-4 && abs(a.standardDeviation - b.standardDeviation) < 1e-4)
    }
  }

  /// Coordinates that are far nearer to each other than to others, and still apart: nothing breaks, and the
  /// bound never falls.
  @Test(arguments: forms, MaternSmoothness.allCases) func crowdedCoordinates(
    form: TensorForm, smoothness: MaternSmoothness
  ) throws {
    let data = try FunctionalTensorTests.wave(200, noise: 0.1, seed: 2).data
    let shifts = RandomKey(seed: 1).uniforms(data.count)
    let crowded = try TensorData(
      coordinates: data.coordinates.map { column in column.indices.map { column[$0] + 1e-9 * shifts[$0] } },
      values: data.values)
    var model = Self.model(form, .gaussian)
    model.smoothness = smoothness
    let fit = try model.fit(crowded, seed: 1)
    for (before, after) in zip(fit.history, fit.history.dropFirst()) {
      #expect(after >= before - 1e-6 * abs(before))
    }
    let other = try model.fit(data, seed: 1)
    for (a, b) in zip(try fit.predict(Self.places), try other.predict(Self.places)) {
      #expect(abs(a.mean - b.mean) < 0.5 && a.standardDeviation.isFinite)
    }
  }

  /// Cells with two different values each, in any order.
  @Test(arguments: forms, noises) func duplicates(form: TensorForm, noise: TensorNoise) throws {
    let (data, truth) = try FunctionalTensorTests.wave(300, noise: 0.1, seed: 2)
    let errors = RandomKey(seed: 5).normals(300)
    let again = data.values.indices.map { i in truth(data.coordinates.map { $0[i] }) + 0.1 * errors[i] }
    let twice = try TensorData(coordinates: data.coordinates.map { $0 + $0 }, values: data.values + again)
    let fit = try Self.model(form, noise).fit(twice, seed: 1)
    let reversed = try TensorData(
      coordinates: twice.coordinates.map { $0.reversed() }, values: twice.values.reversed())
    let other = try Self.model(form, noise).fit(reversed, seed: 1)
    for (a, b) in zip(try fit.predict(Self.places), try other.predict(Self.places)) {
      #expect(abs(a.mean - b.mean) < 1e-3 && abs(a.standardDeviation - b.standardDeviation) < 1e-3)
    }
  }

  @Test(arguments: forms, noises) func oneEntry(form: TensorForm, noise: TensorNoise) throws {
    let fit = try Self.model(form, noise).fit(TensorData(coordinates: [[1], [2], [3]], values: [-4]), seed: 1)
    for prediction in try fit.predict([[1, 2, 3], [0, 0, 0], [1e9, 2, -1e9]]) {
      #expect(
        abs(prediction.mean + 4) < 1e-6 && prediction.standardDeviation > 0
          && prediction.standardDeviation.isFinite)
    }
  }

  /// A column that is the same everywhere is a mode of one point: the truth is found as without it.
  @Test(arguments: forms, noises) func constantColumns(form: TensorForm, noise: TensorNoise) throws {
    let x = RandomKey(seed: 4).uniforms(200)
    let errors = RandomKey(seed: 5).normals(200)
    let data = try TensorData(
      coordinates: [x, x.map { _ in 3 }, x.map { _ in -1e8 }],
      values: x.indices.map { sin(6 * x[$0]) + 0.1 * errors[$0] })
    let fit = try Self.model(form, noise).fit(data, seed: 1)
    for x in [0.1, 0.4, 0.7] {
      let prediction = try fit.predict([[x, 3, -1e8]])[0]
      #expect(abs(prediction.mean - sin(6 * x)) < 0.15, "\(x) \(prediction.mean)")
    }
    let flat = try Self.model(form, noise).fit(
      TensorData(coordinates: [x, x, x], values: x.map { _ in 7 }), seed: 1)
    #expect(abs(try flat.predict([[0.5, 0.5, 0.5]])[0].mean - 7) < 1e-6)
  }

  /// A range of a mode without any entry: predictions there have wider intervals than elsewhere, and cover.
  /// Seed 6.
  @Test(arguments: [TensorForm.cp(rank: 2), .tucker(ranks: [2, 2, 2])]) func missingSlabs(form: TensorForm)
    throws
  {
    let (data, truth) = try FunctionalTensorTests.wave(1_500, noise: 0.1, seed: 6)
    let seen = try TensorUpdateTests.part(data) {
      data.coordinates[0][$0] < 0.8 || data.coordinates[0][$0] > 1.2
    }
    let fit = try Self.model(form, .gaussian).fit(seen, seed: 1)
    let columns = (0..<2).map { RandomKey(seed: 7).child(UInt64($0)).uniforms(200).map { 1.9 * $0 } }
    var (covered, deviations, elsewhere) = (0, 0.0, 0.0)
    for i in 0..<200 {
      let (inside, outside) = ([1.0, columns[0][i], columns[1][i]], [0.4, columns[0][i], columns[1][i]])
      let predictions = try fit.predict([inside, outside])
      if predictions[0].interval(0.95).contains(truth(inside)) { covered += 1 }
      deviations += predictions[0].standardDeviation
      elsewhere += predictions[1].standardDeviation
    }
    #expect(deviations > 1.1 * elsewhere, "\(deviations / elsewhere)")
    #expect(covered > 170, "\(covered)")
  }
}
