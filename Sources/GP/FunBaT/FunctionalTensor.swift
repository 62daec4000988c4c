import Dispatch
import NumericCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A tensor that is indexed by real numbers, as a sum of products of one latent function of each coordinate:
///
///     y = offset + sum_k a_k(x_k) + sum_(r = 1)^rank prod_k u_kr(x_k) + noise
///
/// or as a sum of all products of one function of each coordinate, each with its weight (`TensorForm`), with
/// Matern processes for the functions, Gaussian or Student-t noise, and length scales, variances and the
/// noise learned (Fang et al., 'Functional Bayesian Tucker decomposition for continuous-indexed tensor data',
/// ICLR 2024, with additive effects). The posterior is a structured variational one: exact for the functions
/// of a mode given the others.
///
///     let fit = try FunctionalTensor(rank: 3).fit(data, seed: 1)
///     let y = fit.predict([[12.5, 3, 7.25]])[0]       // y.mean, y.standardDeviation, y.interval(0.9)
///
/// Cost of a sweep: entries x modes x rank^2 / 2, and for each mode its distinct coordinates x ((rank + 1)
/// states)^3. The Tucker form takes entries x modes x prod (rank^2 / 2) over the other modes instead.
public struct FunctionalTensor: Sendable {
  public var form: TensorForm
  /// The number of products of the CP form, which setting it chooses; 0 leaves the additive effects.
  public var rank: Int {
    get { form.rank }
    set { form = .cp(rank: newValue) }
  }
  /// Nil: starts take turns with Matern 1/2, for what is rough, and 3/2, for what is smooth, and the weights
  /// of the mixture tell which predicts better. Matern 1/2 alone is about twice as fast.
  public var smoothness: MaternSmoothness?
  public var noise = TensorNoise.gaussian
  /// The number of starts from other functions. They end at different posteriors, and predictions are
  /// mixtures of them all: more exact than those of any one, and with intervals that know of the others. They
  /// run on all cores.
  public var starts = 4
  /// The beginnings of each start, all of other functions, that are tried for some sweeps; the one with the
  /// highest bound goes on. Nil: as many as have 10,000 entries and 4,000 coordinates of all modes together, from 1 to
  /// 12, since where entries are few more starts end at poor posteriors, and trials take no time.
  public var trials: Int?
  public var maximumSweeps = 200
  /// As long as there are no more entries than these in all, a fit keeps them, and `update(with:)` fits to all of them
  /// anew whenever they have become more by a quarter: a fit to a few may have found no products, and what it has made of
  /// its entries finds none later. 0: entries are never kept.
  public var entriesKept = 2_000
  /// A fit has converged when the bound changes by less than this an entry and sweep, for several sweeps.
  public var tolerance = 4e-4

  /// Arbitrary: the entries and the coordinates of the trials of a start, all together, and the most trials.
  private static var sizeOfTrials: (entries: Int, coordinates: Int) { (10_000, 4_000) }
  private static var mostTrials: Int { 12 }
  /// Arbitrary: by then bounds tell where most starts will end.
  private static var sweepsOfTrial: Int { 20 }
  /// Between looks at whether the task is cancelled.
  private static var sweepsOfRound: Int { 10 }

  public init(rank: Int = 3, smoothness: MaternSmoothness? = nil) {
    self.init(.cp(rank: rank), smoothness: smoothness)
  }

  public init(_ form: TensorForm, smoothness: MaternSmoothness? = nil) {
    (self.form, self.smoothness) = (form, smoothness)
  }

  /// - Parameters:
  ///   - progress: is told the start, the sweep and the bound, from any thread.
  /// - Throws: `TensorError` for a setting out of its range, and for values whose variance is; `CancellationError`
  ///   where the task is cancelled.
  public func fit(
    _ data: TensorData, seed: UInt64,
    progress: (@Sendable (_ start: Int, _ sweep: Int, _ bound: Double) -> Void)? = nil
  ) throws -> FunctionalTensorFit {
    try form.check(modes: data.modes)
    try noise.check()
    try check("starts", Double(starts), starts >= 1, ">= 1")
    try check("trials", Double(trials ?? 1), trials ?? 1 >= 1, ">= 1")
    try check("entriesKept", Double(entriesKept), entriesKept >= 0, ">= 0")
    try check("maximumSweeps", Double(maximumSweeps), maximumSweeps >= 1, ">= 1")
    try check("tolerance", tolerance, tolerance > 0 && tolerance < .infinity, "> 0")
    let isConstant = data.values.allSatisfy { $0 == data.values[0] }
    let mean = isConstant ? data.values[0] : data.values.reduce(0, +) / Double(data.count)
    let variance = data.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(data.count)
    try check("variance of the values", variance, variance.isNormal || isConstant, "between 1e-300 and 1e300, or 0")
    let scale = isConstant ? 1 : variance.squareRoot()
    let entries = TensorEntries(
      data.reduced.map { ModeIndex($0) }, values: data.values.map { ($0 - mean) / scale })
    // Without products all starts of a smoothness are the same.
    let count = rank == 0 ? smoothnesses.count : starts
    let trials = rank == 0 ? 1 : trials ?? Self.trials(entries)
    let candidates = (0..<(trials * count)).map { number in
      TensorFactorisation(
        entries, rank: rank, smoothness: smoothnesses[number % count % smoothnesses.count], kinds: data.kinds,
        noise: noise, key: RandomKey(seed: seed).child("tensor").child(UInt64(number)))
    }
    let kept = KeptEntries(data, seed: seed, fitted: data.count, most: entriesKept)
    let runs = try best(count, of: candidates, progress)
    try run(runs, progress)
    guard case .tucker(let ranks) = form else {
      return try FunctionalTensorFit(self, runs, kept: kept, offset: mean, scale: scale)
    }
    let cores = runs.enumerated().map { start, products in
      TensorFactorisation(
        products, ranks: ranks, key: RandomKey(seed: seed).child("core").child(UInt64(start)))
    }
    try run(cores, progress)
    // Additional functions may lead astray: then they stay at rest.
    let members = zip(cores, runs).map { core, products in
      core.bound >= products.bound ? core : TensorFactorisation(products, ranks: ranks, key: nil)
    }
    try run(members, progress)
    return try FunctionalTensorFit(self, members, kept: kept, offset: mean, scale: scale)
  }

  private static func trials(_ entries: TensorEntries) -> Int {
    let coordinates = entries.indexes.reduce(0) { $0 + $1.points.count }
    let most = min(sizeOfTrials.entries / entries.count, sizeOfTrials.coordinates / coordinates, mostTrials)
    return max(most, 1)
  }

  /// Those with the highest bounds after some sweeps, as many of each smoothness as there are starts with it.
  private func best(
    _ count: Int, of candidates: [TensorFactorisation],
    _ progress: (@Sendable (_ start: Int, _ sweep: Int, _ bound: Double) -> Void)?
  ) throws -> [TensorFactorisation] {
    guard candidates.count > count else { return candidates }
    try run(candidates, sweeps: min(Self.sweepsOfTrial, maximumSweeps), progress)
    var rest = candidates
    return candidates.prefix(count).map { slot in
      let own = rest.indices.filter { rest[$0].smoothness == slot.smoothness }
      let place = own.dropFirst().reduce(own[0]) { rest[$1].bound > rest[$0].bound ? $1 : $0 }
      return rest.remove(at: place)
    }
  }

  /// Runs all on all cores, until each has converged or done its sweeps.
  func run(
    _ runs: [TensorFactorisation], sweeps: Int? = nil,
    _ progress: (@Sendable (_ start: Int, _ sweep: Int, _ bound: Double) -> Void)?
  ) throws {
    let maximumSweeps = sweeps ?? self.maximumSweeps
    for first in stride(from: 0, to: maximumSweeps, by: Self.sweepsOfRound) {
      let active = runs.indices.filter { !runs[$0].hasConverged }
      guard !active.isEmpty else { return }
      try Task.checkCancellation()
      DispatchQueue.concurrentPerform(iterations: active.count) { place in
        runs[active[place]].run(
          maximumSweeps: min(first + Self.sweepsOfRound, maximumSweeps), tolerance: tolerance
        ) {
          progress?(active[place], $0, $1)
        }
      }
    }
    try Task.checkCancellation()
  }

  /// The fit with the highest bound among those of several ranks of the CP form, the first where they are
  /// equal.
  ///
  /// - Throws: as `fit(_:seed:progress:)`; `TensorError.invalidSetting` without a rank.
  public func fit(
    _ data: TensorData, ranks: [Int], seed: UInt64,
    progress: (@Sendable (_ start: Int, _ sweep: Int, _ bound: Double) -> Void)? = nil
  ) throws -> FunctionalTensorFit {
    try fit(data, forms: ranks.map { .cp(rank: $0) }, seed: seed, progress: progress)
  }

  /// The fit with the highest bound among those of several forms, the first where they are equal.
  ///
  /// - Throws: as `fit(_:seed:progress:)`; `TensorError.invalidSetting` without a form.
  public func fit(
    _ data: TensorData, forms: [TensorForm], seed: UInt64,
    progress: (@Sendable (_ start: Int, _ sweep: Int, _ bound: Double) -> Void)? = nil
  ) throws -> FunctionalTensorFit {
    var best: FunctionalTensorFit?
    for form in forms {
      var model = self
      model.form = form
      let fit = try model.fit(data, seed: seed, progress: progress)
      if fit.bound > best?.bound ?? -.infinity { best = fit }
    }
    guard let best else {
      throw TensorError.invalidSetting(name: "number of forms", value: 0, expected: ">= 1")
    }
    return best
  }

  /// Those that starts take turns with.
  var smoothnesses: [MaternSmoothness] { smoothness.map { [$0] } ?? [.half, .threeHalves] }

  private func check(_ name: String, _ value: Double, _ holds: Bool, _ expected: String) throws(TensorError) {
    guard holds else { throw .invalidSetting(name: name, value: value, expected: expected) }
  }
}
