import NumericCore

/// What the instances of a site in a network have in common, one for each step of the loops around it.
final class NetworkSiteKind: Sendable {
  let site: Site
  /// The site alone: `DrawSite` counts them.
  let drawings: [Program.Drawing]
  /// Those of the parameters, in their order.
  let domains: [Parameter.Domain]
  /// The number of choices: one for each element of a plate, one for a vector.
  let choices: Int
  /// As `DrawSite` wants it.
  let drawKind: Int

  init(_ site: Site) {
    self.site = site
    drawings = [Program.Drawing(site)]
    domains = site.distribution.parameters.map(\.domain)
    drawKind = DrawSite.kind(type(of: site.distribution))
    choices = drawKind == 0 ? 1 : site.shape.count
  }

  /// Whether an element of a plate has an element of parameter i for itself, where that has `count` elements.
  func isOwn(_ i: Int, count: Int) -> Bool { drawKind > 0 && i >= drawKind - 1 && count > 1 }
}

/// A site of a network, at the steps that the loops around it are at.
final class NetworkSite: Sendable {
  let kind: NetworkSiteKind
  let address: TraceAddress
  /// The slots of the values, of the parameters, of what the formula for the log density gives whether the value is in the
  /// support or not, and of the log densities in the support.
  let value: Int
  let parameters: [Int]
  let formula: Int
  let logDensity: Int
  let support: NetworkSupport

  var site: Site { kind.site }
  var choices: Int { kind.choices }
  var drawKind: Int { kind.drawKind }

  init(
    _ kind: NetworkSiteKind, _ address: TraceAddress, value: Int, parameters: [Int], formula: Int, logDensity: Int,
    support: NetworkSupport
  ) {
    (self.kind, self.address, self.value, self.parameters) = (kind, address, value, parameters)
    (self.formula, self.logDensity, self.support) = (formula, logDensity, support)
  }

  /// The key of its draws in a run.
  func key(run: RandomKey) -> RandomKey {
    zip(site.loops, address.steps).reduce(run) { $1.0.key(ofStep: $1.1, run: $0) }
  }

  /// The error of a parameter's value that is out of its domain.
  func invalid(_ slot: Int, _ value: Double) -> ModelError {
    let number = parameters.firstIndex(of: slot) ?? 0
    return site.invalid(site.distribution.parameters[number], value)
  }
}

/// Where the values of a site may lie: bounds by slot.
enum NetworkSupport: Sendable {
  case real
  case greaterThan(Int)
  case lessThan(Int)
  case interval(Int, Int)
  case integers(Int, Int?)
  case simplex
  case ordered
  case correlationCholesky
}
