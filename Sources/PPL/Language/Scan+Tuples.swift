/// Tuples of random values as the states of scans.
extension Scan {
  /// Goes over a sequence, with two random values as the state.
  public init<A: StackableValue, B: StackableValue, S: ScanSequence>(
    _ name: String, over sequence: S, from initial: State, file: String = #fileID, line: Int = #line,
    @ModelBuilder _ body: (State, S.Step) throws -> ModelBody<State>
  ) rethrows where State == (Random<A>, Random<B>), History == (Random<A.Stacked>, Random<B.Stacked>) {
    let tuple: ([AnyRandom]) -> State = { (Random(expression: $0[0]), Random(expression: $0[1])) }
    try self.init(
      name, over: sequence.wholes, count: nil, from: [initial.0.expression, initial.1.expression],
      SourceLocation(file: file, line: line), state: tuple,
      history: { (Random(expression: $0[0]), Random(expression: $0[1])) }
    ) { state, step in
      let result = try body(tuple(state), S.step(step))
      return ([result.value.0.expression, result.value.1.expression], result.statements)
    }
  }

  /// Goes over two sequences side by side, with two random values as the state.
  public init<A: StackableValue, B: StackableValue, S: ScanSequence, T: ScanSequence>(
    _ name: String, over first: S, _ second: T, from initial: State, file: String = #fileID, line: Int = #line,
    @ModelBuilder _ body: (State, S.Step, T.Step) throws -> ModelBody<State>
  ) rethrows where State == (Random<A>, Random<B>), History == (Random<A.Stacked>, Random<B.Stacked>) {
    let split = first.wholes.count
    let tuple: ([AnyRandom]) -> State = { (Random(expression: $0[0]), Random(expression: $0[1])) }
    try self.init(
      name, over: first.wholes + second.wholes, count: nil, from: [initial.0.expression, initial.1.expression],
      SourceLocation(file: file, line: line), state: tuple,
      history: { (Random(expression: $0[0]), Random(expression: $0[1])) }
    ) { state, step in
      let result = try body(tuple(state), S.step(Array(step[..<split])), T.step(Array(step[split...])))
      return ([result.value.0.expression, result.value.1.expression], result.statements)
    }
  }

  /// Takes `count` steps, with two random values as the state.
  public init<A: StackableValue, B: StackableValue>(
    _ name: String, count: Int, from initial: State, file: String = #fileID, line: Int = #line,
    @ModelBuilder _ body: (State) throws -> ModelBody<State>
  ) rethrows where State == (Random<A>, Random<B>), History == (Random<A.Stacked>, Random<B.Stacked>) {
    let tuple: ([AnyRandom]) -> State = { (Random(expression: $0[0]), Random(expression: $0[1])) }
    try self.init(
      name, over: [], count: count, from: [initial.0.expression, initial.1.expression],
      SourceLocation(file: file, line: line), state: tuple,
      history: { (Random(expression: $0[0]), Random(expression: $0[1])) }
    ) { state, _ in
      let result = try body(tuple(state))
      return ([result.value.0.expression, result.value.1.expression], result.statements)
    }
  }

  /// Goes over a sequence, with three random values as the state.
  public init<A: StackableValue, B: StackableValue, C: StackableValue, S: ScanSequence>(
    _ name: String, over sequence: S, from initial: State, file: String = #fileID, line: Int = #line,
    @ModelBuilder _ body: (State, S.Step) throws -> ModelBody<State>
  ) rethrows where State == (Random<A>, Random<B>, Random<C>), History == (Random<A.Stacked>, Random<B.Stacked>, Random<C.Stacked>) {
    let tuple: ([AnyRandom]) -> State = { (Random(expression: $0[0]), Random(expression: $0[1]), Random(expression: $0[2])) }
    try self.init(
      name, over: sequence.wholes, count: nil, from: [initial.0.expression, initial.1.expression, initial.2.expression],
      SourceLocation(file: file, line: line), state: tuple,
      history: { (Random(expression: $0[0]), Random(expression: $0[1]), Random(expression: $0[2])) }
    ) { state, step in
      let result = try body(tuple(state), S.step(step))
      return ([result.value.0.expression, result.value.1.expression, result.value.2.expression], result.statements)
    }
  }

  /// Goes over two sequences side by side, with three random values as the state.
  public init<A: StackableValue, B: StackableValue, C: StackableValue, S: ScanSequence, T: ScanSequence>(
    _ name: String, over first: S, _ second: T, from initial: State, file: String = #fileID, line: Int = #line,
    @ModelBuilder _ body: (State, S.Step, T.Step) throws -> ModelBody<State>
  ) rethrows where State == (Random<A>, Random<B>, Random<C>), History == (Random<A.Stacked>, Random<B.Stacked>, Random<C.Stacked>) {
    let split = first.wholes.count
    let tuple: ([AnyRandom]) -> State = { (Random(expression: $0[0]), Random(expression: $0[1]), Random(expression: $0[2])) }
    try self.init(
      name, over: first.wholes + second.wholes, count: nil, from: [initial.0.expression, initial.1.expression, initial.2.expression],
      SourceLocation(file: file, line: line), state: tuple,
      history: { (Random(expression: $0[0]), Random(expression: $0[1]), Random(expression: $0[2])) }
    ) { state, step in
      let result = try body(tuple(state), S.step(Array(step[..<split])), T.step(Array(step[split...])))
      return ([result.value.0.expression, result.value.1.expression, result.value.2.expression], result.statements)
    }
  }

  /// Takes `count` steps, with three random values as the state.
  public init<A: StackableValue, B: StackableValue, C: StackableValue>(
    _ name: String, count: Int, from initial: State, file: String = #fileID, line: Int = #line,
    @ModelBuilder _ body: (State) throws -> ModelBody<State>
  ) rethrows where State == (Random<A>, Random<B>, Random<C>), History == (Random<A.Stacked>, Random<B.Stacked>, Random<C.Stacked>) {
    let tuple: ([AnyRandom]) -> State = { (Random(expression: $0[0]), Random(expression: $0[1]), Random(expression: $0[2])) }
    try self.init(
      name, over: [], count: count, from: [initial.0.expression, initial.1.expression, initial.2.expression],
      SourceLocation(file: file, line: line), state: tuple,
      history: { (Random(expression: $0[0]), Random(expression: $0[1]), Random(expression: $0[2])) }
    ) { state, _ in
      let result = try body(tuple(state))
      return ([result.value.0.expression, result.value.1.expression, result.value.2.expression], result.statements)
    }
  }
}
