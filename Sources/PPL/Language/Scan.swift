import NumericCore

/// A loop over sequences, with a state that each step hands to the next one. The body is traced once, so that a series of
/// 10^5 steps costs no 10^5 copies of it.
///
///     let volatility = Scan("volatility", over: returns, from: h0) { h, y in
///       let next = Latent("h", Normal(phi * h, sigma))
///       Observe(y, from: Normal(0, exp(0.5 * next)), as: "y")
///       Return(next)
///     }
///     volatility
///     Return((phi: phi, last: volatility.final, path: volatility.states))
///
/// It denotes what the same loop of Swift denotes: latents of the body draw anew at each step. Their sites are called
/// `volatility/h`, with one element (for vectors, one column of a matrix) for each step. Values of a step are of use inside
/// of the body; outside there are `final` and `states`. Where the body scores, the scan is a statement too; left out, the
/// model throws `ModelError.submodelNotScored`.
///
/// Cost: what the body costs, times the steps; expressions that do not change from step to step are computed once. A
/// gradient keeps the values of all steps, or, of long series, their states alone.
public struct Scan<State: Sendable, History: Sendable>: Sendable {
  /// The state after the last step.
  public let final: State
  /// The states after all steps, beside each other.
  public let states: History
  private let statements: [Statement]
  private let identity: Int

  func taken() -> [Statement] {
    Scope.current?.submodelTaken(identity)
    return statements
  }

  /// The loop over sequences that are given whole.
  init(
    _ name: String, over wholes: [AnyRandom], count: Int?, from initial: [AnyRandom], _ location: SourceLocation,
    state: ([AnyRandom]) -> State, history: ([AnyRandom]) -> History,
    body: (_ state: [AnyRandom], _ step: [AnyRandom]) throws -> (next: [AnyRandom], statements: [Statement])
  ) rethrows {
    let parent = Scope.current
    let (path, key) = parent?.claim(name, at: location) ?? (name, Scope.root.child(name))
    let operation = "Scan `\(path)`"
    let elements = wholes.map { $0.shape.stackElement ?? (shape: .scalar, count: 0) }
    let count = count ?? elements.first?.count ?? 0
    if count < 0 || elements.contains(where: { $0.count != count }) {
      parent?.record(.shapeMismatch(operation: "\(operation) over sequences", shapes: wholes.map(\.shape), location: location))
    }

    // Whatever the body makes is between these two: inputs, constants and imports among it.
    let loop = Loop(key: key)
    let scope = Scope(path: path, key: key, loops: (parent?.loops ?? []) + [loop], parent: parent)
    let first = scope.arena.count
    func inputs(_ source: (Int) -> InputSource, like values: [(shape: Shape, kind: NumberKind)]) -> [AnyRandom] {
      values.enumerated().map { i, value in
        let index = scope.arena.append(.input(source(i), loop: loop), shape: value.shape, kind: value.kind)
        return AnyRandom(arena: scope.arena, index: index)
      }
    }
    let states = inputs({ .state($0) }, like: initial.map { ($0.shape, $0.kind) })
    let steps = inputs({ .step($0) }, like: zip(elements, wholes).map { ($0.shape, $1.kind) })
    scope.steps = Scope.Steps(loop: loop, count: count, sequences: steps.count)
    for (step, whole) in zip(steps, wholes) {
      if case .constant(let constant) = whole.storage, case .node(_, let index) = step.storage {
        scope.sequences[index] = constant
      }
    }
    let (next, statements, items) = try Scope.$current.withValue(scope) {
      let (next, statements) = try body(states, steps)
      return (next, statements, statements.items)
    }
    for (before, after) in zip(initial, next) where before.shape != after.shape {
      parent?.record(
        .shapeMismatch(
          operation: "\(operation): the states before and after a step", shapes: [before.shape, after.shape],
          location: location))
    }
    do { try scope.finish() } catch { parent?.record((error as? ModelError) ?? .released) }

    let added = scope.steps?.added ?? []
    func index(_ input: AnyRandom) -> Int {
      if case .node(_, let index) = input.storage { return index }
      return 0
    }
    let traced = ScanBody(
      loop: loop, enclosing: parent?.loops.last, path: path, count: count, arena: scope.arena,
      attachments: parent == nil ? scope.attachments : nil, nodes: first..<scope.arena.count, states: states.map(index),
      steps: steps.map(index) + added.map(\.input), next: next, statements: statements,
      items: items)
    let node = AnyRandom.make(
      .scan(traced), initial + wholes + added.map { AnyRandom($0.whole) },
      shape: .vector(initial.reduce(0) { $0 + $1.shape.count }), kind: .real)
    var offset = 0
    final = state(
      initial.map { part in
        defer { offset += part.shape.count }
        return node.part(at: offset, like: part)
      })
    let placement = Placement().inside(node, traced)
    self.states = history(next.map { placement.stacked($0) })
    self.statements = statements.isEmpty ? [] : [Statement(content: .run(node))]
    identity = statements.isEmpty ? 0 : parent?.submodelBegan(name, at: location) ?? 0
  }
}

extension AnyRandom {
  /// The elements from `offset` on, in the shape of another value.
  fileprivate func part(at offset: Int, like other: AnyRandom) -> AnyRandom {
    .apply(Slice.self, [self], shape: other.shape, kind: other.kind, immediate: (offset, 1, 0, 0))
  }
}

extension Scan where State: ScanState, History == State.History {
  /// Goes over a sequence: a step for each element.
  public init<S: ScanSequence>(
    _ name: String, over sequence: S, from initial: State, file: String = #fileID, line: Int = #line,
    @ModelBuilder _ body: (State, S.Step) throws -> ModelBody<State>
  ) rethrows {
    try self.init(
      name, over: sequence.wholes, count: nil, from: initial.parts, SourceLocation(file: file, line: line),
      state: State.init(parts:), history: State.history(ofParts:)
    ) { state, step in
      let result = try body(State(parts: state), S.step(step))
      return (result.value.parts, result.statements)
    }
  }

  /// Goes over two sequences of one length, side by side.
  public init<S: ScanSequence, T: ScanSequence>(
    _ name: String, over first: S, _ second: T, from initial: State, file: String = #fileID, line: Int = #line,
    @ModelBuilder _ body: (State, S.Step, T.Step) throws -> ModelBody<State>
  ) rethrows {
    let split = first.wholes.count
    try self.init(
      name, over: first.wholes + second.wholes, count: nil, from: initial.parts,
      SourceLocation(file: file, line: line), state: State.init(parts:), history: State.history(ofParts:)
    ) { state, step in
      let result = try body(State(parts: state), S.step(Array(step[..<split])), T.step(Array(step[split...])))
      return (result.value.parts, result.statements)
    }
  }

  /// Takes `count` steps.
  public init(
    _ name: String, count: Int, from initial: State, file: String = #fileID, line: Int = #line,
    @ModelBuilder _ body: (State) throws -> ModelBody<State>
  ) rethrows {
    try self.init(
      name, over: [], count: count, from: initial.parts, SourceLocation(file: file, line: line),
      state: State.init(parts:), history: State.history(ofParts:)
    ) { state, _ in
      let result = try body(State(parts: state))
      return (result.value.parts, result.statements)
    }
  }
}
