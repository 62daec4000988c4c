import Foundation
import NumericCore
import PPL

/// A Markov kernel on the runs of a program, which leaves invariant the measure of a trace's choices: their priors times
/// the scores, to the power of the trace's inverse temperature.
///
/// What conforms drops in wherever the library's own do: in chains (`TraceMarkovChain`), between the scores of a population
/// (`Rejuvenate`), and inside of combinations.
public protocol TraceKernel: Sendable {
  /// Moves a trace by one transition.
  ///
  /// - Parameter key: of this transition alone.
  /// - Returns: what was proposed, and what was accepted.
  func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally
}

extension Trace {
  /// Keeps the last proposal with probability min(1, exp(logRatio)), and takes it back otherwise (Metropolis et al. 1953,
  /// Hastings 1970; for traces of varying length Green 1995).
  ///
  /// - Returns: whether it was kept.
  @discardableResult public mutating func decide(logRatio: Double, key: RandomKey) -> Bool {
    var stream = RandomStream(key)
    let isAccepted = log(stream.uniform()) < logRatio
    if !isAccepted && !Mutation.isActive(.rejectedRunKept) { revert() }
    return isAccepted
  }

  /// The choices of some sites that are continuous numbers.
  func continuousNumbers(of sites: SiteSelection) throws(ModelError) -> [TraceChoice] {
    var numbers: [TraceChoice] = []
    for choice in choices(of: sites) where !choice.isDiscrete {
      if try value(of: choice).count == 1 { numbers.append(choice) }
    }
    return numbers
  }
}

extension [TraceChoice] {
  /// One of them, each as often as any other; nil where there are none.
  func drawn(using stream: inout RandomStream) throws(SamplingError) -> TraceChoice? {
    isEmpty ? nil : self[try stream.uniformInteger(below: count)]
  }
}
