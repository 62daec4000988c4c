import Foundation
import NumericCore
import PPL

/// Gibbs sampling of discrete choices: one of them, each as often as any other, is drawn from its conditional given all
/// others (Geman and Geman 1984), which is computed by trying each of its values.
///
/// Where the structure of the run depends on the choice, what is new with a value is drawn from its prior, and the
/// values are proposals of a Metropolis-Hastings step with the prior instead.
public struct DiscreteGibbs: TraceKernel {
  /// Arbitrary: a choice of more values costs more than it gains.
  public static let defaultLimit = 1000

  public var sites: SiteSelection
  /// The largest number of values that are tried.
  public var limit: Int

  public init(over sites: SiteSelection = .all, limit: Int = DiscreteGibbs.defaultLimit) {
    (self.sites, self.limit) = (sites, limit)
  }

  /// - Throws: `ModelError`, `tooManyBranches` for a choice of more values than the limit, `unsupportedSite` for one of
  ///   infinitely many.
  public func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
    let choices = trace.choices(of: sites).filter(\.isDiscrete)
    var stream = RandomStream(key)
    guard let choice = try choices.drawn(using: &stream) else { return MoveTally() }
    let current = try trace.value(of: choice)[0]
    var (values, logWeights) = ([Double](), [Double]())
    for value in try trace.values(that: choice, mayTake: limit) {
      var logRatio = 0.0
      if value != current {
        let step = try trace.propose(.set(choice, [value]), key: key.child("tried"))
        logRatio = step.logRatio
        trace.revert()
        // What turned out to be impossible after a draw might be possible with another one.
        if !step.keepsAddresses { return try redraw(choice, of: choices.count, in: &trace, key: key.child("prior")) }
      }
      values.append(value)
      logWeights.append(logRatio)
    }
    let chosen = values[try stream.categorical(logWeights: logWeights)]
    if chosen != current { _ = try trace.propose(.set(choice, [chosen]), key: key.child("tried")) }
    return MoveTally(choice.address.path, isAccepted: true)
  }

  private func redraw(
    _ choice: TraceChoice, of count: Int, in trace: inout Trace, key: RandomKey
  ) throws -> MoveTally {
    let step = try trace.propose(.redraw(choice), key: key.child("redrawn"))
    let countAfter = trace.choices(of: sites).count(where: \.isDiscrete)
    let logRatio = step.logRatio + log(Double(count)) - log(Double(countAfter))
    return MoveTally(
      choice.address.path, isAccepted: trace.decide(logRatio: logRatio, key: key.child("decision")))
  }
}
