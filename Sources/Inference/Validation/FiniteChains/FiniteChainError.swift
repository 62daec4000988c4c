/// What keeps numbers from being a measure or a Markov kernel on finitely many states.
public enum FiniteChainError: Error, Equatable, Sendable, CustomStringConvertible {
  case noStates
  case duplicateState(String)
  case unknownState(String)
  case invalidMass(state: String, value: Double)
  /// The measure cannot be normalised.
  case zeroMass
  case wrongShape(rows: Int, columns: Int, expected: Int)
  case invalidProbability(from: String, to: String, value: Double)
  case wrongRowSum(from: String, sum: Double)
  case differentStates
  /// There is more than one law that the kernel leaves as it is, or none that it reaches from everywhere.
  case reducible(classes: Int)
  case wrongWeights([Double])

  public var description: String {
    switch self {
    case .noStates: "there are no states, expected at least one"
    case .duplicateState(let state): "state \(state) occurs twice"
    case .unknownState(let state): "\(state) is none of the states"
    case .invalidMass(let state, let value): "the mass of \(state) is \(value), expected a finite number >= 0"
    case .zeroMass: "the measure has mass 0"
    case .wrongShape(let rows, let columns, let expected):
      "a \(rows) x \(columns) matrix, expected \(expected) x \(expected): a row and a column for each state"
    case .invalidProbability(let from, let to, let value):
      "the probability of going from \(from) to \(to) is \(value), expected from 0 to 1"
    case .wrongRowSum(let from, let sum): "the probabilities from \(from) sum to \(sum), expected 1"
    case .differentStates: "the kernels do not have the same states in the same order"
    case .reducible(let classes): "there are \(classes) classes of states that communicate, expected 1"
    case .wrongWeights(let weights): "weights \(weights), expected one for each kernel, not negative, of sum 1"
    }
  }
}
