/// What keeps an inference from running.
public enum InferenceError: Error, Equatable, Sendable, CustomStringConvertible {
  case invalidSetting(name: String, value: Double, expected: String)
  case invalidStart(chain: Int, logDensity: Double)
  case wrongStartCount(count: Int, expected: Int)
  case unknownVariable(String, known: [String])
  case noDraws
  /// A proposal that has no reverse, so that no Metropolis-Hastings ratio is known.
  case irreversibleProposal(String, reason: String)

  public var description: String {
    switch self {
    case .invalidSetting(let name, let value, let expected): "\(name) = \(value), expected \(expected)"
    case .invalidStart(let chain, let logDensity):
      "chain \(chain + 1): the log density at the start is \(logDensity), or its gradient is not finite"
    case .wrongStartCount(let count, let expected): "\(count) starts, expected \(expected)"
    case .unknownVariable(let name, let known):
      "there is no variable `\(name)`; there are \(known.map { "`\($0)`" }.joined(separator: ", "))"
    case .irreversibleProposal(let name, let reason): "the proposal `\(name)` cannot be reversed: \(reason)"
    case .noDraws: "the run was cancelled before its first draw"
    }
  }
}
