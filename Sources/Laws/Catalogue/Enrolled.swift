import Inference
import PPL

/// A thing of the library, and the laws that it is checked against.
public struct Enrolled: Sendable {
  public let name: String
  /// The types that are thereby enrolled.
  public let types: [String]
  /// What is checked, one after the other.
  ///
  /// - effort: the share of the usual repetitions.
  let parts: [@Sendable (_ effort: Double, _ seed: UInt64) async throws -> LawVerdict]

  /// The share of the usual repetitions that a fault is looked for with first.
  public static let firstEffort = 0.1

  init(
    _ name: String, _ types: Any.Type...,
    parts: [@Sendable (_ effort: Double, _ seed: UInt64) async throws -> LawVerdict]
  ) {
    (self.name, self.parts) = (name, parts)
    self.types = types.map { String(String(describing: $0).prefix { $0 != "<" }) }
  }

  /// All checks together.
  public func verdict(effort: Double = 1, seed: UInt64) async throws -> LawVerdict {
    var checks: [LawVerdict.Check] = []
    for part in parts { checks += try await part(effort, seed).checks }
    return try LawVerdict(checks)
  }

  /// What fails first; nil where nothing does. Each part is run in small first, and in full where that does
  /// not decide.
  public func firstFailure(seed: UInt64) async throws -> LawVerdict.Check? {
    for effort in [Self.firstEffort, 0.3, 1] {
      for part in parts {
        let verdict = try await part(effort, seed)
        let worst = verdict.failures.min { ($0.test?.pValue ?? 0) < ($1.test?.pValue ?? 0) }
        if let worst { return worst }
      }
    }
    return nil
  }
}

extension Enrolled {
  static func scheme<Scheme: ResamplingScheme>(
    _ name: String, _ scheme: Scheme, claim: ResamplingLaws.Claim
  ) -> Enrolled {
    Enrolled(
      name, Scheme.self,
      parts: [{ effort, seed in try validate(scheme, claim: claim, effort: effort, seed: seed) }])
  }

  /// - Parameter counts: of particles.
  static func kernel<Kernel: PopulationKernel>(
    _ name: String, _ kernel: Kernel, law: InferenceLaw = .evidence,
    secondMoment: PopulationLaws.SecondMoment = .unknown, counts: [Int] = [1, 2, 7]
  ) -> Enrolled {
    Enrolled(
      name, Kernel.self,
      parts: [
        { effort, seed in
          var laws = try PopulationLaws()
          (laws.law, laws.secondMoment, laws.counts) = (law, secondMoment, counts)
          laws.repetitions = scaled(laws.repetitions, effort)
          return try await laws.verdict(on: kernel, seed: seed)
        }
      ])
  }

  /// A Markov kernel on a model that is a joint law of latents and data.
  static func markovKernel<Kernel: MarkovKernel, Value>(
    _ name: String, _ kernel: Kernel, on model: @escaping @Sendable () -> Model<Value>
  ) -> Enrolled {
    Enrolled(
      name, Kernel.self,
      parts: [
        { effort, seed in
          var laws = KernelLaws(model(), name: "scale")
          laws.repetitions = scaled(laws.repetitions, effort)
          laws.steps = 0
          return try await laws.verdict(on: kernel, seed: seed)
        },
        { effort, seed in
          var laws = KernelLaws(model(), name: "scale")
          (laws.repetitions, laws.steps) = (200, scaled(laws.steps, effort))
          return try await laws.verdict(on: kernel, seed: seed)
        },
      ])
  }

  /// A Markov kernel that takes discrete latents: on a finite model, and on a joint law of discrete latents
  /// and data.
  static func discreteKernel<Kernel: MarkovKernel>(_ name: String, _ kernel: Kernel) -> Enrolled {
    Enrolled(
      name, Kernel.self,
      parts: [
        { effort, seed in
          var laws = try FiniteKernelLaws(JointModels.coins(), name: "coins")
          laws.repetitions = scaled(laws.repetitions, effort)
          return try await laws.verdict(on: kernel, seed: seed)
        },
        { effort, seed in
          var laws = KernelLaws(JointModels.coins(), name: "coins")
          (laws.repetitions, laws.steps) = (scaled(laws.repetitions, effort), scaled(laws.steps, effort))
          return try await laws.verdict(on: kernel, seed: seed)
        },
      ])
  }

  /// An inference that gives weighted draws, of finite programs.
  ///
  /// - Parameter programs: the number of random ones.
  static func weighted<Sampler: PosteriorSampler>(
    _ name: String, _ sampler: Sampler, law: InferenceLaw, programs: Int
  ) -> Enrolled {
    Enrolled(
      name, Sampler.self,
      parts: [
        { _, seed in try await PosteriorLaws(ReferenceModel.finite(), law: law).verdict(on: sampler, seed: seed) },
        { effort, seed in
          try await ProgramLaws(seeds: 0..<UInt64(max(1, Double(programs) * effort))).verdict(
            on: sampler, seed: seed)
        },
      ])
  }

  /// An inference on models whose posterior is known.
  static func sampler<Sampler: PosteriorSampler>(
    _ name: String, _ sampler: @escaping @Sendable (_ effort: Double) throws -> Sampler, law: InferenceLaw,
    on models: @escaping @Sendable () throws -> [ReferenceModel]
  ) -> Enrolled {
    Enrolled(
      name, Sampler.self,
      parts: [
        { effort, seed in try await PosteriorLaws(models(), law: law).verdict(on: sampler(effort), seed: seed) }
      ])
  }

  /// An inference by simulation-based calibration on a model.
  static func calibration<Sampler: PosteriorSampler, Value>(
    _ name: String, _ sampler: Sampler, on model: @escaping @Sendable () -> Model<Value>
  ) -> Enrolled {
    Enrolled(
      name, Sampler.self,
      parts: [{ effort, seed in try await validate(sampler, on: model(), effort: effort, seed: seed).verdict }])
  }
}
