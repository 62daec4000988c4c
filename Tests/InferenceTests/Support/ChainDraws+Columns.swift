import Inference
import NumericCore

extension [ChainDraws] {
  /// A function of each draw, chain by chain.
  func values(_ f: (ArraySlice<Double>) -> Double) -> [[Double]] {
    map { chain in
      let dimension = chain.positions.count / Swift.max(chain.count, 1)
      return (0..<chain.count).map { f(chain.positions[($0 * dimension)..<(($0 + 1) * dimension)]) }
    }
  }

  /// One coordinate, chain by chain.
  func values(of coordinate: Int) -> [[Double]] { values { $0[$0.startIndex + coordinate] } }
}

/// How far the mean of correlated draws is from the expectation, in Monte Carlo standard errors.
func score(_ chains: [[Double]], expected: Double) -> Double {
  let mean = chains.joined().reduce(0, +) / Double(chains.joined().count)
  return (mean - expected) / Diagnostics.meanMCSE(chains)
}

/// How far the mean of independent draws is from zero, in standard errors.
func score(_ independent: [Double]) -> Double {
  let count = Double(independent.count)
  return independent.reduce(0, +) / count / Diagnostics.standardDeviation(independent) * count.squareRoot()
}

/// Uniform starts between -2 and 2.
func uniformStarts(_ chains: Int, dimension: Int, seed: UInt64) -> [[Double]] {
  var stream = RandomStream(RandomKey(seed: seed))
  return (0..<chains).map { _ in (0..<dimension).map { _ in Double.random(in: -2...2, using: &stream) } }
}
