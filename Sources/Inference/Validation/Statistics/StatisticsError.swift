/// What keeps data from being tested.
public enum StatisticsError: Error, Equatable, Sendable, CustomStringConvertible {
  case tooFew(of: String, Int, expected: Int)
  case notFinite(String, index: Int, value: Double)
  case invalidParameter(name: String, value: Double, expected: String)
  case wrongCount(of: String, Int, expected: Int)

  public var description: String {
    switch self {
    case .tooFew(let what, let count, let expected): "\(count) \(what), expected at least \(expected)"
    case .notFinite(let what, let index, let value): "\(what)[\(index)] = \(value), expected a finite number"
    case .invalidParameter(let name, let value, let expected): "\(name) = \(value), expected \(expected)"
    case .wrongCount(let what, let count, let expected): "\(count) \(what), expected \(expected)"
    }
  }
}

/// Throws unless there are enough numbers, all finite.
func requireFinite(_ x: [Double], _ what: String, atLeast count: Int) throws(StatisticsError) {
  guard x.count >= count else { throw .tooFew(of: what, x.count, expected: count) }
  for (index, value) in x.enumerated() where !value.isFinite {
    throw .notFinite(what, index: index, value: value)
  }
}

/// Throws unless a parameter is in its range.
func require(
  _ isValid: Bool, _ name: String, _ value: Double, _ expected: String
) throws(StatisticsError) {
  guard isValid else { throw .invalidParameter(name: name, value: value, expected: expected) }
}
