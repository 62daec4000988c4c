import Foundation
import NumericCore
import PPL

/// The laws of a transformation of populations, checked on finite programs of which the measure is known:
///
/// - *evidence*: applied after each score, it leaves E sum_i w_i f(x_i) what it is, the integral of f, for
///   any number of particles (Scibior et al., 'Denotational validation of higher-order Bayesian inference',
///   2018). The functions f are 1 and the indicators of values; repetitions of the run are compared with the
///   enumeration by z-tests.
/// - *resampling*: N weights stay N weights, none of them infinite or not a number, and the zero measure
///   stays what it is; a `MassPreservingKernel` leaves the sum of the weights what it is in every run, to
///   10^-12 of it; and, where it is claimed, the second moment of sum_i w_i f(x_i) is that of multinomial
///   resampling, or no more.
///
///     let verdict = try await PopulationLaws().verdict(on: MyKernel(), seed: 1)
///     verdict.passes, verdict.table
///
/// What has the same mean and claims no `secondMoment` passes, however much it varies: copies that share
/// their future, or one ancestor for all. Cost: with the standard programs, a few seconds.
public struct PopulationLaws: Sendable {
  public var models: [FiniteModel]
  /// The numbers of particles.
  public var counts = [1, 2, 7]
  /// The runs that a mean is taken of. The tests take means to be normal: some hundreds are the least.
  public var repetitions = 2_000
  /// What the kernel claims of its variance; it is taken to resample in any case then.
  public var secondMoment = SecondMoment.unknown
  /// The law that the means are of: of `adaptivity` where the kernel decides by the effective sample size.
  public var law = InferenceLaw.evidence
  /// The probability, at the most, that a kernel that obeys the laws does not pass.
  public var errorRate = TestFamily.defaultErrorRate

  /// - Parameter models: nil for the standard ones.
  public init(models: [FiniteModel]? = nil) throws { self.models = try models ?? FiniteModel.standard() }

  /// - Parameter seed: the same seed gives the same verdict on any number of cores.
  /// - Throws: `InferenceError.invalidSetting` for fewer than 100 repetitions, no models, or no particles;
  ///   `StatisticsError` for an error rate that is none. What the kernel throws is in the verdict.
  public func verdict(on kernel: some PopulationKernel, seed: UInt64) async throws -> LawVerdict {
    try checkCount("repetitions", repetitions, from: 100)
    try checkCount("models", models.count)
    try checkCount("particles", counts.min() ?? 0)
    let cases = models.flatMap { model in counts.map { (model, $0) } }
    let key = RandomKey(seed: seed)
    let checks = try await runChains(cases.count, limit: ProcessInfo.processInfo.activeProcessorCount) { number in
      let (model, count) = cases[number]
      return try LawTrial(kernel, model, count, law).checks(repetitions, key: key.child(UInt64(number)))
    }
    let moments = try secondMomentChecks(of: kernel, key: key.child("second moment"))
    return try LawVerdict(checks.flatMap { $0 } + moments, errorRate: errorRate)
  }
}

/// Repeated runs of one model with one number of particles.
private struct LawTrial {
  /// What rounding may do to the mass of a few particles in a few steps, relative: conventional, and far
  /// above it.
  private static let rounding = 1e-12

  private let kernel: any PopulationKernel
  private let model: FiniteModel
  private let count: Int
  private let law: InferenceLaw

  init(_ kernel: some PopulationKernel, _ model: FiniteModel, _ count: Int, _ law: InferenceLaw) {
    (self.kernel, self.model, self.count, self.law) = (kernel, model, count, law)
  }

  func checks(_ repetitions: Int, key: RandomKey) throws -> [LawVerdict.Check] {
    var samples = model.integrals.map { _ in [Double]() }
    var largestChange = 0.0
    for repetition in 0..<repetitions {
      let key = key.child(UInt64(repetition))
      let program = kernel.needsTraces ? model.tracedProgram : model.program
      let population = try program.population(count, key: key.child("population"))
      while try population.advance() != nil {
        let before = PopulationWeights(population).logMass
        do {
          try kernel.apply(to: population, key: key.child("kernel").child(UInt64(population.scores)))
        } catch { return [check(.resampling, problem: "the kernel threw: \(error)")] }
        if let problem = problem(of: population, logMass: before) { return [check(.resampling, problem: problem)] }
        let after = PopulationWeights(population).logMass
        if after != before { largestChange = max(largestChange, abs(expm1(after - before))) }
      }
      let columns = try population.values().columns
      let weights = population.logWeights.map(exp)
      for (i, integral) in model.integrals.enumerated() {
        guard let event = integral.event else {
          samples[i].append(weights.reduce(0, +))
          continue
        }
        samples[i].append(zip(weights, columns[event.column]).reduce(0) { $1.1 == event.value ? $0 + $1.0 : $0 })
      }
    }
    var checks = [check(.resampling, "\(count) weights")]
    if kernel is any MassPreservingKernel {
      let problem = largestChange > Self.rounding ? "the mass of a run changed" : nil
      checks.append(check(.resampling, "change of the mass", estimate: largestChange, exact: 0, problem: problem))
    }
    return try checks
      + zip(model.integrals, samples).map { integral, sample in
        let mean = Diagnostics.mean(sample)
        let error = Diagnostics.standardDeviation(sample) / Double(sample.count).squareRoot()
        let test = try StatisticalTest.estimate(
          mean, equals: integral.exact, standardError: hypot(error, Self.rounding * integral.exact),
          count: sample.count)
        return check(law, integral.name, estimate: mean, exact: integral.exact, test: test)
      }
  }

  private func problem(of population: Population, logMass: Double) -> String? {
    let weights = population.logWeights
    if weights.count != count { return "\(weights.count) weights, expected \(count)" }
    if let wrong = weights.first(where: { !($0 < .infinity) }) { return "a log weight is \(wrong)" }
    if logMass == -.infinity, weights.contains(where: { $0 > -.infinity }) {
      return "weights that were all 0 are not any more"
    }
    return nil
  }

  private func check(
    _ law: InferenceLaw, _ quantity: String = "", estimate: Double? = nil, exact: Double? = nil,
    test: StatisticalTest? = nil, problem: String? = nil
  ) -> LawVerdict.Check {
    LawVerdict.Check(
      law, "\(model.name), N = \(count)", quantity, estimate: estimate, exact: exact, test: test, problem: problem)
  }
}
