import Foundation
import NumericCore

/// The model without motion.
extension PiecewiseVelocityModel {
  /// A velocity scale at which nodes hardly move.
  static let rest = 1e-3
  /// One bin is enough.
  static let atRest = Settings(bins: 1, velocityScale: rest, lengthScale: 1)
  /// Random starts of the model without motion, and the iterations after which the best of them goes on alone.
  private static let (starts, startIterations) = (4, 20)

  /// The mode without motion, the best of some random starts.
  func still(_ data: Data) throws -> NetworkTrajectories {
    let search = try search(data, Self.atRest)
    let centre = 0.5 * log(Double(max(data.events.count, 1)) / (data.pairs * data.span))
    var best: (parameters: [Double], optimum: Optimum)?
    for k in 0..<UInt64(Self.starts) {
      var stream = RandomStream(RandomKey(seed: seed).child("start").child(k))
      // Small positions at random break the symmetry between nodes.
      let places = (0..<2 * data.nodes).map { _ in 0.1 * initialScale * stream.normal() }
      let found = try search(
        Array(repeating: centre, count: data.nodes) + places + places, Self.startIterations, tolerance, { _ in })
      if found.optimum.value < best?.optimum.value ?? .infinity { best = found }
    }
    guard let best else { throw DynamicNetworkError.didNotStart("no start has a finite value") }
    let (parameters, _) = try search(best.parameters, Self.trialIterations, tolerance) { _ in }
    return NetworkTrajectories(unchecked: parameters, nodes: data.nodes, bins: 1, span: data.span)
  }
}
