import Foundation
import GP
import NumericCore
import Testing

/// Functions on a circle against dense Gaussian processes with the same covariance, and in fits.
@Suite struct CircularFunctionsTests {
  static let period = 5.0

  /// The covariance of a component, from the sum of cosines.
  static func covariance(_ own: CircularFunctions, _ a: Int, harmonics: Int, _ distance: Double) -> Double {
    let (nu, l) = (own.smoothness.rawValue, own.lengthScales[a])
    func spectrum(_ k: Int) -> Double {
      pow(2 * nu / (l * l) + pow(2 * .pi * Double(k) / period, 2), -nu - 0.5)
    }
    var (sum, total) = (spectrum(0), spectrum(0))
    for k in 1...harmonics {
      sum += 2 * spectrum(k) * cos(2 * .pi * Double(k) * distance / period)
      total += 2 * spectrum(k)
    }
    return own.variances[a] * sum / total
  }

  static func functions(_ smoothness: MaternSmoothness) -> CircularFunctions {
    let points = [0, 0.4, 1.1, 2.5, 2.6, 4.9]
    let own = CircularFunctions(points, components: 2, smoothness: smoothness, period: period, lengthScale: 1)
    (own.lengthScales, own.variances) = ([0.8, 2], [1.5, 0.4])
    let draws = RandomKey(seed: 4).normals(6 * 6)
    for j in 0..<6 {
      let d = (0..<6).map { draws[6 * j + $0] }
      own.precision[4 * j] = d[0] * d[0] + d[1] * d[1] + 0.1
      own.precision[4 * j + 1] = d[0] * d[2] + d[1] * d[3]
      own.precision[4 * j + 2] = own.precision[4 * j + 1]
      own.precision[4 * j + 3] = d[2] * d[2] + d[3] * d[3] + 0.1
      (own.linear[2 * j], own.linear[2 * j + 1]) = (d[4], d[5])
    }
    return own
  }

  /// Posterior and log Z of f ~ N(0, K) with the messages W, h: K - K (K + W^-1)^-1 K, and (h . S h - log |K
  /// + W^-1| - log |W|) / 2; other points by K_*f (K + W^-1)^-1. Order [point][component].
  @Test(arguments: MaternSmoothness.allCases) func isTheDensePosterior(smoothness: MaternSmoothness) throws {
    let own = Self.functions(smoothness)
    let logMass = own.takeMessages()
    own.writePosterior()
    func prior(_ x: [Double], _ y: [Double]) -> Matrix {
      var k = Matrix(rows: 2 * x.count, columns: 2 * y.count)
      for i in x.indices {
        for j in y.indices {
          for a in 0..<2 { k[2 * i + a, 2 * j + a] = Self.covariance(own, a, harmonics: 6, x[i] - y[j]) }
        }
      }
      return k
    }
    let n = 2 * own.points.count
    let k = prior(own.points, own.points)
    var (messages, noisy) = (Matrix(rows: n, columns: n), k)
    for j in own.points.indices {
      let w = (0..<4).map { own.precision[4 * j + $0] }
      let determinant = w[0] * w[3] - w[1] * w[2]
      for (i, x) in [w[3], -w[1], -w[2], w[0]].enumerated() {
        messages[2 * j + i / 2, 2 * j + i % 2] = w[i]
        noisy[2 * j + i / 2, 2 * j + i % 2] += x / determinant
      }
    }
    let (factor, h) = (try Cholesky(noisy), (0..<n).map { own.linear[$0] })
    let places = own.points + [3.3, -7.2, 1e3]
    let cross = prior(places, own.points)
    let (before, gain) = (prior(places, places), cross * factor.solve(prior(own.points, places)))
    // The mean is K_*f (1 - (K + W^-1)^-1 K) h.
    let rest = zip(h, factor.solve(k * h)).map { $0 - $1 }
    let mean = cross * rest
    var evidence = -factor.logDeterminant - (try Cholesky(messages).logDeterminant)
    for i in 0..<n { evidence += h[i] * mean[i] }
    #expect(abs(logMass - 0.5 * evidence) < 1e-9, "\(logMass) \(0.5 * evidence)")
    for (p, x) in places.enumerated() {
      let found = own.predict(at: x)
      for a in 0..<2 {
        #expect(abs(found.mean[a] - mean[2 * p + a]) < 1e-9)
        for b in 0..<2 {
          let (row, column) = (2 * p + a, 2 * p + b)
          #expect(abs(found.covariance[2 * a + b] - before[row, column] + gain[row, column]) < 1e-9)
        }
      }
    }
    for j in own.points.indices {
      let found = own.predict(at: own.points[j])
      for a in 0..<2 { #expect(own.means[2 * j + a] == found.mean[a]) }
      for i in 0..<4 { #expect(own.covariances[4 * j + i] == found.covariance[i]) }
    }
  }

  /// By central differences.
  @Test(arguments: MaternSmoothness.allCases) func gradients(smoothness: MaternSmoothness) {
    let own = Self.functions(smoothness)
    _ = own.takeMessages()
    var gradient = Array(repeating: 0.0, count: 4)
    own.writeGradient(to: &gradient)
    for i in 0..<4 {
      let values = [-1e-5, 1e-5].map { step in
        let other = Self.functions(smoothness)
        if i < 2 { other.lengthScales[i] *= exp(step) } else { other.variances[i - 2] *= exp(step) }
        return other.takeMessages()
      }
      #expect(abs(gradient[i] - (values[1] - values[0]) / 2e-5) < 1e-6, "\(i)")
    }
  }

  /// Hours and days: the height of a daily course drifts. None of the hours between 22.5 and 1.5 is seen, in
  /// which the course is as it is on both sides; predictions repeat with the day, the bound never falls,
  /// updates go on.
  @Test(arguments: [TensorForm.cp(rank: 2), .tucker(ranks: [2, 2])]) func daysAndHours(form: TensorForm) throws
  {
    let truth = { (hour: Double, day: Double) -> Double in
      (1 + 0.5 * sin(day / 8)) * cos(2 * .pi * (hour - 3) / 24) + 0.4 * sin(2 * .pi * hour / 12)
    }
    let key = RandomKey(seed: 3)
    let (hours, days) = (key.child(1).uniforms(900).map { 1.5 + 21 * $0 }, key.child(2).uniforms(900))
    let errors = key.child(3).normals(900)
    func data(_ range: Range<Int>) throws -> TensorData {
      let day = range.map { (days[$0] * 60).rounded(.down) }
      // Some are given as hours since the first day.
      let hour = range.map { hours[$0] + 24 * Double($0 % 3 - 1) }
      return try TensorData(
        coordinates: [hour, day],
        values: range.map { truth(hours[$0], (days[$0] * 60).rounded(.down)) + 0.1 * errors[$0] },
        kinds: [.periodic(24), .continuous])
    }
    var model = FunctionalTensor(form, smoothness: .threeHalves)
    (model.starts, model.entriesKept) = (2, 0)
    var fit = try model.fit(data(0..<700), seed: 1)
    for (before, after) in zip(fit.history, fit.history.dropFirst()) {
      #expect(after >= before - 1e-7 * abs(before))
    }
    try fit.update(with: data(700..<900))
    var squares = 0.0
    for hour in [23, 0, 0.7, 5.25, 13, 20] {
      for day in [3.0, 17.5, 44] {
        let prediction = try fit.predict([[hour, day], [hour + 24, day], [hour - 240, day]])
        squares += pow(prediction[0].mean - truth(hour, day), 2)
        #expect(abs(prediction[0].mean - prediction[1].mean) < 1e-9)
        #expect(abs(prediction[0].standardDeviation - prediction[2].standardDeviation) < 1e-9)
      }
    }
    #expect((squares / 18).squareRoot() < 0.1, "\((squares / 18).squareRoot())")
    for period in [0, -1, Double.nan, .infinity] {
      #expect(throws: TensorError.self) {
        _ = try TensorData(coordinates: [[1], [2]], values: [1], kinds: [.periodic(period), .continuous])
      }
    }
  }
}
