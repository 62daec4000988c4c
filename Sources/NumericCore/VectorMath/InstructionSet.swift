import CVectorMath

/// A set of instructions that the kernels were written for. The widest one of the machine is in use; tests
/// compare them.
package enum InstructionSet: Sendable, CaseIterable {
  case baseline, avx2, avx512

  var code: borel_instructions {
    switch self {
    case .baseline: borel_baseline
    case .avx2: borel_avx2
    case .avx512: borel_avx512
    }
  }

  var kernels: borel_kernels? { borel_kernels_of(code)?.pointee }

  /// Those that this machine has.
  package static var available: [InstructionSet] { allCases.filter { $0.kernels != nil } }

  package static var inUse: InstructionSet? { allCases.first { $0.code == borel_instructions_in_use() } }
}

/// The functions of `VectorMath`, as values.
package enum ElementaryFunction: String, Sendable, CaseIterable {
  case exp, log, log1p, expm1, erf, erfc, sin, cos, tanh

  /// f of each element by the kernels of one set of instructions, which must be available.
  package func callAsFunction(_ x: [Double], by instructions: InstructionSet) -> [Double] {
    guard let kernels = instructions.kernels else { preconditionFailure("\(instructions) is not available") }
    let kernel =
      switch self {
      case .exp: kernels.exp
      case .log: kernels.log
      case .log1p: kernels.log1p
      case .expm1: kernels.expm1
      case .erf: kernels.erf
      case .erfc: kernels.erfc
      case .sin: kernels.sin
      case .cos: kernels.cos
      case .tanh: kernels.tanh
      }
    var y = x
    kernel?(x.count, x, &y)
    return y
  }

  /// f of each element by the public function.
  package func callAsFunction(_ x: [Double]) -> [Double] {
    switch self {
    case .exp: VectorMath.exp(x)
    case .log: VectorMath.log(x)
    case .log1p: VectorMath.log1p(x)
    case .expm1: VectorMath.expm1(x)
    case .erf: VectorMath.erf(x)
    case .erfc: VectorMath.erfc(x)
    case .sin: VectorMath.sin(x)
    case .cos: VectorMath.cos(x)
    case .tanh: VectorMath.tanh(x)
    }
  }
}

extension RandomKey {
  /// What `fillUniform` and `fillNormal` write, by the kernels of one set of instructions, which must be
  /// available.
  package func filled(
    normal: Bool, startingAt first: UInt64, count: Int, by instructions: InstructionSet
  ) -> [Double] {
    guard let kernels = instructions.kernels else { preconditionFailure("\(instructions) is not available") }
    var values = [Double](repeating: 0, count: count)
    (normal ? kernels.normal : kernels.uniform)?(k0, k1, 0, first, count, &values)
    return values
  }
}
