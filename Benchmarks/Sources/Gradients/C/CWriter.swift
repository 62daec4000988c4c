/// Writes the C function of a graph: its value, and its gradient by reverse mode, as one would by hand.
///
/// Elementwise work is gathered into as few loops as the order of the computation allows, values stay in registers
/// where one loop makes and reads them, derivatives of what is summed are computed in the loop that sums it, and
/// functions over arrays are calls of the vector mathematics library.
struct CWriter {
  private let graph: CGraph
  private var code = CStages()
  /// How a node's value is referred to.
  private var values: [String]
  /// What the derivative of a node's value is made of, where it is not the value itself.
  private var slopes: [Int: String] = [:]
  private var contributions: [[String]]

  static func source(of graph: CGraph) -> String {
    var writer = CWriter(graph)
    return writer.write()
  }

  private init(_ graph: CGraph) {
    self.graph = graph
    values = Array(repeating: "", count: graph.nodes.count)
    contributions = Array(repeating: [], count: graph.nodes.count)
  }

  private mutating func write() -> String {
    var used = Set(graph.terms.map(\.node))
    for node in graph.nodes.indices.reversed() where used.contains(node) { used.formUnion(operands(node)) }
    for node in graph.nodes.indices where used.contains(node) { forward(node) }
    for term in graph.terms { contributions[term.node].append(literal(term.factor)) }
    let total = graph.terms.map { "\(literal($0.factor)) * \(values[$0.node])" } + [literal(graph.constantTerm)]
    code.result(total.joined(separator: " + "))
    for node in graph.nodes.indices.reversed() where graph.nodes[node].hasGradient && !contributions[node].isEmpty {
      reverse(node)
    }
    return "#include \"program.h\"\n\n" + tables() + code.function(named: "program")
  }

  private func literal(_ x: Double) -> String { x < 0 ? "(\(x))" : "\(x)" }

  private func operands(_ node: Int) -> [Int] {
    switch graph.nodes[node].operation {
    case .position, .literal, .data: []
    case .unary(_, let x), .gather(let x, _), .sum(let x), .matrixVector(_, _, _, let x): [x]
    case .binary(_, let a, let b): [a, b]
    }
  }

  /// Data are not `const`: the compiler must not compute with them.
  private func tables() -> String {
    func table(_ type: String, _ name: String, _ elements: [String]) -> String {
      "\(type) \(name)[\(elements.count)] = {\(elements.joined(separator: ","))};\n"
    }
    return graph.tables.enumerated().map { table("double", "d\($0)", $1.map { "\($0)" }) }.joined()
      + graph.indices.enumerated().map { table("int", "k\($0)", $1.map { "\($0)" }) }.joined() + "\n"
  }

  // MARK: Values

  private mutating func forward(_ index: Int) {
    let node = graph.nodes[index]
    let n = node.count
    switch node.operation {
    case .position(let offset): values[index] = code.input(n == nil ? "q[\(offset)]" : "(q + \(offset))", count: n)
    case .literal(let value): values[index] = literal(value)
    case .data(let table): values[index] = code.input("d\(table)", count: n)
    case .unary(let function, let x): values[index] = forward(function, x, index, n)
    case .binary(let operation, let a, let b):
      let symbol: String
      switch operation {
      case .add: symbol = "+"
      case .subtract: symbol = "-"
      case .multiply: symbol = "*"
      case .divide: symbol = "/"
      }
      values[index] = code.define("\(values[a]) \(symbol) \(values[b])", count: n)
    case .gather(let x, let indices):
      values[index] = code.define(CStages.element(of: values[x], at: "k\(indices)[i]"), count: n)
    case .sum(let x): values[index] = code.reduce(values[x], count: graph.nodes[x].count ?? 0)
    case .matrixVector(let matrix, let rows, let columns, let x):
      values[index] = code.call(count: rows) { y in
        let x = CStages.pointer(values[x])
        return "cblas_dgemv(102, 111, \(rows), \(columns), 1, d\(matrix), \(rows), \(x), 1, 0, \(y), 1);"
      }
    }
  }

  private mutating func vectorCall(_ name: String, _ x: String, _ n: Int?) -> String {
    guard let n else { return code.define("\(name)(\(x))", count: nil) }
    return code.call(count: n) { y in "borel_v\(name)(\(n), \(CStages.pointer(x)), \(y));" }
  }

  private mutating func forward(_ function: CGraph.Unary, _ x: Int, _ index: Int, _ n: Int?) -> String {
    let v = values[x]
    switch function {
    case .negate: return code.define("-\(v)", count: n)
    case .exp: return vectorCall("exp", v, n)
    case .log: return vectorCall("log", v, n)
    case .log1p: return vectorCall("log1p", v, n)
    case .tanh: return vectorCall("tanh", v, n)
    case .sqrt: return code.define("sqrt(\(v))", count: n)
    case .square: return code.define("\(v) * \(v)", count: n)
    case .halfSquare: return code.define("0.5 * \(v) * \(v)", count: n)
    case .reciprocal: return code.define("1 / \(v)", count: n)
    case .magnitude: return code.define("fabs(\(v))", count: n)
    case .sin:
      slopes[index] = vectorCall("cos", v, n)
      return vectorCall("sin", v, n)
    case .logistic:
      let e = vectorCall("exp", code.define("-fabs(\(v))", count: n), n)
      return code.define("(\(v) < 0 ? \(e) : 1) / (1 + \(e))", count: n)
    case .softplus:
      let e = vectorCall("exp", code.define("-fabs(\(v))", count: n), n)
      let logarithm = vectorCall("log1p", e, n)
      slopes[index] = e
      return code.define("(\(v) < 0 ? 0 : \(v)) + \(logarithm)", count: n)
    }
  }

  // MARK: Derivatives

  /// Adds a derivative to those of a node; one of a vector that belongs to a scalar is summed.
  private mutating func contribute(_ expression: String, to node: Int, from count: Int?) {
    guard graph.nodes[node].hasGradient else { return }
    if let count, graph.nodes[node].count == nil {
      contributions[node].append(code.reduce(expression, count: count))
    } else {
      contributions[node].append(expression)
    }
  }

  private mutating func reverse(_ index: Int) {
    let node = graph.nodes[index]
    let n = node.count
    let sum = contributions[index].joined(separator: " + ")
    if case .position(let offset) = node.operation {
      return code.store(sum, to: n == nil ? "g[\(offset)]" : "g[\(offset) + i]", count: n)
    }
    let d = code.define(sum, count: n)
    switch node.operation {
    case .position, .literal, .data: break
    case .unary(let function, let x): contribute("\(d) * (\(slope(function, values[x], index)))", to: x, from: n)
    case .binary(let operation, let a, let b):
      switch operation {
      case .add:
        contribute(d, to: a, from: n)
        contribute(d, to: b, from: n)
      case .subtract:
        contribute(d, to: a, from: n)
        contribute("-\(d)", to: b, from: n)
      case .multiply:
        contribute("\(d) * \(values[b])", to: a, from: n)
        contribute("\(d) * \(values[a])", to: b, from: n)
      case .divide:
        let share = code.define("\(d) / \(values[b])", count: n)
        contribute(share, to: a, from: n)
        contribute("-\(share) * \(values[index])", to: b, from: n)
      }
    case .sum(let x): contribute(d, to: x, from: nil)
    case .gather(let x, let indices):
      guard let n, let from = graph.nodes[x].count else { return }
      let d = code.array(d, count: n)
      contributions[x].append(
        code.call(count: from) { y in
          "for (int i = 0; i < \(from); i++) \(y)[i] = 0;\n"
            + "  for (int i = 0; i < \(n); i++) \(y)[k\(indices)[i]] += \(d)[i];"
        })
    case .matrixVector(let matrix, let rows, let columns, let x):
      let d = code.array(d, count: rows)
      contributions[x].append(
        code.call(count: columns) { y in
          "cblas_dgemv(102, 112, \(rows), \(columns), 1, d\(matrix), \(rows), \(d), 1, 0, \(y), 1);"
        })
    }
  }

  private func slope(_ function: CGraph.Unary, _ x: String, _ index: Int) -> String {
    let y = values[index]
    switch function {
    case .negate: return "-1.0"
    case .exp: return y
    case .log: return "1 / \(x)"
    case .log1p: return "1 / (1 + \(x))"
    case .sqrt: return "0.5 / \(y)"
    case .square: return "2 * \(x)"
    case .halfSquare: return x
    case .tanh: return "1 - \(y) * \(y)"
    case .sin: return slopes[index] ?? ""
    case .logistic: return "\(y) * (1 - \(y))"
    case .softplus: return "(\(x) < 0 ? \(slopes[index] ?? "") : 1) / (1 + \(slopes[index] ?? ""))"
    case .reciprocal: return "-\(y) * \(y)"
    case .magnitude: return "\(x) < 0 ? -1.0 : 1.0"
    }
  }
}
