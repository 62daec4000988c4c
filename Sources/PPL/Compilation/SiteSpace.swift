import NumericCore

/// The unconstrained coordinates of some of a model's continuous sites: where chains over them move.
public struct SiteSpace: Sendable {
  /// The sites, in the order of their coordinates.
  public let variables: [Variable]
  public let dimension: Int
  private let attachments: [Attachments]
  let sites: [PlacedSite]
  private let ranges: [Range<Int>]
  private let values: BatchEvaluation

  /// - Throws: `ModelError.unknownSite`; `unsupportedSite` for a discrete site, one in a scan, and one whose bounds depend
  ///   on a site that is not among them.
  public init<Value>(_ model: Model<Value>, sites names: [String]) throws {
    let instance = try model.instantiate()
    let scope = Scope()
    attachments = [instance.attachments, scope.attachments]
    let sites = try instance.sites(named: names)
    for site in sites where site.distribution.support.isDiscrete {
      throw ModelError.unsupportedSite(
        site: site.path, reason: "a discrete site has no coordinates", location: site.location)
    }
    var (transforms, ranges, terms, offset) = ([String: Transform](), [Range<Int>](), [ScoreTerm](), 0)
    Scope.$current.withValue(scope) {
      for site in sites {
        let transform = Transform(site.distribution.support, shape: site.site.shape, offset: offset)
        transforms[site.path] = transform
        ranges.append(offset..<(offset + transform.dimension))
        offset += transform.dimension
        if !transform.logJacobian.isEmpty { terms.append(ScoreTerm(site: site.path, transform.logJacobian, in: nil)) }
      }
    }
    (self.sites, self.ranges, dimension) = (sites, ranges, offset)
    variables = sites.map { Variable(name: $0.path, shape: $0.shape) }
    values = try BatchEvaluation(sites.map { ($0.path, $0.draw) }, terms: terms, dimension: offset) { site in
      guard let transform = transforms[site.path] else { throw Self.outside(site) }
      return .expression(transform.value)
    }
  }

  private static func outside(_ site: Site) -> ModelError {
    .unsupportedSite(
      site: site.path, reason: "bounds depend on it, and it is not among the sites", location: site.location)
  }

  /// The values that a position stands for, and the log Jacobian of the map there; nil so far out that the map overflows.
  public func values(at position: [Double]) -> (values: [String: [Double]], logJacobian: Double)? {
    guard let (columns, totals) = try? values.run(.positions(position), count: 1, key: RandomKey(seed: 0)),
      totals[0].isFinite, columns.allSatisfy({ $0[0].isFinite })
    else { return nil }
    let named = VariableColumns(variables: variables, columns: columns).byName
    return (named.mapValues { $0.map { $0[0] } }, totals[0])
  }

  /// The position that stands for values of all sites.
  ///
  /// - Throws: `ModelError.unknownSite` for a site without a value, `invalidData` for a value that its site cannot take.
  public func position(of values: [String: [Double]]) throws -> [Double] {
    var position = Array(repeating: 0.0, count: dimension)
    for (site, range) in zip(sites, ranges) {
      guard let value = values[site.path], value.count == site.shape.count else {
        throw ModelError.unknownSite(site.path, known: values.keys.sorted())
      }
      let (lower, upper) = try bounds(of: site, given: values)
      let coordinates = site.distribution.support.coordinates(of: value, lower: lower, upper: upper)
      try site.site.check(coordinates, of: value)
      position.replaceSubrange(range, with: coordinates)
    }
    return position
  }

  private func bounds(of site: PlacedSite, given values: [String: [Double]]) throws -> (lower: [Double], upper: [Double]) {
    let (lower, upper) = site.distribution.support.bounds
    if let lower = lower.constantElements, let upper = upper.constantElements { return (lower, upper) }
    let batch = try BatchEvaluation([("lower", lower), ("upper", upper)]) { site in
      guard values[site.path] != nil else { throw Self.outside(site) }
      return .given
    }
    let columns = try batch.run(
      .sites(values.mapValues { $0.map { [$0] } }), count: 1, key: RandomKey(seed: 0)
    ).columns.map { $0[0] }
    return (Array(columns[..<lower.shape.count]), Array(columns[lower.shape.count...]))
  }
}

extension Site {
  /// Throws for the first value that has no finite coordinate: it is not inside of the support.
  func check(_ coordinates: [Double], of values: [Double]) throws(ModelError) {
    guard let i = coordinates.firstIndex(where: { !$0.isFinite }) else { return }
    throw .invalidData(
      site: path, index: values.count == 1 ? nil : i, value: values[min(i, values.count - 1)],
      expected: "a value inside of its support", location: location)
  }
}

extension Support {
  /// The ends of an interval; 0 where there is none.
  var bounds: (lower: AnyRandom, upper: AnyRandom) {
    switch self {
    case .greaterThan(let lower): (lower, 0)
    case .lessThan(let upper): (0, upper)
    case .interval(let lower, let upper): (lower, upper)
    case .real, .simplex, .ordered, .correlationCholesky, .integers: (0, 0)
    }
  }
}

extension Instance {
  /// Latents by name.
  ///
  /// - Throws: `unknownSite`; `unsupportedSite` for a site of a scan, which draws at each step.
  func sites(named names: [String]) throws -> [PlacedSite] {
    let all = latents(
      reachedFrom: statements.flatMap(\.parameters) + (try elements(of: value).map(\.element)))
    return try names.map { name in
      guard let site = all.first(where: { $0.path == name }) else {
        throw ModelError.unknownSite(name, known: all.map(\.path))
      }
      guard site.placement.scans.isEmpty else {
        throw ModelError.unsupportedSite(
          site: name, reason: "it draws at each step of a scan: single sites are expected", location: site.location)
      }
      return site
    }
  }
}
