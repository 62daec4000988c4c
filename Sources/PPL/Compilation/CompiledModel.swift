import NumericCore

/// A model lowered once: its log density on the unconstrained space, with gradient, and what a position stands for.
///
/// Latents that scores depend on are inferred; the position holds their unconstrained coordinates, site by site.
/// Latents that no score depends on are drawn forward when draws are generated. A compiled model is shared by all
/// chains; each has a workspace of its own.
public struct CompiledModel<Value: Sendable>: Sendable {
  let parts: DensityParts<Value>
  /// The log density on the unconstrained space, Jacobians included.
  public let density: ModelDensity
  /// For each constant of the graph, in the order of the walk, its slot in the program.
  let constantSlots: [Int?]

  /// Lowers a model.
  ///
  /// - Throws: `ModelError` where the model is ill-formed, its data are out of their support, or a site has no
  ///   gradient.
  public init(_ model: Model<Value>) throws {
    let parts = try DensityParts(model)
    let lowering = try parts.lowering(of: parts.terms)
    self.parts = parts
    constantSlots = parts.graph.constants.map { lowering.knownSlot(of: $0.node) }
    density = ModelDensity(lowering.finish(dimension: parts.dimension))
  }

  init(_ parts: DensityParts<Value>, density: ModelDensity, constantSlots: [Int?]) {
    (self.parts, self.density, self.constantSlots) = (parts, density, constantSlots)
  }

  public var inferredSites: [InferredSite] { parts.inferred }
  /// The value that the body returned, as random elements of this model.
  public var value: Value { parts.instance.value }
}

/// A site that is inferred.
public struct InferredSite: Sendable {
  public let path: String
  public let shape: Shape
  /// Its range in the unconstrained position.
  public let range: Range<Int>
  let placed: PlacedSite
}

/// A model's graph, ready to be lowered: what is inferred, by which transforms, and the terms of the log density.
struct DensityParts<Value: Sendable>: Sendable {
  let instance: Instance<Value>
  /// What the transforms' and the terms' nodes refer to.
  private let attachments: Attachments
  let returned: [(name: String, element: AnyRandom)]
  let observations: [PlacedObservation]
  let inferred: [InferredSite]
  /// Latents that no score depends on.
  let forward: [PlacedSite]
  /// Discrete latents that are summed out; nil where there are none.
  let summedOut: SummedOut?
  let transforms: [String: Transform]
  let terms: [ScoreTerm]
  /// What makes its scores when it is run.
  let runs: [AnyRandom]
  let dimension: Int
  let graph: GraphConstants

  init(_ model: Model<Value>) throws {
    let instance = try model.instantiate()
    self.instance = instance
    returned = try elements(of: instance.value)
    observations = PPL.observations(of: instance.statements)
    let sites = latents(reachedFrom: instance.statements.flatMap(\.dependencies))
    let known = Set(sites.map(\.path))
    let wanted =
      returned.map(\.element) + instance.statements.flatMap(\.parameters)
      + observations.flatMap { $0.observation.distribution.parameters.map(\.value) }
    forward = latents(reachedFrom: wanted).filter { !known.contains($0.path) }
    let marginalised = Set(instance.marginalised)
    if let name = marginalised.subtracting(known).subtracting(forward.map(\.path)).min() {
      throw ModelError.unknownSite(name, known: known.sorted())
    }
    for site in sites where site.distribution.support.isDiscrete && !marginalised.contains(site.path) {
      throw ModelError.unsupportedSite(
        site: site.path,
        reason: "a discrete latent has no gradient: sum it out by `marginalising`, or sample it by another method",
        location: site.location)
    }

    let scope = Scope()
    attachments = scope.attachments
    let (statements, allRuns) = (instance.statements, instance.statements.flatMap(\.runs))
    let summed = sites.filter { marginalised.contains($0.path) }
    var (inferred, transforms, offset) = ([InferredSite](), [String: Transform](), 0)
    var terms: [ScoreTerm] = []
    summedOut = try Scope.$current.withValue(scope) {
      for placed in sites where !marginalised.contains(placed.path) {
        let (site, loop) = (placed.site, placed.site.loops.last)
        let transform = Transform(site.distribution.support, shape: site.shape, offset: offset, loop: loop)
        let range = offset..<(offset + transform.dimension * placed.placement.steps)
        inferred.append(InferredSite(path: site.path, shape: placed.shape, range: range, placed: placed))
        transforms[site.path] = transform
        offset = range.upperBound
        terms.append(ScoreTerm(site: site.path, site.distribution.terms(of: transform.value), in: loop))
        if !transform.logJacobian.isEmpty {
          let isInverted = Mutation.isActive(.transformJacobianInverted)
          let logJacobian = isInverted ? transform.logJacobian.map { -1 * $0 } : transform.logJacobian
          terms.append(ScoreTerm(site: logJacobianName(of: site.path), logJacobian, in: loop))
        }
      }
      let items = statements.items
      if summed.isEmpty {
        terms += scoreTerms(of: items)
        return nil
      }
      let result = try SummedOut(
        summed, terms: terms.map { ($0, Self.pieces($0, inferred, transforms)) } + items.flatMap { $0.termsWithPieces() },
        runs: allRuns, bounds: inferred.compactMap { site in transforms[site.path].map { (site.path, $0.value) } })
      terms = result.terms
      return result
    }
    try scope.finish()
    runs = summedOut?.runs ?? allRuns
    (self.inferred, self.transforms, self.terms, dimension) = (inferred, transforms, terms, offset)
    graph = GraphConstants(terms.flatMap(\.expressions) + runs, substitutes: transforms.mapValues(\.value))
  }
}

extension DensityParts {
  /// Those that are inferred, summed out, and drawn forward.
  var allLatents: [PlacedSite] { inferred.map(\.placed) + (summedOut?.sites ?? []) + forward }

  /// What a continuous site's term is the sum of.
  private static func pieces(
    _ term: ScoreTerm, _ inferred: [InferredSite], _ transforms: [String: Transform]
  ) -> [DensityPiece] {
    guard let placed = inferred.first(where: { $0.path == term.site })?.placed,
      let transform = transforms[term.site],
      placed.distribution is any UnivariateDistribution
    else {
      return term.expressions.map { DensityPiece(name: term.site, expression: $0, loop: term.loop, isPrior: true) }
    }
    let elements = placed.distribution.logDensity(of: transform.value).elements(placed.site.shape)
    return [DensityPiece(name: term.site, expression: elements, loop: term.loop, isPrior: true)]
  }

  /// The lowering of terms of this graph, with what they are made of when it is run.
  func lowering(of terms: [ScoreTerm]) throws -> Lowering {
    let transforms = transforms
    let lowering = try Lowering(terms: terms) { site in
      guard let transform = transforms[site.path] else {
        preconditionFailure("the latent \(site.path) reaches a score and was not found")
      }
      return .expression(transform.value)
    }
    for run in runs { try lowering.run(run) }
    return lowering
  }
}

/// Scalar expressions that add up to what a site, or a score, adds to the log density: once, or at each step of a loop.
struct ScoreTerm: Sendable {
  let site: String
  let expressions: [AnyRandom]
  let loop: Loop?

  init(site: String, _ expressions: [AnyRandom], in loop: Loop?) {
    (self.site, self.expressions, self.loop) = (site, expressions, loop)
  }
}

/// The name under which the log Jacobian of a site's transform is added.
func logJacobianName(of site: String) -> String { "\(site): log Jacobian" }

/// What items score, those of scans included.
func scoreTerms(of items: [RunItem], in loop: Loop? = nil) -> [ScoreTerm] {
  items.flatMap { item in
    switch item {
    case .score(let site, let expressions, _): [ScoreTerm(site: site, expressions, in: loop)]
    case .run(let run): run.scanBody.map { scoreTerms(of: $0.items, in: $0.loop) } ?? []
    }
  }
}

extension RunItem {
  /// What it scores, with what each term is the sum of; what scans score at each step is among it.
  fileprivate func termsWithPieces(in loop: Loop? = nil) -> [(term: ScoreTerm, pieces: [DensityPiece])] {
    switch self {
    case .run(let run):
      return run.scanBody.map { body in body.items.flatMap { $0.termsWithPieces(in: body.loop) } } ?? []
    case .score(let site, let expressions, let observation):
      var elements = expressions.map(\.summands)
      if let observation, observation.distribution is any UnivariateDistribution {
        elements = [observation.distribution.logDensity(of: observation.data).elements(observation.data.shape)]
      }
      let pieces = elements.map { DensityPiece(name: site, expression: $0, loop: loop) }
      return [(ScoreTerm(site: site, expressions, in: loop), pieces)]
    }
  }
}

extension Distribution {
  /// Scalar expressions whose sum is log p(x), for one draw or a plate of them.
  func terms(of x: AnyRandom) -> [AnyRandom] {
    // The terms of a vector's density are numbers for the whole vector.
    logDensity(of: x).total(plate: self is any UnivariateDistribution ? x.shape.count : 1)
  }
}

extension LogDensityTerms {
  /// Scalar expressions whose sum is the log density of a plate.
  func total(plate count: Int) -> [AnyRandom] {
    var result = terms.map { $0.sum(overPlateOf: count) }
    if let kernel {
      let known = count == 1 ? kernel.value(ofKnown: inputs) : nil
      result.append(known.map { AnyRandom($0) } ?? .apply(kernel, inputs, shape: .scalar))
    }
    return result
  }

  /// The log density of each element of a plate.
  func elements(_ shape: Shape) -> AnyRandom {
    var result = kernel.map { AnyRandom.apply($0, inputs, shape: shape, immediate: (1, 0, 0, 0)) }
    for term in terms { result = result.map { $0 + term } ?? term }
    return result ?? 0
  }
}
