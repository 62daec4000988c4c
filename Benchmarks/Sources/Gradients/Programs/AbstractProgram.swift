/// A model in the abstract: written once, and told as a `Model` of the library and as a C function.
struct AbstractProgram: Sendable {
  enum Unary: String, CaseIterable, Sendable {
    case negate, exp, log, log1p, sqrt, square, tanh, sin, logistic, softplus
  }

  enum Binary: String, Sendable { case add, subtract, multiply, divide }

  enum Operation: Sendable {
    case latent(Int)
    case constant(Double)
    case data([Double])
    case unary(Unary, Int)
    case binary(Binary, Int, Int)
    /// Elements of a vector, by indices from 0.
    case gather(Int, [Int])
    case sum(Int)
    /// The product of a matrix, column by column, and a vector.
    case matrixVector(rows: Int, columns: Int, elements: [Double], Int)
  }

  /// A node of the graph; nil counts a scalar.
  struct Node: Sendable {
    let operation: Operation
    let count: Int?
  }

  enum Family: String, Sendable {
    case normal, halfNormal, halfCauchy, halfStudentT, studentT, cauchy, laplace, logistic, logNormal, exponential
    case gamma, inverseGamma, beta, uniform, bernoulliLogit, poissonLog
  }

  /// A family of distributions, with the nodes that are its parameters.
  struct Distribution: Sendable {
    let family: Family
    let parameters: [Int]
  }

  struct Latent: Sendable {
    let name: String
    let distribution: Distribution
    let count: Int?
  }

  struct Observation: Sendable {
    let distribution: Distribution
    let data: [Double]
  }

  let name: String
  private(set) var nodes: [Node] = []
  private(set) var latents: [Latent] = []
  private(set) var observations: [Observation] = []

  init(_ name: String) { self.name = name }

  // MARK: Building

  private mutating func add(_ operation: Operation, _ count: Int?) -> Int {
    nodes.append(Node(operation: operation, count: count))
    return nodes.count - 1
  }

  mutating func constant(_ value: Double) -> Int { add(.constant(value), nil) }
  mutating func data(_ values: [Double]) -> Int { add(.data(values), values.count) }
  mutating func sum(_ x: Int) -> Int { add(.sum(x), nil) }
  mutating func gather(_ x: Int, _ indices: [Int]) -> Int { add(.gather(x, indices), indices.count) }
  mutating func unary(_ function: Unary, _ x: Int) -> Int { add(.unary(function, x), nodes[x].count) }

  mutating func binary(_ operation: Binary, _ a: Int, _ b: Int) -> Int {
    add(.binary(operation, a, b), nodes[a].count ?? nodes[b].count)
  }

  mutating func matrixVector(rows: Int, columns: Int, _ elements: [Double], _ x: Int) -> Int {
    add(.matrixVector(rows: rows, columns: columns, elements: elements, x), rows)
  }

  mutating func latent(_ name: String, _ family: Family, _ parameters: [Int], count: Int? = nil) -> Int {
    latents.append(
      Latent(name: name, distribution: Distribution(family: family, parameters: parameters), count: count))
    return add(.latent(latents.count - 1), count)
  }

  /// A latent whose prior's parameters are numbers.
  mutating func latent(_ name: String, _ family: Family, _ parameters: Double..., count: Int? = nil) -> Int {
    latent(name, family, parameters.map { constant($0) }, count: count)
  }

  mutating func observe(_ data: [Double], _ family: Family, _ parameters: Int...) {
    observations.append(
      Observation(distribution: Distribution(family: family, parameters: parameters), data: data))
  }

  /// The number that a node is; nil where it is no constant.
  func constantValue(_ node: Int) -> Double? {
    if case .constant(let value) = nodes[node].operation { value } else { nil }
  }
}
