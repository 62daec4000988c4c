/// Knuth's linear congruential generator of 64 bits: the draws of Tests/Oracles/diagnostics.py, bit by bit.
struct OracleNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func uniform() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-53
  }

  mutating func normal() -> Double {
    var total = 0.0
    for _ in 0..<12 { total += uniform() }
    return total - 6
  }
}

/// The draws of a case of Tests/Oracles/diagnostics.py, chain by chain.
func oracleDraws(_ name: String, chains: Int, draws: Int) -> [[Double]] {
  var numbers = OracleNumbers(seed: name.utf8.reduce(0) { $0 + UInt64($1) })
  return (0..<chains).map { chain in
    var x = 0.0
    return (0..<draws).map { _ in
      x = next(name, &numbers, chain: Double(chain), x)
      return x
    }
  }
}

private func next(_ name: String, _ r: inout OracleNumbers, chain: Double, _ x: Double) -> Double {
  switch name {
  case "correlated": 0.9 * x + r.normal()
  case "slow": 0.99 * x + r.normal()
  case "antithetic": -0.7 * x + r.normal()
  case "heavy tails": r.normal() / r.normal()
  case "other means": r.normal() + 0.5 * chain
  case "other scales": r.normal() * (chain + 1)
  case "one chain stuck": chain == 0 ? 0.25 : r.normal()
  case "all chains stuck": chain
  case "constant": 3.5
  case "odd", "seven draws": 0.5 * x + r.normal()
  case "ties": (5 * r.uniform()).rounded(.down)
  case "rare": r.uniform() < 0.02 ? 1 : 0
  case "signs": r.uniform() < 0.5 ? 1 : -1
  case "one chain": 0.7 * x + r.normal()
  case "far away": 1e6 + 1e-3 * r.normal()
  case "large": 1e100 * r.normal()
  case "two chains": 0.3 * x + r.normal()
  default: r.normal()
  }
}
