import NumericCore
import PPL

/// Moves each particle by a kernel that leaves the measure of its run so far invariant, so that copies become different:
/// resample-move (Gilks and Berzuini, 'Following a moving target', 2001; RM-SMC in Scibior et al., 2018).
///
///     SequentialMonteCarlo(particles: 100) {
///       Resample(.systematic, when: .effectiveSampleFraction(below: 0.5))
///       Rejuvenate(SingleSiteMetropolis(), moves: 5)
///     }
///
/// Weights stay what they are. Particles of weight 0 are not moved.
public struct Rejuvenate<Kernel: TraceKernel>: MassPreservingKernel {
  public let kernel: Kernel
  public let moves: Int

  public init(_ kernel: Kernel, moves: Int = 1) { (self.kernel, self.moves) = (kernel, moves) }

  public var needsTraces: Bool { true }

  /// - Throws: `InferenceError.invalidSetting` for fewer than 0 moves; what the kernel throws.
  public func apply(to population: Population, key: RandomKey) throws {
    try checkCount("moves", moves, from: 0)
    let (kernel, weights) = (kernel.repeated(moves), population.logWeights)
    let tallies = try population.move { trace, particle in
      guard weights[particle] > -.infinity else { return MoveTally() }
      return try kernel.move(&trace, key: key.child(UInt64(particle)))
    }
    for tally in tallies { population.moves.add(tally) }
  }
}
