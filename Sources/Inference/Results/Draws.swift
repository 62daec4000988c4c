import PPL

/// What a run returns: named values, chain after chain.
public struct Draws: Sendable {
  public let variables: [Variable]
  /// The number of draws of each chain. Chains differ where a run was cancelled.
  public let counts: [Int]
  /// For each element of each variable, in order, its draws, chain after chain.
  private let columns: [[Double]]
  private let firstColumn: [String: Int]

  /// - Parameter columns: for each element of each variable the draws of all chains, one after the other.
  public init(_ values: VariableColumns, counts: [Int]) {
    let total = counts.reduce(0, +)
    precondition(values.columns.allSatisfy { $0.count == total }, "columns of \(total) draws expected")
    (variables, self.counts, columns) = (values.variables, counts, values.columns)
    var first: [String: Int] = [:]
    var column = 0
    for variable in variables {
      first[variable.name] = column
      column += variable.shape.count
    }
    firstColumn = first
  }

  public var chains: Int { counts.count }
  /// The number of draws of all chains together.
  public var count: Int { counts.reduce(0, +) }

  /// The scalar columns: "mu", "theta[1]", "Sigma[2,1]" (from 1, column-major).
  public var scalarNames: [String] {
    variables.flatMap { variable in variable.elementNames }
  }

  /// The draws of each scalar column, all chains together.
  public var scalarColumns: [[Double]] { columns }

  /// The draws of one element of a variable, all chains together.
  ///
  /// - Throws: `InferenceError.unknownVariable`.
  public func values(of name: String, element: Int = 0) throws(InferenceError) -> [Double] {
    guard let first = firstColumn[name], let variable = variables.first(where: { $0.name == name }),
      element >= 0, element < variable.shape.count
    else { throw .unknownVariable(element == 0 ? name : "\(name)[\(element + 1)]", known: variables.map(\.name)) }
    return columns[first + element]
  }

  /// A column split into its chains.
  public func chainwise(_ column: [Double]) -> [[Double]] {
    var first = 0
    return counts.map { count in
      defer { first += count }
      return Array(column[first..<(first + count)])
    }
  }

  /// The variables with their columns, as the model layer takes them.
  public var asColumns: VariableColumns { VariableColumns(variables: variables, columns: columns) }
}

extension Variable {
  /// The names of the elements: counted from 1, in column-major order.
  public var elementNames: [String] {
    switch shape {
    case .scalar: [name]
    case .vector(let n): n == 0 ? [] : (1...n).map { "\(name)[\($0)]" }
    case .matrix(let rows, let columns):
      (0..<columns).flatMap { j in (0..<rows).map { i in "\(name)[\(i + 1),\(j + 1)]" } }
    }
  }
}
