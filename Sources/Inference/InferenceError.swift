/// What keeps an inference from running.
public enum InferenceError: Error, Equatable, Sendable, CustomStringConvertible {
  case invalidSetting(name: String, value: Double, expected: String)
  case invalidStart(chain: Int, logDensity: Double)
  case wrongStartCount(count: Int, expected: Int)
  case unknownVariable(String, known: [String])
  case noDraws
  /// A proposal that has no reverse, so that no Metropolis-Hastings ratio is known.
  case irreversibleProposal(String, reason: String)
  /// A kernel needs the gradient of a density that has none.
  case noGradient
  /// The likelihood is so steep that no inverse temperature can be told from the last one.
  case temperingStalled(inverseTemperature: Double)

  public var description: String {
    switch self {
    case .invalidSetting(let name, let value, let expected): "\(name) = \(value), expected \(expected)"
    case .invalidStart(let chain, let logDensity):
      "chain \(chain + 1): the log density at the start is \(logDensity), or its gradient is not finite"
    case .wrongStartCount(let count, let expected): "\(count) starts, expected \(expected)"
    case .unknownVariable(let name, let known):
      "there is no variable `\(name)`; there are \(known.map { "`\($0)`" }.joined(separator: ", "))"
    case .irreversibleProposal(let name, let reason): "the proposal `\(name)` cannot be reversed: \(reason)"
    case .noGradient: "the kernel needs gradients: expected a DifferentiableLogDensity"
    case .temperingStalled(let beta):
      "tempering came no further than the inverse temperature \(beta), expected 1: the log likelihood differs by more than "
        + "numbers can tell; rescale it, or give a fixed schedule"
    case .noDraws: "the run was cancelled before its first draw"
    }
  }
}
