/// The most chains, and the most draws, iterations of warm-up, or iterations for a draw, of a run: arbitrary, above
/// what any machine can do, and such that all iterations can be counted.
let (mostChains, mostIterations) = (1_000_000, Int(Int32.max))

/// Throws where a setting is not one of these counts.
func checkCount(
  _ name: String, _ value: Int, from least: Int = 1, to most: Int = .max
) throws(InferenceError) {
  guard value >= least else { throw .invalidSetting(name: name, value: Double(value), expected: ">= \(least)") }
  guard value <= most else { throw .invalidSetting(name: name, value: Double(value), expected: "at most \(most)") }
}

/// Throws where there cannot be so many chains.
func checkChainCount(_ chains: Int) throws(InferenceError) { try checkCount("chains", chains, to: mostChains) }
