import NumericCore
import PPL

// One call for each thing that a user may write, by the laws that hold for it. Each stands for a type that has more
// settings, which its comment names. `effort` is the share of the usual repetitions, 200 of them at the least; the seed
// fixes the verdict, on any number of cores.

/// Whether a transformation of populations leaves the measure of finite programs as it is, by `PopulationLaws`.
///
/// - Parameter models: nil for the standard ones.
/// - Throws: as `PopulationLaws.verdict`. What the kernel throws is in the verdict.
public func validate(
  _ kernel: some PopulationKernel, on models: [FiniteModel]? = nil, effort: Double = 1, seed: UInt64 = 1
) async throws -> LawVerdict {
  var laws = try PopulationLaws(models: models)
  laws.repetitions = scaled(laws.repetitions, effort)
  return try await laws.verdict(on: kernel, seed: seed)
}

/// Whether moves of runs, between the scores of a population, leave the measure of finite programs as it is, mass
/// included, by `PopulationLaws`.
///
/// - Throws: as `PopulationLaws.verdict`. What the kernel throws is in the verdict.
public func validate(
  _ kernel: some TraceKernel, on models: [FiniteModel]? = nil, effort: Double = 1, seed: UInt64 = 1
) async throws -> LawVerdict {
  var laws = try PopulationLaws(models: models)
  (laws.law, laws.repetitions) = (.traces, scaled(laws.repetitions, effort))
  return try await laws.verdict(on: Rejuvenate(kernel, moves: 2), seed: seed)
}

/// Whether a resampling scheme gives each particle its share of offspring, by `ResamplingLaws`.
///
/// - Throws: as `ResamplingLaws.verdict`. What the scheme throws is in the verdict.
public func validate(
  _ scheme: some ResamplingScheme, claim: ResamplingLaws.Claim = .none, effort: Double = 1, seed: UInt64 = 1
) throws -> LawVerdict {
  var laws = ResamplingLaws(claim: claim)
  laws.repetitions = scaled(laws.repetitions, effort)
  return try laws.verdict(on: scheme, seed: seed)
}

/// Whether a Markov kernel leaves the posterior of a model as it is: one step from exact draws and Geweke's joint test, by
/// `KernelLaws`, and, where the model's latents are finite, the exact posterior given its own data, by `FiniteKernelLaws`.
///
/// - Throws: as `KernelLaws.verdict`. What the kernel throws is in the verdict.
public func validate<Value>(
  _ kernel: some MarkovKernel, on model: Model<Value>, effort: Double = 1, seed: UInt64 = 1
) async throws -> LawVerdict {
  var laws = KernelLaws(model)
  (laws.repetitions, laws.steps) = (scaled(laws.repetitions, effort), scaled(laws.steps, effort))
  let verdict = try await laws.verdict(on: kernel, seed: seed)
  guard var finite = try? FiniteKernelLaws(model) else { return verdict }
  finite.repetitions = scaled(finite.repetitions, effort)
  return try LawVerdict(verdict.checks + (await finite.verdict(on: kernel, seed: seed)).checks)
}

/// The same of a kernel on the runs of programs; the model has to be static.
public func validate<Value>(
  _ kernel: some TraceKernel, on model: Model<Value>, effort: Double = 1, seed: UInt64 = 1
) async throws -> LawVerdict {
  try await validate(TraceKernelStep(kernel), on: model, effort: effort, seed: seed)
}

/// The same of a kernel on the values of sites.
public func validate<Value>(
  _ kernel: some SiteKernel, on model: Model<Value>, effort: Double = 1, seed: UInt64 = 1
) async throws -> LawVerdict {
  try await validate(SiteKernelStep(kernel), on: model, effort: effort, seed: seed)
}

/// The same of a kernel that is both.
public func validate<Value>(
  _ kernel: some SiteKernel & TraceKernel, on model: Model<Value>, effort: Double = 1, seed: UInt64 = 1
) async throws -> LawVerdict {
  try await validate(SiteKernelStep(kernel), on: model, effort: effort, seed: seed)
}

/// The same of a kernel on unconstrained positions, which moves all sites; they have to be continuous.
public func validate<Value>(
  _ kernel: some PositionKernel, on model: Model<Value>, effort: Double = 1, seed: UInt64 = 1
) async throws -> LawVerdict {
  let sites = try ConditionalRun(model).sites.map(\.name)
  return try await validate(ConditionalUpdate(of: sites, by: kernel), on: model, effort: effort, seed: seed)
}

/// Whether an inference gives the posterior of a model, whatever its data, by `SimulationBasedCalibration`.
///
/// - Throws: as `SimulationBasedCalibration.run`; what the sampler throws.
public func validate<Value>(
  _ sampler: some PosteriorSampler, on model: Model<Value>, effort: Double = 1, seed: UInt64 = 1
) async throws -> CalibrationResult {
  var calibration = SimulationBasedCalibration(model)
  calibration.dataSets = max(20, Int(Double(calibration.dataSets) * effort))
  return try await calibration.run(sampler, seed: seed)
}

/// Whether an inference gives posteriors that are known, by `PosteriorLaws`.
///
/// - Throws: as `PosteriorLaws.verdict`. What the sampler throws is in the verdict.
public func validate(
  _ sampler: some PosteriorSampler, on models: [ReferenceModel], seed: UInt64 = 1
) async throws -> LawVerdict {
  try await PosteriorLaws(models).verdict(on: sampler, seed: seed)
}

/// So many, but 200 at the least: means of fewer are not normal enough for the tests.
package func scaled(_ count: Int, _ effort: Double) -> Int { max(200, Int(Double(count) * effort)) }
