import NumericCore

/// A Gaussian process f on the line as a linear function of a Markov process, the state x:
///
///     f(t) = h^T x(t),   x(t + d) = A(d) x(t) + e,   e ~ N(0, Q),   Cov x(t) = P(t),
///
/// with A(d) and Q in closed form. The state is that of independent blocks, so A, Q and P are block diagonal. Given
/// by `stateSpaceModel(tolerance:)` of a kernel; what a filter and a smoother run on.
///
/// Elements are scaled to the size of the process, whatever the units of t. The process need not be stationary: Q
/// depends on t where a line is multiplied with a process that is not deterministic.
///
/// Source: Saerkkae and Solin, 'Applied stochastic differential equations' (2019), chapter 12.
public struct StateSpaceModel: Sendable {
  let blocks: [StateSpaceBlock]
  /// The number of coordinates of the kernel's hyper-parameters.
  let parameterCount: Int

  init(_ blocks: [StateSpaceBlock], parameterCount: Int) {
    (self.blocks, self.parameterCount) = (blocks, parameterCount)
  }

  /// The number of elements of the state.
  public var states: Int { blocks.reduce(0) { $0 + $1.states } }

  /// Where the state of each block starts.
  var offsets: [Int] {
    var offset = 0
    return blocks.map { block in
      defer { offset += block.states }
      return offset
    }
  }

  /// What a step of a filter costs: for each element of the state a row of a matrix times its block.
  var stepCost: Double { Double(states * blocks.reduce(0) { $0 + $1.states * $1.states }) }

  /// h: 1 for the first element of each block, else 0.
  public var observation: [Double] {
    blocks.flatMap { block in (0..<block.states).map { $0 == 0 ? 1 : 0 } }
  }

  /// P(t), the covariance of the state before any data.
  public func covariance(at t: Double) -> Matrix {
    assembled { kronecker, factors, weight, target in
      kronecker.writeCovariance(factors, weight: weight, at: t, to: target)
    }[0]
  }

  /// A(d), and Q of the step from t to t + d.
  ///
  /// - Precondition: distance >= 0.
  public func step(from t: Double, by distance: Double) -> (transition: Matrix, noise: Matrix) {
    precondition(distance >= 0, "a step of \(distance)")
    let matrices = assembled { kronecker, factors, weight, target in
      kronecker.write(factors, weight: weight, from: t, distance, slopes: false, to: target)
    }
    return (matrices[0], matrices[1])
  }

  /// Two block-diagonal matrices of what is written for each block.
  private func assembled(
    _ write: (KroneckerStep, UnsafeBufferPointer<KroneckerFactor>, Double, UnsafeMutablePointer<Double>) -> Void
  ) -> [Matrix] {
    var result = Array(repeating: Matrix(rows: states, columns: states), count: 2)
    let kronecker = KroneckerStep(states: blocks.reduce(1) { max($0, $1.states) })
    defer { kronecker.deallocate() }
    var offset = 0
    for block in blocks {
      let s = block.states
      var parts = Array(repeating: 0.0, count: 2 * s * s)
      block.factors.withUnsafeBufferPointer { write(kronecker, $0, block.weight.value, &parts) }
      for number in 0..<2 {
        for i in 0..<s {
          for k in 0..<s { result[number][offset + i, offset + k] = parts[number * s * s + i * s + k] }
        }
      }
      offset += s
    }
    return result
  }
}
