/// One thing that is wrong with the draws of a run; its description says what to do about it.
public enum SamplingWarning: Sendable, Equatable, CustomStringConvertible {
  case cancelled(draws: Int)
  case divergences(Int, of: Int)
  case deepTrees(Int, of: Int, maximum: Int)
  case slowEnergies(lowest: Double, chains: Int, of: Int)
  case tooShort(draws: Int)
  case notFinite(columns: [String])
  case chainsDisagree(columns: [String], worst: Double)
  case fewEffectiveDraws(columns: [String], lowest: Double, expected: Double)

  public var description: String {
    switch self {
    case .cancelled(let draws): "the run was cancelled: \(draws) draws were kept"
    case .divergences(let count, let all):
      "\(count) of \(all) transitions diverged: the draws may miss a part of the posterior. "
        + "Raise targetAcceptance (to 0.95, say), or write the model with non-centred latents."
    case .deepTrees(let count, let all, let maximum):
      "\(count) of \(all) trajectories reached the maximum depth of \(maximum): the draws are right but "
        + "costly. Scale the predictors, try a dense metric, or raise maximumTreeDepth."
    case .slowEnergies(let lowest, let chains, let all):
      "E-BFMI is \(Self.rounded(lowest)) in \(chains) of \(all) chains, expected "
        + "\(SamplingReport.smallestEnergyBFMI) or more: the tails are explored slowly. "
        + "Write the model with other latents."
    case .tooShort(let draws):
      "the shortest chain has \(draws) draws, expected 4 or more: there are no diagnostics. Run longer."
    case .notFinite(let columns):
      "\(Self.listed(columns)): some draws are not finite numbers. Look for an overflow, or a logarithm of "
        + "zero, in what the model computes."
    case .chainsDisagree(let columns, let worst):
      "R-hat exceeds \(SamplingReport.largestRHat) for \(Self.listed(columns)) (the largest is "
        + "\(Self.rounded(worst))): the chains disagree. Run longer; if that does not help, look for several "
        + "modes, or for latents that the data do not tell apart."
    case .fewEffectiveDraws(let columns, let lowest, let expected):
      "the effective sample size is below \(Int(expected)) for \(Self.listed(columns)) (the smallest is "
        + "\(Int(lowest))): run longer."
    }
  }

  private static func rounded(_ x: Double) -> Double { (x * 1000).rounded() / 1000 }

  private static func listed(_ names: [String]) -> String {
    names.count <= 5
      ? names.joined(separator: ", ")
      : names.prefix(5).joined(separator: ", ") + " and \(names.count - 5) more"
  }
}
