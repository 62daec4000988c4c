import NumericCore
import PPL

extension ParticleGibbs: TraceKernel {
  /// - Throws: `InferenceError.invalidSetting` for fewer than two particles; `ModelError`.
  public func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
    try checkCount("particles", particles, from: 2)
    guard trace.advances > 0 else { return MoveTally() }
    let before = trace
    if let population = try population(of: trace) {
      try population.setValues(trace.siteValues())
      population.restart()
      population.retain(try sweep(population, key: key))
      let held = trace.siteValues().filter { !population.values().keys.contains($0.key) }
      trace = try trace.replacing(population.values().merging(held) { $1 }, key: key.child("rest"))
    } else {
      let runs = try ConditionalTraces(trace, over: sites, count: particles, hasFutures: samplesAncestors)
      let chosen = try sweep(runs, key: key)
      trace = runs.traces[chosen]
    }
    return MoveTally(Self.moveName, isAccepted: trace.valuesByAddress != before.valuesByAddress)
  }

  /// Room for the run's population on lanes; nil where it has to be moved on traces: it stands before its end, or another
  /// measure than the posterior is kept, or values are held that no score depends on.
  private func population(of trace: Trace) throws -> ConditionalPopulation? {
    guard !staysOnTraces, trace.isFinished, !trace.keepsEnding, trace.inverseTemperature == 1,
      let program = try trace.conditional(over: sites, samplesAncestors: samplesAncestors)
    else { return nil }
    let known = Set((program.sites + program.held).map(\.name))
    guard trace.addresses.allSatisfy({ known.contains($0.path) || sites.contains($0) }) else { return nil }
    return try program.population(particles)
  }
}
