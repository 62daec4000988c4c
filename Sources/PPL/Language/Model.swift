import NumericCore

/// An unnormalised measure: random elements, scores, and what is returned.
///
/// A model stores its body and runs it anew for each use, so that every inclusion has fresh sites.
public struct Model<Value: Sendable>: Sendable {
  let body: @Sendable () throws -> ModelBody<Value>

  public init(@ModelBuilder _ body: @escaping @Sendable () throws -> ModelBody<Value>) { self.body = body }

  init(body: @escaping @Sendable () throws -> ModelBody<Value>) { self.body = body }

  /// Runs the body in a new arena.
  func instantiate() throws -> Instance<Value> {
    let scope = Scope()
    return try Scope.$current.withValue(scope) {
      let body = try self.body()
      try scope.finish()
      return Instance(
        attachments: scope.attachments, statements: body.statements, value: body.value,
        marginalised: scope.marginalised)
    }
  }
}

/// A statement of a model: what scores.
public struct Statement: Sendable {
  enum Content: Sendable {
    case observe(Observation)
    case factor(name: String, logWeight: AnyRandom, location: SourceLocation)
    /// A value that has to be computed for the scores that it makes: a bind or a scan.
    case run(AnyRandom)
  }
  let content: Content
}

/// What the body of a model leaves.
public struct ModelBody<Value: Sendable>: Sendable {
  let statements: [Statement]
  let value: Value
}

/// The result of a model's body: any value that is built of random values.
public struct Return<Value: Sendable>: Sendable {
  let value: Value
  public init(_ value: Value) { self.value = value }
}

/// A run of a model's body: what its nodes refer to, its scores and the returned value. Its random values are of use as
/// long as it is kept.
struct Instance<Value: Sendable>: Sendable {
  let attachments: Attachments
  let statements: [Statement]
  let value: Value
  /// The sites that are to be summed out of the density.
  let marginalised: [String]
}

@resultBuilder public enum ModelBuilder {
  public static func buildExpression(_ statement: Statement) -> [Statement] { [statement] }
  public static func buildExpression(_ assignment: Void) -> [Statement] { [] }
  public static func buildExpression<V>(_ submodel: Submodel<V>) -> [Statement] { submodel.taken() }
  public static func buildExpression<S, H>(_ scan: Scan<S, H>) -> [Statement] { scan.taken() }
  public static func buildExpression<V>(_ result: Return<V>) -> Return<V> { result }
  @available(*, unavailable, message: "a latent is not a statement: bind it with `let`")
  public static func buildExpression<V>(_ latent: Random<V>) -> [Statement] { [] }
  @available(*, unavailable, message: "a model is not a statement: include it with `let part = Submodel(name, model)`")
  public static func buildExpression<V>(_ model: Model<V>) -> [Statement] { [] }

  public static func buildBlock() -> [Statement] { [] }
  public static func buildPartialBlock(first: [Statement]) -> [Statement] { first }
  public static func buildPartialBlock<V>(first: Return<V>) -> ModelBody<V> {
    ModelBody(statements: [], value: first.value)
  }
  public static func buildPartialBlock<V>(first: ModelBody<V>) -> ModelBody<V> { first }
  public static func buildPartialBlock(accumulated: [Statement], next: [Statement]) -> [Statement] {
    accumulated + next
  }
  public static func buildPartialBlock<V>(accumulated: [Statement], next: Return<V>) -> ModelBody<V> {
    ModelBody(statements: accumulated, value: next.value)
  }
  public static func buildPartialBlock<V>(accumulated: [Statement], next: ModelBody<V>) -> ModelBody<V> {
    ModelBody(statements: accumulated + next.statements, value: next.value)
  }
  public static func buildArray(_ components: [[Statement]]) -> [Statement] { components.flatMap { $0 } }
  public static func buildOptional(_ component: [Statement]?) -> [Statement] { component ?? [] }
  public static func buildEither(first: [Statement]) -> [Statement] { first }
  public static func buildEither(second: [Statement]) -> [Statement] { second }
  public static func buildEither<V>(first: ModelBody<V>) -> ModelBody<V> { first }
  public static func buildEither<V>(second: ModelBody<V>) -> ModelBody<V> { second }
  public static func buildFinalResult<V>(_ body: ModelBody<V>) -> ModelBody<V> { body }
  public static func buildFinalResult(_ statements: [Statement]) -> ModelBody<Void> {
    ModelBody(statements: statements, value: ())
  }
}
