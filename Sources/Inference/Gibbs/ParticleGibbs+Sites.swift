import NumericCore
import PPL

extension ParticleGibbs: SiteKernel {
  /// - Throws: `ModelError`; `InferenceError.invalidSetting` for fewer than two particles.
  public func prepared<Value>(for model: Model<Value>) throws -> any PreparedSiteKernel {
    try checkCount("particles", particles, from: 2)
    if !staysOnTraces,
      let program = try ConditionalProgram(model, over: sites, samplesAncestors: samplesAncestors)
    {
      return OnLanes(self, try program.population(particles))
    }
    return OnTraces(self, try TraceProgram(model))
  }

  private final class OnLanes: PreparedSiteKernel {
    private let kernel: ParticleGibbs
    private let population: ConditionalPopulation

    init(_ kernel: ParticleGibbs, _ population: ConditionalPopulation) {
      (self.kernel, self.population) = (kernel, population)
    }

    func move(
      _ values: inout [String: [Double]], in phase: SamplingProgress.Phase, key: RandomKey
    ) throws -> MoveTally {
      try population.setValues(values)
      population.restart()
      population.retain(try kernel.sweep(population, key: key))
      let before = values
      values.merge(population.values()) { $1 }
      return MoveTally(ParticleGibbs.moveName, isAccepted: values != before)
    }
  }

  private final class OnTraces: PreparedSiteKernel {
    private let kernel: ParticleGibbs
    private let program: TraceProgram

    init(_ kernel: ParticleGibbs, _ program: TraceProgram) { (self.kernel, self.program) = (kernel, program) }

    func move(
      _ values: inout [String: [Double]], in phase: SamplingProgress.Phase, key: RandomKey
    ) throws -> MoveTally {
      var trace = try program.start.replacing(values, key: key.child("rest"))
      var kernel = kernel
      kernel.staysOnTraces = true
      let tally = try kernel.move(&trace, key: key)
      values = trace.siteValues()
      return tally
    }
  }
}
