import Foundation
import Inference
import NumericCore
import PPL

/// Moves mu and sigma together with the path, whose standardised states (h - mu) / sigma stay what they are: a random walk
/// on mu and log sigma^2. Given the path, sigma can hardly move; given the standardised states it is the data that hold it
/// (Yu and Meng, 'To center or not to center', 2011).
///
/// With n states, the ratio of Metropolis and Hastings has the Jacobian (sigma' / sigma)^n of the path's map.
struct Rescaling: SiteKernel {
  var moves = 5

  func prepared<Value>(for model: Model<Value>) throws -> any PreparedSiteKernel {
    Prepared(try ConditionalDensity(model, over: ["mu", "variance"]), moves)
  }

  private final class Prepared: PreparedSiteKernel {
    /// Of random walks in a few dimensions (Roberts, Gelman and Gilks 1997).
    private let targetAcceptance = 0.3
    private let density: ConditionalDensity
    private var workspace: ConditionalDensity.Workspace
    private let moves: Int
    private var logScale = log(0.3)
    private var learned = 0

    init(_ density: ConditionalDensity, _ moves: Int) {
      (self.density, self.moves) = (density, moves)
      workspace = density.makeWorkspace()
    }

    func move(
      _ values: inout [String: [Double]], in phase: SamplingProgress.Phase, key: RandomKey
    ) throws -> MoveTally {
      var stream = RandomStream(key)
      var position = try density.space.position(of: values)
      var logTarget = try self.logTarget(position, values)
      var tally = MoveTally()
      for _ in 0..<moves {
        let proposal = position.map { $0 + exp(logScale) * stream.normal() }
        guard let (new, _) = density.space.values(at: proposal) else { continue }
        let moved = Self.rescaled(values, to: new)
        let logMoved = try self.logTarget(proposal, moved)
        let isAccepted = log(stream.uniform()) < logMoved - logTarget
        if isAccepted { (values, position, logTarget) = (moved, proposal, logMoved) }
        tally.add(MoveTally("rescaling", isAccepted: isAccepted))
        if phase == .warmup {
          learned += 1
          logScale += pow(Double(learned), -0.6) * ((isAccepted ? 1 : 0) - targetAcceptance)
        }
      }
      return tally
    }

    /// The log density at a position, with the log Jacobian of the map from standardised states to the path.
    private func logTarget(_ position: [Double], _ values: [String: [Double]]) throws -> Double {
      try density.setValues(values)
      let states = (values["first"]?.count ?? 0) + (values["path/h"]?.count ?? 0)
      return density.logDensity(at: position.span, workspace: &workspace)
        + 0.5 * Double(states) * log(values["variance"]?[0] ?? .nan)
    }

    private static func rescaled(_ values: [String: [Double]], to new: [String: [Double]]) -> [String: [Double]] {
      let (mu, newMu) = (values["mu"]?[0] ?? .nan, new["mu"]?[0] ?? .nan)
      let factor = ((new["variance"]?[0] ?? .nan) / (values["variance"]?[0] ?? .nan)).squareRoot()
      var result = values.merging(new) { $1 }
      for site in ["first", "path/h"] { result[site] = values[site]?.map { newMu + factor * ($0 - mu) } }
      return result
    }
  }
}
