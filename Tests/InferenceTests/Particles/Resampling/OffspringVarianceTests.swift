import Foundation
import Inference
import NumericCore
import Testing

/// Var[sum over the offspring of f(ancestor)] of stratified resampling is not above that of multinomial
/// resampling (Douc, Cappé and Moulines 2005): by exact formulas, and those by draws. Seed 8.
@Suite struct OffspringVarianceTests {
  private static let key = RandomKey(seed: 8)

  /// M (sum W f^2 - (sum W f)^2).
  private static func multinomial(_ shares: [Double], _ f: [Double]) -> Double {
    let count = shares.reduce(0, +)
    let mean = zip(shares, f).reduce(0) { $0 + $1.0 * $1.1 } / count
    return zip(shares, f).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
  }

  /// The sum over the strata of the variance of f at a uniform point.
  private static func stratified(_ shares: [Double], _ f: [Double]) -> Double {
    ExactOffspring.strata(shares).reduce(0) { sum, part in
      let mean = zip(part, f).reduce(0) { $0 + $1.0 * $1.1 }
      return sum + zip(part, f).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    }
  }

  private static func population(_ number: UInt64) -> (shares: [Double], f: [Double]) {
    let key = key.child(number)
    let weights = key.child("weights").uniforms(20).map { -log($0) }
    let total = weights.reduce(0, +)
    return (weights.map { 20 * $0 / total }, key.child("values").normals(20))
  }

  @Test func stratifiedIsNotAboveMultinomial() {
    for number in 0..<500 {
      let (shares, f) = Self.population(UInt64(number))
      #expect(Self.stratified(shares, f) <= Self.multinomial(shares, f))
    }
  }

  /// The squared deviation from the exact mean has the exact variance for a mean: z-tests, 20,000 draws each.
  @Test func drawsHaveTheExactVariances() throws {
    var family = try TestFamily()
    for number in 0..<5 {
      let (shares, f) = Self.population(UInt64(number))
      let mean = zip(shares, f).reduce(0) { $0 + $1.0 * $1.1 }
      let schemes: [(any ResamplingScheme, Double)] = [
        (.multinomial, Self.multinomial(shares, f)), (.stratified, Self.stratified(shares, f)),
      ]
      for (scheme, variance) in schemes {
        var (sums, squares): ([Double], [Double]) = ([], [])
        for repetition in 0..<20_000 {
          let key = Self.key.child("draws").child(UInt64(number)).child(UInt64(repetition))
          let ancestors = try scheme.ancestors(weights: shares, count: 20, key: key)
          let sum = ancestors.reduce(0) { $0 + f[$1] }
          sums.append(sum)
          squares.append((sum - mean) * (sum - mean))
        }
        family.add(try .mean(of: sums, equals: mean), named: "mean of \(scheme), \(number)")
        family.add(try .mean(of: squares, equals: variance), named: "variance of \(scheme), \(number)")
      }
    }
    #expect(family.passes, "\(family)")
  }
}
