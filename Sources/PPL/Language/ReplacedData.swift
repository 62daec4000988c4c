import Synchronization

/// Data that take the place of a model's, while its body runs.
final class ReplacedData: Sendable {
  @TaskLocal static var current: ReplacedData?

  private let data: [String: [Double]]
  /// Of the model around this one, which go before.
  private let outer: ReplacedData?
  private let seen = Mutex<Set<String>>([])

  init(_ data: [String: [Double]]) {
    let scope = Scope.current
    self.data = Dictionary(uniqueKeysWithValues: data.map { (scope?.qualified($0) ?? $0, $1) })
    outer = Self.current
  }

  /// What takes the place of the data of an observation; nil where they stay.
  func elements(of path: String) -> [Double]? {
    seen.withLock { _ = $0.insert(path) }
    return outer?.elements(of: path) ?? data[path]
  }

  /// Throws for the first name that no observation has.
  func finish() throws(ModelError) {
    let seen = seen.withLock { $0 }
    if let name = data.keys.sorted().first(where: { !seen.contains($0) }) {
      throw .unknownSite(name, known: seen.sorted())
    }
  }
}

extension Model {
  /// This model with other data: its observations of these names score what is given here, element by element
  /// in column-major order, and all else stays as it is.
  ///
  ///     let posterior = try await sampler.run(model.observing(["y": simulated]), seed: 1)
  ///
  /// For an observation of a scan, the data of all steps are given. Observations of continuations, and of a
  /// scan within another one, cannot be given other data.
  ///
  /// A use of the model throws `ModelError.unknownSite` for a name that no observation has, `shapeMismatch`
  /// for another number of data, `invalidData` for those that the distribution cannot have, and
  /// `unsupportedSite` in a scan of a scan.
  public func observing(_ data: [String: [Double]]) -> Model {
    Model(body: {
      let replaced = ReplacedData(data)
      let body = try ReplacedData.$current.withValue(replaced) { try self.body() }
      try replaced.finish()
      return body
    })
  }
}

extension Scope {
  /// What the steps of a scan read.
  struct Steps {
    let loop: Loop
    let count: Int
    /// The number of sequences that the scan goes over.
    let sequences: Int
    /// Sequences that take the place of others, with their inputs in the body.
    var added: [(input: Int, whole: Constant)] = []
  }

  /// The element, at each step of the loop that this is in, of a sequence that takes the place of another
  /// one; nil unless there is as much of it.
  func element(of sequence: [Double], inPlaceOf other: AnyRandom) -> AnyRandom? {
    guard let steps else {
      guard let element = parent?.element(of: sequence, inPlaceOf: other) else { return nil }
      // what is known of the sequences of the loop
      sequences = parent?.sequences ?? sequences
      return element
    }
    guard sequence.count == other.shape.count * steps.count else { return nil }
    let shape: Shape = other.shape.isScalar ? .vector(steps.count) : .matrix(other.shape.count, steps.count)
    let whole = Constant(elements: sequence, shape: shape, kind: other.kind)
    let source = InputSource.step(steps.sequences + steps.added.count)
    let input = arena.append(.input(source, loop: steps.loop), shape: other.shape, kind: other.kind)
    self.steps?.added.append((input, whole))
    sequences[input] = whole
    return AnyRandom(arena: arena, index: input)
  }
}
