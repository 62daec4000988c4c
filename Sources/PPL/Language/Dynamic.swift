import NumericCore

extension Random {
  /// A plain Swift function of the drawn value: correct everywhere, differentiable nowhere. A score that depends on a
  /// continuous latent through it has no gradient, and gradient samplers say so.
  public func map<B: Sendable>(_ function: @escaping @Sendable (Value) -> B) -> Random<B> {
    let shape = expression.shape
    let body = OpaqueFunction { payloads in .of(function(try payloads[0].value(shape: shape))) }
    return .init(.make(.map(body), [expression], shape: .scalar, kind: numberKind(of: B.self)))
  }

  /// Dynamic structure: what follows depends on the drawn value. The continuation is run when the value is known, once
  /// for each particle; what it draws has addresses of its own.
  ///
  /// Recursion belongs inside of a continuation, and may be as deep as memory allows.
  public func flatMap<B: Sendable>(_ function: @escaping @Sendable (Value) throws -> Random<B>) -> Random<B> {
    .init(
      bind(B.self, scores: false) { value in
        ModelBody(statements: [], value: try function(value))
      })
  }

  /// Dynamic structure that scores: the continuation chooses a model. The result is a model: include it with
  /// `Submodel`, or return it as it is.
  public func flatMap<B: Sendable>(
    _ function: @escaping @Sendable (Value) throws -> Model<Random<B>>
  ) -> Model<Random<B>> {
    Model<Random<B>>(body: {
      let result = bind(B.self, scores: true) { value in try function(value).body() }
      return ModelBody(statements: [Statement(content: .run(result))], value: Random<B>(result))
    })
  }

  private func bind<B: Sendable>(
    _ result: B.Type, scores: Bool, _ body: @escaping @Sendable (Value) throws -> ModelBody<Random<B>>
  ) -> AnyRandom {
    let shape = expression.shape
    let key = Scope.current?.claimBind() ?? Scope.anonymousKey()
    let path = Scope.current?.path ?? ""
    let loops = Scope.current?.loops ?? []
    let continuation = Continuation(scores: scores) { payload in
      let scope = Scope(path: Scope.deeper(path), key: key, loops: loops, isOfContinuation: true)
      return try Scope.$current.withValue(scope) {
        let result = try body(try payload.value(shape: shape))
        try scope.finish()
        let items = result.statements.items
        try scope.finish()
        return Continuation.Result(
          arena: scope.arena, attachments: scope.attachments, value: result.value.expression, items: items)
      }
    }
    return .make(.bind(continuation), [expression], shape: .scalar, kind: numberKind(of: B.self))
  }
}

extension Statement {
  /// The log densities that a statement adds, as expressions. What `runs` adds its own when it is run.
  func scores() -> [AnyRandom] {
    switch content {
    case .observe(let observation):
      observation.isPredicted ? [] : observation.distribution.terms(of: observation.data)
    case .factor(_, let logWeight, _): [logWeight]
    case .run: []
    }
  }

  /// The name under which it scores; nil where what it runs has names of its own.
  var site: String? {
    switch content {
    case .observe(let observation): observation.path
    case .factor(let name, _, _): name
    case .run: nil
    }
  }

  /// What has to be computed for the scores that it makes: a bind, a scan.
  var runs: [AnyRandom] {
    if case .run(let result) = content { return [result] }
    return []
  }
}

/// How the values of a Swift type are kept: as a number, or as they are.
private func numberKind<B>(of type: B.Type) -> NumberKind {
  (type as? any ScalarRandomValue.Type)?.kind ?? .opaque
}

extension Payload {
  static func of<B: Sendable>(_ value: B) -> Payload {
    if let value = value as? any ScalarRandomValue { return .numbers([value.element]) }
    return .opaque(value)
  }

  /// The Swift value that this stands for.
  func value<V: Sendable>(shape: Shape, as type: V.Type = V.self) throws -> V {
    switch self {
    case .numbers(let elements):
      if let type = type as? any RandomValue.Type, let value = type.init(elements: elements, shape: shape) as? V {
        return value
      }
    case .opaque(let value):
      if let value = value as? V { return value }
    case .delayed: break
    }
    throw ModelError.structureMismatch("a value of another type than \(V.self) reached a continuation")
  }
}
