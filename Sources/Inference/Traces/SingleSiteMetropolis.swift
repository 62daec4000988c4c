import Foundation
import NumericCore
import PPL

/// Metropolis-Hastings that changes one choice at a time, each as often as any other (Wingate, Stuhlmueller and Goodman,
/// 'Lightweight implementations of probabilistic programming languages via transformational compilation', 2011; the ratio
/// for prior proposals is w' |t| / (w |t'|), |t| being the number of choices).
///
/// A trace without choices stays as it is. Where no single change leads from one part of the support to another, the
/// kernel is reducible: join it with a block.
public struct SingleSiteMetropolis: TraceKernel {
  public enum Proposal: Sendable {
    /// A draw of the prior, given the other choices.
    case prior
    /// For continuous numbers a normal step of this standard deviation; a draw of the prior for the others.
    case drift(scale: Double)
  }

  public var sites: SiteSelection
  public var proposal: Proposal

  public init(over sites: SiteSelection = .all, proposal: Proposal = .prior) {
    (self.sites, self.proposal) = (sites, proposal)
  }

  /// - Throws: `InferenceError.invalidSetting` for a scale that is not above 0; `ModelError`.
  public func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
    let count = trace.choiceCount(of: sites)
    guard count > 0 else { return MoveTally() }
    var stream = RandomStream(key)
    let choice = try trace.choice(stream.uniformInteger(below: count), of: sites)
    let step = try trace.propose(change(of: choice, in: trace, using: &stream), key: key.child("redrawn"))
    let logChoice = log(Double(count)) - log(Double(trace.choiceCount(of: sites)))
    let logRatio = step.logRatio + (Mutation.isActive(.lengthRatioInverted) ? -logChoice : logChoice)
    let isAccepted = trace.decide(logRatio: logRatio, key: key.child("decision"))
    return MoveTally(choice.address.path, isAccepted: isAccepted)
  }

  private func change(
    of choice: TraceChoice, in trace: Trace, using stream: inout RandomStream
  ) throws -> TraceChange {
    guard case .drift(let scale) = proposal else { return .redraw(choice) }
    guard scale > 0, scale < .infinity else {
      throw InferenceError.invalidSetting(name: "scale", value: scale, expected: "> 0")
    }
    let value = try trace.value(of: choice)
    guard !choice.isDiscrete, value.count == 1 else { return .redraw(choice) }
    return .set(choice, [value[0] + scale * stream.normal()])
  }
}

/// Metropolis-Hastings that redraws some sites together from their priors.
public struct BlockMetropolis: TraceKernel {
  public var sites: SiteSelection

  public init(over sites: SiteSelection = .all) { self.sites = sites }

  public func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
    let addresses = Set(trace.addresses.filter(sites.contains))
    guard !addresses.isEmpty else { return MoveTally() }
    let step = try trace.propose(.several([:], redrawn: addresses), key: key.child("redrawn"))
    let isAccepted = trace.decide(logRatio: step.logRatio, key: key.child("decision"))
    return MoveTally("block", isAccepted: isAccepted)
  }
}
