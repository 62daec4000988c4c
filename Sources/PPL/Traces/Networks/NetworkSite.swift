import NumericCore

/// A site of a network, at the steps that the loops around it are at.
final class NetworkSite: Sendable {
  let site: Site
  let address: TraceAddress
  let drawing: Program.Drawing
  /// The slot of the values, and of their log densities in the support.
  let value: Int
  let parameters: [(parameter: Parameter, slot: Int)]
  /// What the formula for the log density gives, whether the value is in the support or not.
  let formula: Int
  let logDensity: Int
  let support: NetworkSupport
  /// The number of choices: one for each element of a plate, one for a vector.
  let choices: Int
  let isDiscrete: Bool
  let isPlate: Bool
  /// 1 for a plate of numbers, 2 for one that shares its parameters, 0 for a vector: as `DrawSite` wants it.
  let drawKind: Int

  init(
    _ site: Site, _ address: TraceAddress, value: Int, parameters: [Int], formula: Int, logDensity: Int,
    support: NetworkSupport
  ) {
    (self.site, self.address, self.value, self.formula) = (site, address, value, formula)
    (self.logDensity, self.support, drawing) = (logDensity, support, Program.Drawing(site))
    self.parameters = Array(zip(site.distribution.parameters, parameters))
    let univariate = type(of: site.distribution) as? any UnivariateDistribution.Type
    drawKind = univariate.map { $0.sharesParameters ? 2 : 1 } ?? 0
    choices = univariate == nil ? 1 : site.shape.count
    isPlate = univariate != nil && !site.shape.isScalar
    isDiscrete = site.distribution.support.isDiscrete
  }

  /// The key of its draws in a run.
  func key(run: RandomKey) -> RandomKey {
    zip(site.loops, address.steps).reduce(run) { $1.0.key(ofStep: $1.1, run: $0) }
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
}
