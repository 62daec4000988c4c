/// An inclusion of a model in another one: fresh sites under `name/`, and `value`, what the model returns.
///
/// Where the model scores, its inclusion is a statement too; left out, the enclosing model throws
/// `ModelError.submodelNotScored`.
///
///     let prior = Submodel("prior", hyperPrior)
///     prior
///     let theta = Latent("theta", Normal(prior.value.mu, 1))
public struct Submodel<Value: Sendable>: Sendable {
  public let value: Value
  let statements: [Statement]
  private let identity: Int

  public init(
    _ name: String, _ model: Model<Value>, file: String = #fileID, line: Int = #line
  ) throws {
    let location = SourceLocation(file: file, line: line)
    let parent = Scope.current
    let (path, key) = parent?.claim(name, at: location) ?? (name, Scope.root.child(name))
    let scope = Scope(path: path, key: key, parent: parent)
    let body = try Scope.$current.withValue(scope) {
      let body = try model.body()
      try scope.finish()
      return body
    }
    (value, statements) = (body.value, body.statements)
    identity = statements.isEmpty ? 0 : parent?.submodelBegan(name, at: location) ?? 0
  }

  func taken() -> [Statement] {
    Scope.current?.submodelTaken(identity)
    return statements
  }
}
