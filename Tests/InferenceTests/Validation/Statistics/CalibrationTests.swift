import Foundation
import Inference
import NumericCore
import Testing

/// Where a hypothesis holds its p-values are uniform: 1000 sets of data each, 20 cells at a level of 1e-5.
/// Where it is broken it is rejected. Seed 12.
@Suite struct CalibrationTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// A test of data that are shifted by so many standard deviations from what the hypothesis says.
    let test: @Sendable (RandomKey, _ shift: Double) throws -> StatisticalTest

    init(_ name: String, _ test: @escaping @Sendable (RandomKey, Double) throws -> StatisticalTest) {
      (testDescription, self.test) = (name, test)
    }
  }

  private static func normals(_ key: RandomKey, _ count: Int, _ shift: Double = 0) -> [Double] {
    key.normals(count).map { $0 + shift }
  }

  /// An autoregression with coefficient 0.6, whose law at each time is standard normal.
  private static func chain(_ key: RandomKey, _ count: Int, _ shift: Double) -> [Double] {
    let noise = key.normals(count)
    var x = noise[0]
    return noise.map { e in
      defer { x = 0.6 * x + 0.8 * e }
      return x + shift
    }
  }

  /// Ranks of numbers among 99 others.
  private static func ranks(_ key: RandomKey, _ shift: Double) -> [Int] {
    normals(key, 300, shift).map { min(Int(normalCDF($0) * 100), 99) }
  }

  private static func cells(_ x: [Double]) -> [Int] {
    x.reduce(into: Array(repeating: 0, count: 10)) { $0[min(Int(normalCDF($1) * 10), 9)] += 1 }
  }

  static let continuous = [
    Row("mean") { try .mean(of: normals($0, 200, $1), equals: 0) },
    Row("two means") {
      try .means(of: normals($0.child(1), 150, $1), and: normals($0.child(2), 400).map { 2 * $0 })
    },
    Row("mean of chains") { key, shift in
      try .mean(ofChains: (0..<4).map { chain(key.child($0), 500, shift) }, equals: 0)
    },
    Row("draws and chains") { key, shift in
      try .means(
        of: normals(key.child(9), 500, shift), andChains: (0..<4).map { chain(key.child($0), 500, 0) })
    },
    Row("chi-squared") {
      try .chiSquared(counts: cells(normals($0, 1000, $1)), probabilities: Array(repeating: 0.1, count: 10))
    },
    Row("homogeneity") {
      try .homogeneity(counts: [cells(normals($0.child(1), 800, $1)), cells(normals($0.child(2), 1000))])
    },
    Row("Kolmogorov-Smirnov, 50") { try .kolmogorovSmirnov(normals($0, 50, $1), cdf: normalCDF) },
    Row("Kolmogorov-Smirnov, 500") { try .kolmogorovSmirnov(normals($0, 500, $1), cdf: normalCDF) },
    Row("uniformity") {
      try .uniformity(ofPValues: normals($0, 100, $1).map { normalCDF($0) })
    },
    Row("two-sample Kolmogorov-Smirnov") {
      try .kolmogorovSmirnov(normals($0.child(1), 397, $1), normals($0.child(2), 401))
    },
    Row("two-sample Kolmogorov-Smirnov, large") {
      try .kolmogorovSmirnov(normals($0.child(1), 3203, $1), normals($0.child(2), 3209))
    },
    Row("ranks by bins") { try .ranks(ranks($0, $1), largest: 99, bins: 20) },
  ]

  /// Their p-values are discrete: P(p <= a) <= a is all that is exact.
  static let discrete = [
    Row("distribution of ranks") { try .rankDistribution(ranks($0, $1), largest: 99) },
    Row("two-sample Kolmogorov-Smirnov with ties") { key, shift in
      try .kolmogorovSmirnov(
        normals(key.child(1), 300, shift).map { $0.rounded() },
        normals(key.child(2), 240).map { $0.rounded() })
    },
    Row("binomial") { key, shift in
      let successes = normals(key, 300, shift).filter { $0 > 0 }.count
      return try .binomial(successes: successes, trials: 300, probability: 0.5)
    },
  ]

  private func pValues(_ row: Row, _ shift: Double, _ count: Int) throws -> [Double] {
    let key = RandomKey(seed: 12).child(row.testDescription)
    return try (0..<count).map { try row.test(key.child(UInt64($0)), shift).pValue }
  }

  @Test(arguments: continuous) func pValuesAreUniform(_ row: Row) throws {
    var counts = Array(repeating: 0, count: 20)
    for p in try pValues(row, 0, 1000) { counts[min(Int(p * 20), 19)] += 1 }
    let test = try StatisticalTest.chiSquared(counts: counts, probabilities: Array(repeating: 0.05, count: 20))
    #expect(!test.isRejected(at: 1e-5), "\(test): \(counts)")
  }

  @Test(arguments: discrete) func pValuesAreNotTooSmall(_ row: Row) throws {
    let p = try pValues(row, 0, 1000)
    for level in [0.01, 0.05, 0.2, 0.5] {
      let rejected = p.filter { $0 <= level }.count
      let test = try StatisticalTest.binomial(successes: rejected, trials: 1000, probability: level, tail: .upper)
      #expect(!test.isRejected(at: 1e-5), "\(test)")
    }
    // nor far too large
    #expect(p.filter { $0 <= 0.2 }.count > 80)
  }

  /// A shift by one standard deviation is seen each time.
  @Test(arguments: continuous + discrete) func shiftsAreSeen(_ row: Row) throws {
    #expect(try pValues(row, 1, 20).allSatisfy { $0 < 0.01 })
  }
}
