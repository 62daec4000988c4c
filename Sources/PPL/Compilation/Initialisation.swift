import Foundation
import NumericCore

/// Where a chain starts.
public enum Start: Sendable {
  /// Each unconstrained coordinate uniform on (-radius, radius), redrawn until the log density is finite.
  case random(radius: Double)
  /// Values of sites, by name and in column-major order; sites that are not named start at random.
  case values([String: [Double]])

  /// Stan's start: random with radius 2.
  public static let random = Start.random(radius: 2)
}

extension CompiledModel {
  /// An unconstrained position at which the log density and its gradient are finite.
  ///
  /// - Throws: `ModelError.initialisationFailed`, that names a site and what is wrong there, after 100 attempts;
  ///   `unknownSite`, or `invalidData` for a value that its site cannot take.
  public func start(_ start: Start, key: RandomKey) throws -> [Double] {
    var stream = RandomStream(key)
    var radius = 2.0
    var given: [String: [Double]] = [:]
    switch start {
    case .random(let r): radius = r
    case .values(let values): given = values
    }
    for name in given.keys where !inferredSites.contains(where: { $0.path == name }) {
      throw ModelError.unknownSite(name, known: inferredSites.map(\.path))
    }
    var workspace = density.makeWorkspace()
    var gradient = [Double](repeating: 0, count: density.dimension)
    var position = gradient
    for _ in 0..<100 {
      for i in position.indices { position[i] = radius * (2 * stream.uniform() - 1) }
      if !given.isEmpty { try place(given, into: &position) }
      var span = gradient.mutableSpan
      let value = density.logDensity(at: position.span, gradient: &span, workspace: &workspace)
      if value.isFinite && gradient.allSatisfy(\.isFinite) { return position }
    }
    throw failure(at: position)
  }

  /// Writes the coordinates that stand for given values.
  private func place(_ given: [String: [Double]], into position: inout [Double]) throws {
    for inferred in inferredSites {
      guard let values = given[inferred.path] else { continue }
      let (site, placement) = (inferred.placed.site, inferred.placed.placement)
      guard values.count == inferred.shape.count else {
        throw ModelError.shapeMismatch(
          operation: "the start of `\(site.path)`", shapes: [.vector(values.count), inferred.shape],
          location: site.location)
      }
      let bounds = try bounds(of: site, in: placement, at: position)
      let size = site.shape.count
      let coordinates = try (0..<placement.steps).flatMap { step in
        let own = (step * size)..<((step + 1) * size)
        let constant = Constant(elements: Array(values[own]), shape: site.shape, kind: .real)
        try site.distribution.checkData(constant, site: site.path, at: site.location)
        return site.distribution.support.coordinates(
          of: constant.elements, lower: bounds.lower.part(step, of: placement.steps),
          upper: bounds.upper.part(step, of: placement.steps))
      }
      try site.check(coordinates, of: values)
      position.replaceSubrange(inferred.range, with: coordinates)
    }
  }

  /// The bounds of a site, which may depend on sites before it, at a position.
  private func bounds(
    of site: Site, in placement: Placement, at position: [Double]
  ) throws -> (lower: [Double], upper: [Double]) {
    let (lower, upper) = site.distribution.support.bounds
    let stacked = [("lower", lower), ("upper", upper)].map { (name: $0, element: placement.stacked($1)) }
    let values = try evaluate(stacked, at: position)
    return (values[0], values[1])
  }

  /// The values of expressions at a position.
  func evaluate(_ outputs: [(name: String, element: AnyRandom)], at position: [Double]) throws -> [[Double]] {
    let transforms = parts.transforms
    let batch = try BatchEvaluation(outputs, dimension: density.dimension) { site in
      transforms[site.path].map { .expression($0.value) } ?? .drawn
    }
    let columns = try batch.run(.positions(position), count: 1, key: Scope.root).columns
    var first = 0
    return batch.variables.map { variable in
      defer { first += variable.shape.count }
      return columns[first..<(first + variable.shape.count)].map { $0[0] }
    }
  }

  /// Why the log density is not finite at a position: the first site that is not, and a parameter that it cannot take.
  func failure(at position: [Double]) -> ModelError {
    let table = density.logDensityBySite(at: position)
    guard let worst = table.first(where: { !$0.logDensity.isFinite }) else {
      return .initialisationFailed(
        site: inferredSites.first?.path ?? "", reason: "the gradient is not finite", location: nil)
    }
    var (parameters, location): ([Parameter], SourceLocation?) = ([], nil)
    var (distribution, placement) = ("", Placement())
    if let placed = inferredSites.first(where: { $0.path == worst.site })?.placed {
      (parameters, location, placement) = (placed.distribution.parameters, placed.location, placed.placement)
      distribution = placed.distribution.name
    } else if let placed = parts.observations.first(where: { $0.path == worst.site }) {
      let observation = placed.observation
      (parameters, location, placement) = (observation.distribution.parameters, observation.location, placed.placement)
      distribution = observation.distribution.name
    }
    let values = try? evaluate(parameters.map { ($0.name, placement.stacked($0.value)) }, at: position)
    for (parameter, elements) in zip(parameters, values ?? []) {
      for element in elements where !parameter.domain.contains(element) {
        return .initialisationFailed(
          site: worst.site,
          reason: "\(distribution): \(parameter.name) = \(element), expected \(parameter.domain.expectation)",
          location: location)
      }
    }
    return .initialisationFailed(
      site: worst.site, reason: "its log density is \(worst.logDensity)", location: location)
  }
}

extension [Double] {
  /// The part of one of `count` steps.
  fileprivate func part(_ step: Int, of count: Int) -> [Double] {
    let size = self.count / Swift.max(count, 1)
    return Array(self[(step * size)..<((step + 1) * size)])
  }
}

extension Support {
  /// The unconstrained coordinates of a value: the inverse of `Transform`.
  func coordinates(of x: [Double], lower: [Double], upper: [Double]) -> [Double] {
    func bound(_ bounds: [Double], _ i: Int) -> Double { bounds.count == 1 ? bounds[0] : bounds[i] }
    switch self {
    case .real, .integers: return x
    case .greaterThan: return x.indices.map { log(x[$0] - bound(lower, $0)) }
    case .lessThan: return x.indices.map { log(bound(upper, $0) - x[$0]) }
    case .interval:
      return x.indices.map { log(x[$0] - bound(lower, $0)) - log(bound(upper, $0) - x[$0]) }
    case .ordered:
      return x.indices.map { $0 == 0 ? x[0] : log(x[$0] - x[$0 - 1]) }
    case .correlationCholesky: return CorrelationCholesky.coordinates(of: x)
    case .simplex:
      var rest = 1.0
      return x.indices.dropLast().map { i in
        let coordinate = log(x[i]) - log(rest - x[i]) + log(Double(x.count - 1 - i))
        rest -= x[i]
        return coordinate
      }
    }
  }
}
