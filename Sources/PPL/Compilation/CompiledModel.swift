import NumericCore

/// A model lowered once: its log density on the unconstrained space, with gradient, and what a position stands for.
///
/// Latents that scores depend on are inferred; the position holds their unconstrained coordinates, site by site.
/// Latents that no score depends on are drawn forward when draws are generated. A compiled model is shared by all
/// chains; each has a workspace of its own.
public struct CompiledModel<Value: Sendable>: Sendable {
  /// An inferred site.
  public struct InferredSite: Sendable {
    public let path: String
    public let shape: Shape
    /// Its range in the unconstrained position.
    public let range: Range<Int>
    let site: Site
  }

  let instance: Instance<Value>
  public let inferredSites: [InferredSite]
  /// Latents that are drawn forward: no score depends on them.
  let forwardSites: [Site]
  let observations: [Observation]
  let substitutions: [String: Transform]
  /// The log density on the unconstrained space, Jacobians included.
  public let density: ModelDensity
  let returned: [(name: String, element: AnyRandom)]

  /// Lowers a model.
  ///
  /// - Throws: `ModelError` where the model is ill-formed, its data are out of their support, or a site has no
  ///   gradient.
  public init(_ model: Model<Value>) throws {
    let instance = try model.instantiate()
    self.instance = instance
    returned = try elements(of: instance.value)
    observations = instance.statements.compactMap {
      if case .observe(let observation) = $0.content { return observation }
      return nil
    }
    var scored: [AnyRandom] = []
    for statement in instance.statements {
      switch statement.content {
      case .observe(let observation) where !observation.isPredicted:
        scored += observation.distribution.parameters.map(\.value)
      case .observe: break
      case .factor(_, let logWeight, _): scored.append(logWeight)
      case .run(let result): scored.append(result)
      }
    }
    let inferred = latents(reachedFrom: scored)
    let known = Set(inferred.map(\.path))
    let wanted =
      returned.map(\.element) + observations.flatMap { $0.distribution.parameters.map(\.value) }
    forwardSites = latents(reachedFrom: wanted).filter { !known.contains($0.path) }

    let scope = Scope()
    var (sites, transforms, offset) = ([InferredSite](), [String: Transform](), 0)
    Scope.$current.withValue(scope) {
      for site in inferred {
        let transform = Transform(site.distribution.support, shape: site.shape, offset: offset)
        transforms[site.path] = transform
        sites.append(
          InferredSite(
            path: site.path, shape: site.shape, range: offset..<(offset + transform.dimension), site: site))
        offset += transform.dimension
      }
    }
    try scope.finish()
    for site in inferred where site.distribution.support.isDiscrete {
      throw ModelError.unsupportedSite(
        site: site.path, reason: "a discrete latent has no gradient: it must be summed out, or sampled by another method",
        location: site.location)
    }
    (inferredSites, substitutions) = (sites, transforms)

    var lowering = Lowering { site in
      guard let transform = transforms[site.path] else {
        preconditionFailure("the latent \(site.path) reaches a score and was not found")
      }
      return .expression(transform.value)
    }
    try Scope.$current.withValue(scope) {
      for site in inferred {
        guard let transform = transforms[site.path] else { continue }
        try lowering.term(site.distribution.terms(of: transform.value), site: site.path)
        if !transform.logJacobian.isEmpty {
          try lowering.term(transform.logJacobian, site: "\(site.path): log Jacobian")
        }
      }
      for statement in instance.statements {
        switch statement.content {
        case .observe(let observation) where !observation.isPredicted:
          try lowering.term(observation.distribution.terms(of: observation.data), site: observation.path)
        case .observe: break
        case .factor(let name, let logWeight, _): try lowering.term([logWeight], site: name)
        case .run(let result): try lowering.term([result], site: "flatMap")
        }
      }
    }
    try scope.finish()
    density = ModelDensity(lowering.finish(dimension: offset))
  }

  /// The value that the body returned, as random elements of this model.
  public var value: Value { instance.value }
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
    if let kernel { result.append(.apply(kernel, inputs, shape: .scalar)) }
    return result
  }

  /// The log density of each element of a plate.
  func elements(_ shape: Shape) -> AnyRandom {
    var result = kernel.map { AnyRandom.apply($0, inputs, shape: shape, immediate: (1, 0, 0, 0)) }
    for term in terms { result = result.map { $0 + term } ?? term }
    return result ?? 0
  }
}
