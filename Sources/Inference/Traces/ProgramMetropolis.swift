import Foundation
import NumericCore
import PPL

/// Metropolis-Hastings with a proposal that is a program itself: its latents have the names of the sites that they
/// propose, and their distributions may depend on the trace (Cusumano-Towner et al., 'Gen', 2019).
///
///     let walk = ProgramMetropolis("walk") { trace in
///       let mu = trace["mu"]?[0] ?? 0
///       return Model { Return(Latent("mu", Normal(mu, 0.1))) }
///     }
///
/// What the proposal does not name stays as it is, or is drawn from its prior where the run comes to it anew.
public struct ProgramMetropolis: TraceKernel {
  public let name: String
  private let proposal: @Sendable (Trace) throws -> TraceProgram

  public init<Value>(_ name: String, _ proposal: @escaping @Sendable (Trace) throws -> Model<Value>) {
    self.name = name
    self.proposal = { try TraceProgram(proposal($0), isNetwork: false) }
  }

  /// - Throws: `ModelError`, `unknownSite` where the proposal names a site that the program then does not come to;
  ///   `InferenceError.irreversibleProposal` where it scores.
  public func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
    let old = trace
    let forward = try proposal(old).trace(key: key.child("proposal"))
    guard forward.logScore == 0 else { throw InferenceError.irreversibleProposal(name, reason: "it scores") }
    let step = try trace.propose(.several(forward.valuesByAddress), key: key.child("drawn"))
    var logRatio = step.logRatio
    if logRatio > -.infinity {
      let values = old.valuesByAddress
      let backward = try proposal(trace).trace(key: key.child("reverse")) { values[$0] }
      logRatio += backward.logPrior - forward.logPrior - dropped(backward.addresses, from: old, to: trace)
      // What the reverse draws and the old run did not have: the old run is not one of its proposals.
      if backward.addresses.contains(where: { values[$0] == nil }) { logRatio = -.infinity }
    }
    return MoveTally(name, isAccepted: trace.decide(logRatio: logRatio, key: key.child("decision")))
  }
}

/// The log density of old choices that the new run does not have and the reverse move sets: they are not drawn from their
/// priors then, as `TraceStep.logRatio` takes it.
func dropped(_ set: [TraceAddress], from old: Trace, to new: Trace) -> Double {
  set.reduce(0) { new[$1] == nil ? $0 + (old.logDensity(at: $1) ?? 0) : $0 }
}
