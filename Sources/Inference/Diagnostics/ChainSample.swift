/// The draws of one number by chains of one length, chain after chain.
struct ChainSample {
  var values: [Double]
  let chains: Int
  let draws: Int

  /// Chains cut to the shortest one; those without a draw are left out. Nil where a chain has fewer than 4
  /// draws, or a draw is not finite: nothing can be said then.
  init?(_ chains: [[Double]]) {
    let chains = chains.filter { !$0.isEmpty }
    guard let draws = chains.map(\.count).min(), draws >= 4 else { return nil }
    guard chains.allSatisfy({ $0.prefix(draws).allSatisfy(\.isFinite) }) else { return nil }
    self.init(values: chains.flatMap { $0.prefix(draws) }, chains: chains.count, draws: draws)
  }

  private init(values: [Double], chains: Int, draws: Int) {
    (self.values, self.chains, self.draws) = (values, chains, draws)
  }

  /// Each chain's first and last half as chains of their own; the middle draw of an odd number is left out.
  var split: ChainSample {
    let half = draws / 2
    var result: [Double] = []
    result.reserveCapacity(2 * half * chains)
    for chain in 0..<chains {
      result.append(contentsOf: self[chain].prefix(half))
      result.append(contentsOf: self[chain].suffix(half))
    }
    return ChainSample(values: result, chains: 2 * chains, draws: half)
  }

  func map(_ transform: (Double) -> Double) -> ChainSample {
    ChainSample(values: values.map(transform), chains: chains, draws: draws)
  }

  func with(_ values: [Double]) -> ChainSample { ChainSample(values: values, chains: chains, draws: draws) }

  /// The draws of one chain.
  subscript(chain: Int) -> ArraySlice<Double> { values[(chain * draws)..<((chain + 1) * draws)] }

  /// The mean of each chain.
  var means: [Double] { (0..<chains).map { self[$0].mean } }

  /// The variance of each chain, with n - 1.
  var variances: [Double] { (0..<chains).map { self[$0].variance } }

  /// All draws are one number, but for rounding: then nothing moves that could be correlated.
  var isConstant: Bool {
    guard let low = values.min(), let high = values.max() else { return true }
    // A few units in the last place of numbers near 1, as ArviZ has it, but relative: a unit of measurement
    // must not matter.
    return high - low <= 1e-15 * max(abs(low), abs(high))
  }
}
