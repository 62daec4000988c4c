import PPL

/// What a run returns: named values, chain after chain.
///
/// A column holds the draws of one element of a variable: those of the first chain, then those of the second,
/// and so on. Chains may have different lengths, where a run was cancelled; diagnostics use the length they
/// have in common.
public struct Draws: Sendable {
  public let variables: [Variable]
  /// The number of draws of each chain.
  public let counts: [Int]
  /// The scalar columns: "mu", "theta[1]", "Sigma[2,1]" (from 1, column-major).
  public let scalarNames: [String]
  /// The draws of each scalar column, all chains together.
  public let scalarColumns: [[Double]]
  private let firstColumn: [String: Int]
  private let columnOfElement: [String: Int]

  /// - Parameters:
  ///   - values: for each element of each variable the draws of all chains, one after the other.
  ///   - counts: the number of draws of each chain.
  /// - Throws: `DrawsError` where the columns do not fit the variables' shapes or the chains, or two
  ///   variables share a name.
  public init(_ values: VariableColumns, counts: [Int]) throws(DrawsError) {
    for (chain, count) in counts.enumerated() where count < 0 { throw .negativeCount(count, chain: chain) }
    let (names, total) = (values.variables.flatMap(\.elementNames), counts.reduce(0, +))
    guard values.columns.count == names.count else {
      throw .wrongColumnCount(values.columns.count, expected: names.count)
    }
    for (name, column) in zip(names, values.columns) where column.count != total {
      throw .wrongLength(column: name, count: column.count, expected: total)
    }
    var first: [String: Int] = [:]
    var column = 0
    for variable in values.variables {
      guard first.updateValue(column, forKey: variable.name) == nil else {
        throw .duplicateName(variable.name)
      }
      column += variable.shape.count
    }
    (variables, self.counts, scalarNames) = (values.variables, counts, names)
    (scalarColumns, firstColumn) = (values.columns, first)
    columnOfElement = Dictionary(zip(names, names.indices)) { first, _ in first }
  }

  public var chains: Int { counts.count }
  /// The number of draws of all chains together.
  public var count: Int { counts.reduce(0, +) }

  /// The draws of one element of a variable, all chains together: `values(of: "theta", element: 2)`, or by
  /// its own name, `values(of: "theta[3]")`.
  ///
  /// - Throws: `InferenceError.unknownVariable`, which lists what there is, the nearest names first.
  public func values(of name: String, element: Int = 0) throws(InferenceError) -> [Double] {
    if let variable = variables.first(where: { $0.name == name }), let first = firstColumn[name] {
      guard element >= 0, element < variable.shape.count else {
        throw .unknownVariable("\(name)[\(element + 1)]", known: variable.elementNames)
      }
      return scalarColumns[first + element]
    }
    guard element == 0, let column = columnOfElement[name] else {
      throw .unknownVariable(name, known: variables.map(\.name).nearest(to: name))
    }
    return scalarColumns[column]
  }

  /// The draws of a scalar column chain by chain, as `Diagnostics` takes them.
  ///
  /// - Throws: `InferenceError.unknownVariable`.
  public func chains(of name: String, element: Int = 0) throws(InferenceError) -> [[Double]] {
    chainwise(try values(of: name, element: element))
  }

  /// A column split into its chains.
  public func chainwise(_ column: [Double]) -> [[Double]] {
    var first = 0
    return counts.map { count in
      defer { first += count }
      return Array(column[first..<(first + count)])
    }
  }

  /// These draws and a number made of each: `try draws.adding("ratio", of: ["a", "b"]) { $0[0] / $0[1] }`.
  ///
  /// - Parameters:
  ///   - inputs: names of scalar columns, in the order in which the formula takes their values.
  /// - Throws: `InferenceError.unknownVariable`; `DrawsError.duplicateName`; what the formula throws.
  public func adding(
    _ name: String, of inputs: [String], _ formula: ([Double]) throws -> Double
  ) throws -> Draws {
    let columns = try inputs.map { try values(of: $0) }
    let column = try (0..<count).map { draw in try formula(columns.map { $0[draw] }) }
    let variable = Variable(name: name, shape: .scalar)
    return try Draws(
      VariableColumns(variables: variables + [variable], columns: scalarColumns + [column]), counts: counts)
  }

  /// The variables with their columns, as the model layer takes them.
  public var asColumns: VariableColumns { VariableColumns(variables: variables, columns: scalarColumns) }
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
