/// A C function as a list of stages: straight lines of scalars, loops over vectors, and calls on whole arrays.
///
/// A statement joins the first stage of its kind in which all that it reads is there; if there is none it makes a new
/// one. A vector that only its own loop reads is a local of the loop, any other one is an array.
///
/// Values are referred to by marks in the text of expressions, `@12@` (the value, in a loop its element i), `@*12@`
/// (the array) and `@[12:k0[i]]@` (an element of the array), which are resolved when the function is written.
struct CStages {
  private enum Kind: Equatable {
    case straight, loop(Int), call
  }

  private struct Line {
    let defines: Int?
    let text: String
  }

  private struct Stage {
    let kind: Kind
    var lines: [Line] = []
    var sums: [Int] = []
  }

  private struct Value {
    /// -1 for what is there from the start.
    let stage: Int
    /// nil for a scalar.
    let count: Int?
    let isSum: Bool
    /// The C expression of an input.
    let input: String?
  }

  private var stages: [Stage] = []
  private var values: [Value] = []
  private var arrays: Set<Int> = []
  private var total = "0"

  // MARK: Statements

  mutating func input(_ text: String, count: Int?) -> String {
    values.append(Value(stage: -1, count: count, isSum: false, input: text))
    return "@\(values.count - 1)@"
  }

  /// The value of an expression; where it is a plain reference or a literal, that.
  mutating func define(_ expression: String, count: Int?) -> String {
    if Self.isLiteral(expression) { return expression }
    if let mark = Self.plainReference(expression), values[mark].count == count { return expression }
    let stage = place(expression, kind(count))
    values.append(Value(stage: stage, count: count, isSum: false, input: nil))
    let id = values.count - 1
    stages[stage].lines.append(Line(defines: id, text: expression))
    return "@\(id)@"
  }

  /// The same as an array, for calls.
  mutating func array(_ value: String, count: Int) -> String {
    guard Self.isLiteral(value) else { return Self.pointer(value) }
    return Self.pointer(define("0 * i + \(value)", count: count))
  }

  /// The sum of an expression over a loop.
  mutating func reduce(_ expression: String, count: Int) -> String {
    let stage = place(expression, .loop(count))
    values.append(Value(stage: stage, count: nil, isSum: true, input: nil))
    let id = values.count - 1
    stages[stage].lines.append(Line(defines: nil, text: "v\(id) += \(expression);"))
    stages[stage].sums.append(id)
    return "@\(id)@"
  }

  mutating func store(_ expression: String, to target: String, count: Int?) {
    let stage = place(expression, kind(count))
    stages[stage].lines.append(Line(defines: nil, text: "\(target) = \(expression);"))
  }

  /// An array that a statement on whole arrays fills.
  mutating func call(count: Int, _ statement: (String) -> String) -> String {
    let id = values.count
    let text = statement("@*\(id)@")
    values.append(Value(stage: -1, count: count, isSum: false, input: nil))
    let stage = place(text, .call)
    values[id] = Value(stage: stage, count: count, isSum: false, input: nil)
    arrays.insert(id)
    stages[stage].lines.append(Line(defines: nil, text: text))
    return "@\(id)@"
  }

  mutating func result(_ expression: String) { total = expression }

  static func pointer(_ value: String) -> String { value.replacing(/@(\d+)@/) { "@*\($0.1)@" } }
  static func element(of value: String, at index: String) -> String {
    value.replacing(/@(\d+)@/) { "@[\($0.1):\(index)]@" }
  }

  private func kind(_ count: Int?) -> Kind { count.map { .loop($0) } ?? .straight }

  private static func isLiteral(_ text: String) -> Bool { Double(text.filter { $0 != "(" && $0 != ")" }) != nil }

  private static func plainReference(_ text: String) -> Int? { text.wholeMatch(of: /@(\d+)@/).flatMap { Int($0.1) } }

  /// The first stage of a kind in which the values that a text reads are there.
  private mutating func place(_ text: String, _ kind: Kind) -> Int {
    var first = 0
    for match in text.matches(of: /@(\*|\[)?(\d+)(?::[^@]*)?@/) {
      guard let id = Int(match.2), values[id].stage >= 0 else { continue }
      let value = values[id]
      let isLocal = match.1 == nil && !value.isSum && self.kind(value.count) == kind && stages[value.stage].kind == kind
      first = max(first, isLocal ? value.stage : value.stage + 1)
    }
    let found = kind == .call ? nil : stages.indices.dropFirst(first).first { stages[$0].kind == kind }
    if found == nil { stages.append(Stage(kind: kind)) }
    let stage = found ?? stages.count - 1
    for match in text.matches(of: /@(\*|\[)?(\d+)(?::[^@]*)?@/) {
      guard let id = Int(match.2), values[id].stage >= 0, values[id].count != nil else { continue }
      if match.1 != nil || values[id].stage != stage { arrays.insert(id) }
    }
    return stage
  }

  // MARK: Writing

  func function(named name: String) -> String {
    var body = ""
    for (index, stage) in stages.enumerated() {
      switch stage.kind {
      case .straight:
        for line in stage.lines { body += "  \(resolved(line, in: index))\n" }
      case .call:
        for line in stage.lines { body += "  \(resolved(line, in: index))\n" }
      case .loop(let count):
        for sum in stage.sums { body += "  double v\(sum) = 0;\n" }
        let clause = stage.sums.isEmpty ? "" : " reduction(+:\(stage.sums.map { "v\($0)" }.joined(separator: ",")))"
        body += "#pragma omp simd\(clause)\n  for (int i = 0; i < \(count); i++) {\n"
        for line in stage.lines {
          body += "    \(resolved(line, in: index))\n"
          if let id = line.defines, arrays.contains(id) { body += "    a\(id)[i] = v\(id);\n" }
        }
        body += "  }\n"
      }
    }
    let declarations = arrays.sorted().map { "  static double a\($0)[\(values[$0].count ?? 1)];\n" }.joined()
    return "double \(name)(const double *restrict q, double *restrict g) {\n" + declarations + body
      + "  return \(resolved(total, in: stages.count));\n}\n"
  }

  private func resolved(_ line: Line, in stage: Int) -> String {
    let text = resolved(line.text, in: stage)
    return line.defines.map { "const double v\($0) = \(text);" } ?? text
  }

  private func resolved(_ text: String, in stage: Int) -> String {
    text.replacing(/@(\*|\[)?(\d+)(?::([^@]*))?@/) { match in
      guard let id = Int(match.2) else { return String(match.0) }
      let value = values[id]
      let array = value.input ?? "a\(id)"
      if match.1 == "*" { return array }
      if let index = match.3 { return "\(array)[\(index)" }
      if value.count == nil { return value.input ?? "v\(id)" }
      if value.input == nil && value.stage == stage && stages[stage].kind != .call { return "v\(id)" }
      return "\(array)[i]"
    }
  }
}
