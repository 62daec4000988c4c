import Foundation

/// A program in the terms that its C function is written in: elementary operations of the unconstrained position, and
/// the log density as a weighted sum of scalars.
struct CGraph {
  enum Unary: Sendable {
    case negate, exp, log, log1p, sqrt, square, halfSquare, tanh, sin, logistic, softplus, reciprocal, magnitude
  }

  enum Operation {
    /// Coordinates of the position from an offset on.
    case position(Int)
    case literal(Double)
    /// A table of data, by its number.
    case data(Int)
    case unary(Unary, Int)
    case binary(AbstractProgram.Binary, Int, Int)
    case gather(Int, indices: Int)
    case sum(Int)
    case matrixVector(matrix: Int, rows: Int, columns: Int, Int)
  }

  struct Node {
    let operation: Operation
    let count: Int?
    let hasGradient: Bool
  }

  private(set) var nodes: [Node] = []
  private(set) var tables: [[Double]] = []
  private(set) var indices: [[Int]] = []
  /// The scalars that add up to the log density, with their factors.
  private(set) var terms: [(node: Int, factor: Double)] = []
  private(set) var constantTerm = 0.0
  /// The logarithm of a node that is an exponential.
  private var logarithms: [Int: Int] = [:]
  private var known: [String: Int] = [:]

  /// - Parameter offsets: where the coordinates of the latents that the density depends on begin in the position.
  init(_ program: AbstractProgram, offsets: [String: Int]) {
    var nodeOf: [Int?] = []
    for node in program.nodes {
      func operand(_ i: Int) -> Int? { nodeOf[i] }
      switch node.operation {
      case .latent(let index):
        let latent = program.latents[index]
        nodeOf.append(offsets[latent.name].map { self.latent(latent, offset: $0, nodeOf: nodeOf) })
      case .constant(let value): nodeOf.append(literal(value))
      case .data(let values): nodeOf.append(data(values))
      case .unary(let function, let x): nodeOf.append(operand(x).map { unary(Self.function(function), $0) })
      case .binary(let operation, let a, let b):
        guard let a = operand(a), let b = operand(b) else {
          nodeOf.append(nil)
          continue
        }
        nodeOf.append(binary(operation, a, b))
      case .gather(let x, let indices):
        self.indices.append(indices)
        let number = self.indices.count - 1
        nodeOf.append(operand(x).map { add(.gather($0, indices: number), indices.count, $0) })
      case .sum(let x): nodeOf.append(operand(x).map { sum($0) })
      case .matrixVector(let rows, let columns, let elements, let x):
        tables.append(elements)
        let matrix = tables.count - 1
        nodeOf.append(
          operand(x).map { add(.matrixVector(matrix: matrix, rows: rows, columns: columns, $0), rows, $0) })
      }
    }
    for observation in program.observations {
      let parameters = observation.distribution.parameters.compactMap { nodeOf[$0] }
      score(observation.distribution.family, data: observation.data, parameters)
    }
  }

  private static func function(_ function: AbstractProgram.Unary) -> Unary {
    switch function {
    case .negate: .negate
    case .exp: .exp
    case .log: .log
    case .log1p: .log1p
    case .sqrt: .sqrt
    case .square: .square
    case .tanh: .tanh
    case .sin: .sin
    case .logistic: .logistic
    case .softplus: .softplus
    }
  }

  // MARK: Nodes

  private mutating func add(_ operation: Operation, _ count: Int?, _ operands: Int...) -> Int {
    let key = "\(operation)"
    if let node = known[key] { return node }
    var hasGradient = operands.contains { nodes[$0].hasGradient }
    if case .position = operation { hasGradient = true }
    nodes.append(Node(operation: operation, count: count, hasGradient: hasGradient))
    known[key] = nodes.count - 1
    return nodes.count - 1
  }

  private mutating func literal(_ value: Double) -> Int { add(.literal(value), nil) }

  private mutating func data(_ values: [Double]) -> Int {
    tables.append(values)
    return add(.data(tables.count - 1), values.count)
  }

  private func value(_ node: Int) -> Double? {
    if case .literal(let value) = nodes[node].operation { value } else { nil }
  }

  private mutating func unary(_ function: Unary, _ x: Int) -> Int {
    if function == .log, let y = logarithms[x] { return y }
    let node = add(.unary(function, x), nodes[x].count, x)
    if function == .exp { logarithms[node] = x }
    return node
  }

  private mutating func binary(_ operation: AbstractProgram.Binary, _ a: Int, _ b: Int) -> Int {
    switch (operation, value(a), value(b)) {
    case (.add, _, 0), (.subtract, _, 0), (.multiply, _, 1), (.divide, _, 1): return a
    case (.add, 0, _), (.multiply, 1, _): return b
    default: return add(.binary(operation, a, b), nodes[a].count ?? nodes[b].count, a, b)
    }
  }

  private mutating func sum(_ x: Int) -> Int { nodes[x].count == nil ? x : add(.sum(x), nil, x) }

  // MARK: Densities

  private mutating func score(_ x: Int, times factor: Double) {
    if let value = value(x) {
      constantTerm += factor * value
    } else {
      let total = sum(x)
      terms.append((total, factor))
    }
  }

  /// A latent's value, from its coordinates; its log density and the logarithm of its Jacobian are scored.
  private mutating func latent(_ latent: AbstractProgram.Latent, offset: Int, nodeOf: [Int?]) -> Int {
    let q = add(.position(offset), latent.count)
    let parameters = latent.distribution.parameters.compactMap { nodeOf[$0] }
    let n = Double(latent.count ?? 1)
    switch latent.distribution.family {
    case .halfNormal, .halfCauchy, .halfStudentT, .logNormal, .exponential, .gamma, .inverseGamma:
      let x = unary(.exp, q)
      score(q, times: 1)
      score(latent.distribution.family, x, count: n, parameters)
      return x
    case .beta:
      // With the Jacobian: a log x + b log(1 - x), where log x = -softplus(-q) and log(1 - x) = -q - softplus(-q).
      let (a, b) = (value(parameters[0]) ?? .nan, value(parameters[1]) ?? .nan)
      let tail = unary(.softplus, unary(.negate, q))
      score(tail, times: -(a + b))
      score(q, times: -b)
      constantTerm += n * (lgamma(a + b) - lgamma(a) - lgamma(b))
      return unary(.logistic, q)
    case .uniform:
      let (lower, upper) = (value(parameters[0]) ?? .nan, value(parameters[1]) ?? .nan)
      score(unary(.softplus, unary(.negate, q)), times: -2)
      score(q, times: -1)
      return binary(.add, literal(lower), binary(.multiply, literal(upper - lower), unary(.logistic, q)))
    default:
      score(latent.distribution.family, q, count: n, parameters)
      return q
    }
  }

  private mutating func score(_ family: AbstractProgram.Family, data: [Double], _ p: [Int]) {
    switch family {
    case .bernoulliLogit:
      // -softplus(v) with v = -logit where true, logit where false.
      let sign = self.data(data.map { 1 - 2 * $0 })
      score(unary(.softplus, binary(.multiply, sign, p[0])), times: -1)
    case .poissonLog:
      let y = self.data(data)
      score(binary(.subtract, binary(.multiply, y, p[0]), unary(.exp, p[0])), times: 1)
      constantTerm -= data.reduce(0) { $0 + lgamma($1 + 1) }
    case .logNormal:
      let logarithms = data.map { Foundation.log($0) }
      constantTerm -= logarithms.reduce(0, +)
      let y = self.data(logarithms)
      score(.normal, y, count: Double(data.count), p)
    default:
      let y = self.data(data)
      score(family, y, count: Double(data.count), p)
    }
  }

  /// (x - location) / scale. Scales that are data are inverted once.
  private mutating func standardised(_ x: Int, _ location: Int, _ scale: Int) -> Int {
    let residual = binary(.subtract, x, location)
    if let scale = value(scale) { return binary(.multiply, residual, literal(1 / scale)) }
    if case .data(let table) = nodes[scale].operation {
      return binary(.multiply, residual, data(tables[table].map { 1 / $0 }))
    }
    return nodes[scale].count == nil
      ? binary(.multiply, residual, unary(.reciprocal, scale)) : binary(.divide, residual, scale)
  }

  /// -log(scale) for each of n elements.
  private mutating func scoreScale(_ scale: Int, count n: Double) {
    if let scale = value(scale) {
      constantTerm -= n * log(scale)
    } else if case .data(let table) = nodes[scale].operation {
      constantTerm -= tables[table].reduce(0) { $0 + log($1) }
    } else {
      score(unary(.log, scale), times: nodes[scale].count == nil ? -n : -1)
    }
  }

  private mutating func score(_ family: AbstractProgram.Family, _ x: Int, count n: Double, _ p: [Int]) {
    func number(_ i: Int) -> Double { value(p[i]) ?? .nan }
    let zero = literal(0)
    switch family {
    case .normal, .halfNormal, .logNormal:
      let (location, scale) = family == .halfNormal ? (zero, p[0]) : (p[0], p[1])
      let y = family == .logNormal ? unary(.log, x) : x
      score(unary(.halfSquare, standardised(y, location, scale)), times: -1)
      scoreScale(scale, count: n)
      constantTerm -= n * (family == .halfNormal ? 0.5 * log(.pi / 2) : 0.5 * log(2 * .pi))
      if family == .logNormal && nodes[x].hasGradient { score(y, times: -1) }
    case .studentT, .halfStudentT:
      let nu = number(0)
      let (location, scale) = family == .halfStudentT ? (zero, p[1]) : (p[1], p[2])
      let z = standardised(x, location, scale)
      let share = binary(.multiply, unary(.square, z), literal(1 / nu))
      score(unary(.log1p, share), times: -(nu + 1) / 2)
      scoreScale(scale, count: n)
      let half = family == .halfStudentT ? log(2.0) : 0
      constantTerm += n * (half + lgamma((nu + 1) / 2) - lgamma(nu / 2) - 0.5 * log(nu * .pi))
    case .cauchy, .halfCauchy:
      let (location, scale) = family == .halfCauchy ? (zero, p[0]) : (p[0], p[1])
      score(unary(.log1p, unary(.square, standardised(x, location, scale))), times: -1)
      scoreScale(scale, count: n)
      constantTerm -= n * (log(.pi) - (family == .halfCauchy ? log(2.0) : 0))
    case .laplace:
      score(unary(.magnitude, standardised(x, p[0], p[1])), times: -1)
      scoreScale(p[1], count: n)
      constantTerm -= n * log(2.0)
    case .logistic:
      // -z - 2 log(1 + exp(-z)), with the other sign of z.
      let z = standardised(x, p[0], p[1])
      score(z, times: 1)
      score(unary(.softplus, z), times: -2)
      scoreScale(p[1], count: n)
    case .exponential:
      score(x, times: -number(0))
      constantTerm += n * log(number(0))
    case .gamma:
      score(unary(.log, x), times: number(0) - 1)
      score(x, times: -number(1))
      constantTerm += n * (number(0) * log(number(1)) - lgamma(number(0)))
    case .inverseGamma:
      score(unary(.log, x), times: -number(0) - 1)
      score(unary(.reciprocal, x), times: -number(1))
      constantTerm += n * (number(0) * log(number(1)) - lgamma(number(0)))
    case .beta, .uniform, .bernoulliLogit, .poissonLog:
      preconditionFailure("\(family) is scored where its latent or its data are")
    }
  }
}
