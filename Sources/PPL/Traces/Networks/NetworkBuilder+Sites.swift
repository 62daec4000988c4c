import NumericCore

/// Sites: a step that draws, the formula for the log density, and what becomes of it in the support.
extension NetworkBuilder {
  func draw(_ site: Site, _ parameters: [Int], at cell: Int, _ x: AnyRandom) throws {
    let value = newSlot(site.shape.count)
    put(.slot(value), at: cell)
    if program.held[site.path] != nil { return parts.held.append((site.path, value)) }
    let number = parts.sites.count
    add(.draw(number), parameters, output: value)
    let (kind, formula) = kind(of: site, x)
    let density = slot(at: try place(of: formula))
    let support = try networkSupport(site.distribution.support)
    let logDensity = newSlot(kind.choices)
    let address = TraceAddress(site, steps: site.loops.map { steps[$0] ?? 0 })
    parts.sites.append(
      NetworkSite(
        kind, address, value: value, parameters: parameters, formula: density, logDensity: logDensity,
        support: support))
    add(.prior(number), [value, density] + parameters + support.bounds, output: logDensity)
  }

  /// What a site's instances share, and the formula for the log density of x.
  private func kind(of site: Site, _ x: AnyRandom) -> (kind: NetworkSiteKind, formula: AnyRandom) {
    if let known = kinds[site.key] { return known }
    let isPlate = site.distribution is any UnivariateDistribution
    let formula = site.distribution.logDensity(of: x).elements(isPlate ? site.shape : .scalar)
    let made = (NetworkSiteKind(site), formula)
    kinds[site.key] = made
    return made
  }

  private func networkSupport(_ support: Support) throws -> NetworkSupport {
    func bound(_ expression: AnyRandom) throws -> Int { slot(at: try place(of: expression)) }
    return switch support {
    case .real: .real
    case .greaterThan(let lower): .greaterThan(try bound(lower))
    case .lessThan(let upper): .lessThan(try bound(upper))
    case .interval(let lower, let upper): .interval(try bound(lower), try bound(upper))
    case .integers(let lower, let upper): .integers(lower, try upper.map(bound))
    case .simplex: .simplex
    case .ordered: .ordered
    case .correlationCholesky: .correlationCholesky
    }
  }
}

extension NetworkSupport {
  var bounds: [Int] {
    switch self {
    case .real, .simplex, .ordered, .correlationCholesky: []
    case .greaterThan(let bound), .lessThan(let bound): [bound]
    case .interval(let lower, let upper): [lower, upper]
    case .integers(_, let upper): upper.map { [$0] } ?? []
    }
  }
}
