/// What keeps columns of numbers from being draws.
public enum DrawsError: Error, Equatable, Sendable, CustomStringConvertible {
  case duplicateName(String)
  case negativeCount(Int, chain: Int)
  case wrongColumnCount(Int, expected: Int)
  /// A column has not as many numbers as the chains have draws.
  case wrongLength(column: String, count: Int, expected: Int)
  /// Two parts of one result do not speak of the same chains.
  case differentCounts([Int], expected: [Int])

  public var description: String {
    switch self {
    case .duplicateName(let name): "two variables are called `\(name)`"
    case .negativeCount(let count, let chain): "chain \(chain + 1) has \(count) draws, expected 0 or more"
    case .wrongColumnCount(let count, let expected):
      "\(count) columns, expected \(expected): one for each element of each variable"
    case .wrongLength(let column, let count, let expected):
      "\(column) has \(count) numbers, expected \(expected): one for each draw of each chain"
    case .differentCounts(let counts, let expected):
      "the chains have \(counts) draws, expected \(expected)"
    }
  }
}
