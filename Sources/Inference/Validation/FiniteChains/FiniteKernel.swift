import NumericCore

/// A Markov kernel on finitely many states, by its matrix K: K[i, j] is the probability of going from state i
/// to state j. Measures are rows, so a law pi after a step is pi K.
public struct FiniteKernel<State: Hashable & Sendable>: Sendable {
  public let states: [State]
  public let matrix: Matrix

  /// How far the sum of a row may be from 1: rounding of what was computed.
  private static var rowTolerance: Double { 1e-10 }

  /// - Throws: `FiniteChainError` unless the states are distinct and there is a row and a column for each,
  ///   whose elements are probabilities that sum to 1 within 1e-10 over each row.
  public init(states: [State], matrix: Matrix) throws(FiniteChainError) {
    guard !states.isEmpty else { throw .noStates }
    guard matrix.rows == states.count, matrix.columns == states.count else {
      throw .wrongShape(rows: matrix.rows, columns: matrix.columns, expected: states.count)
    }
    var seen: Set<State> = []
    for state in states where !seen.insert(state).inserted { throw .duplicateState("\(state)") }
    for (i, state) in states.enumerated() {
      var sum = 0.0
      for (j, next) in states.enumerated() {
        let p = matrix[i, j]
        guard p >= 0, p <= 1 + Self.rowTolerance else {
          throw .invalidProbability(from: "\(state)", to: "\(next)", value: p)
        }
        sum += p
      }
      guard abs(sum - 1) <= Self.rowTolerance else { throw .wrongRowSum(from: "\(state)", sum: sum) }
    }
    (self.states, self.matrix) = (states, matrix)
  }

  /// The kernel whose step from a state has a given law.
  ///
  /// - Throws: as above; `FiniteChainError.unknownState` for a step to what is none of the states; what
  ///   `step` throws.
  public init(states: [State], step: (State) throws -> FiniteMeasure<State>) throws {
    let indices = Dictionary(zip(states, states.indices), uniquingKeysWith: { first, _ in first })
    var matrix = Matrix(rows: states.count, columns: states.count)
    for (i, state) in states.enumerated() {
      let law = try step(state)
      for (next, p) in zip(law.elements, law.masses) {
        guard let j = indices[next] else { throw FiniteChainError.unknownState("\(next)") }
        matrix[i, j] = p
      }
    }
    try self.init(states: states, matrix: matrix)
  }

  private init(unchecked matrix: Matrix, states: [State]) { (self.states, self.matrix) = (states, matrix) }

  /// Stays where it is.
  public static func identity(_ states: [State]) throws(FiniteChainError) -> FiniteKernel {
    try FiniteKernel(states: states, matrix: .identity(states.count))
  }

  // MARK: Measures

  /// m K.
  ///
  /// - Throws: `FiniteChainError.unknownState` for mass on what is none of the states.
  public func callAsFunction(_ measure: FiniteMeasure<State>) throws(FiniteChainError) -> FiniteMeasure<State> {
    let row = try row(measure)
    return try FiniteMeasure(states.indices.map { j in
      (states[j], states.indices.reduce(0) { $0 + row[$1] * matrix[$1, j] })
    })
  }

  /// max over the states of |m K - m|: 0, but for rounding, where the measure is invariant.
  public func invarianceError(of measure: FiniteMeasure<State>) throws(FiniteChainError) -> Double {
    try self(measure).distance(to: measure)
  }

  /// max over the pairs of |m_i K_ij - m_j K_ji|: 0, but for rounding, where the kernel is reversible.
  public func detailedBalanceError(of measure: FiniteMeasure<State>) throws(FiniteChainError) -> Double {
    let row = try row(measure)
    var error = 0.0
    for i in states.indices {
      for j in 0..<i { error = max(error, abs(row[i] * matrix[i, j] - row[j] * matrix[j, i])) }
    }
    return error
  }

  private func row(_ measure: FiniteMeasure<State>) throws(FiniteChainError) -> [Double] {
    let known = Set(states)
    for element in measure.elements where !known.contains(element) { throw .unknownState("\(element)") }
    return states.map { measure[$0] }
  }

  // MARK: Combinations

  /// A step of this kernel and then one of another: K L. A cycle.
  ///
  /// - Throws: `FiniteChainError.differentStates`.
  public func followed(by other: FiniteKernel) throws(FiniteChainError) -> FiniteKernel {
    guard states == other.states else { throw .differentStates }
    var product = Matrix(rows: states.count, columns: states.count)
    for j in states.indices {
      for k in states.indices where other.matrix[k, j] > 0 {
        for i in states.indices { product[i, j] += matrix[i, k] * other.matrix[k, j] }
      }
    }
    return FiniteKernel(unchecked: product, states: states)
  }

  /// So many steps of this kernel.
  public func repeated(_ count: Int) throws(FiniteChainError) -> FiniteKernel {
    var result = try Self.identity(states)
    for _ in 0..<max(count, 0) { result = try result.followed(by: self) }
    return result
  }

  /// A step of one of some kernels, which is picked with given probabilities.
  ///
  /// - Throws: `FiniteChainError.differentStates` and `.wrongWeights`.
  public static func mixture(
    of kernels: [FiniteKernel], weights: [Double]
  ) throws(FiniteChainError) -> FiniteKernel {
    guard let first = kernels.first else { throw .noStates }
    guard weights.count == kernels.count, weights.allSatisfy({ $0 >= 0 }),
      abs(weights.reduce(0, +) - 1) <= rowTolerance
    else { throw .wrongWeights(weights) }
    var sum = Matrix(rows: first.states.count, columns: first.states.count)
    for (kernel, weight) in zip(kernels, weights) {
      guard kernel.states == first.states else { throw .differentStates }
      for j in first.states.indices {
        for i in first.states.indices { sum[i, j] += weight * kernel.matrix[i, j] }
      }
    }
    return FiniteKernel(unchecked: sum, states: first.states)
  }

  /// The largest difference of two kernels' probabilities. An involution followed by itself is at 0 from the
  /// identity.
  public func distance(to other: FiniteKernel) throws(FiniteChainError) -> Double {
    guard states == other.states else { throw .differentStates }
    return zip(matrix.elements, other.matrix.elements).map { abs($0 - $1) }.max() ?? 0
  }
}
