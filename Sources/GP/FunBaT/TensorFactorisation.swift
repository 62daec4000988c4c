import NumericCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One fit under way: the posterior of all modes' functions and of the noise, improved mode by mode
/// (structured variational Bayes; Fang et al., 'Functional Bayesian Tucker decomposition for
/// continuous-indexed tensor data', ICLR 2024, where it is called conditional expectation propagation). Each
/// step increases the bound.
///
///     y = offset + sum_k a_k(x_k) + sum_r prod_k u_kr(x_k) + noise,
///
/// or with a core of weights of all products (`TensorForm`). It is one task's.
package final class TensorFactorisation: @unchecked Sendable {
  package let functions: [any ModeFunctions]
  /// Those of modes on the line.
  package var chains: [LatentChain] { functions.compactMap { $0 as? LatentChain } }
  /// Nil in the CP form.
  package let core: TuckerCore?
  let smoothness: MaternSmoothness
  let kinds: [TensorMode]
  let searches: [HyperparameterSearch]
  package let entries: TensorEntries
  var indexes: [ModeIndex] { entries.indexes }
  let moments: [TensorMoments]
  /// Of entries that are no longer at hand.
  private let memory: TensorMemory?
  /// Nil if the noise is Gaussian.
  package let heavyTails: StudentTNoise?
  private let toCP: TensorAggregation
  private let toTucker: TuckerAggregation?
  let signal: TensorSignal
  /// E[tau] = shape / rate, the precision of the noise.
  package internal(set) var shape, rate: Double
  private var divergences: [Double]
  private var logPriors: [Double]
  /// What the messages of memory are worth, by mode.
  private var siteValues: [Double]
  /// The expected sum of squared residuals.
  private(set) var squares = 0.0
  /// Functions that start at random take shape before anything else is learned.
  var sweepsOfShaping = 2
  private var schedule = SearchSchedule()
  private let momentum: TensorMomentum
  /// The last sweeps that changed next to nothing.
  private var quiet = 0
  /// The evidence lower bound after each sweep: of the standardised values, with the log prior of length
  /// scales and variances.
  package private(set) var history: [Double] = []

  /// tau ~ Gamma(shape, rate): next to nothing is known of the noise.
  private static var prior: (shape: Double, rate: Double) { (1e-3, 1e-3) }

  /// In the CP form.
  package convenience init(
    _ entries: TensorEntries, rank: Int, smoothness: MaternSmoothness, kinds: [TensorMode]? = nil,
    noise: TensorNoise = .gaussian, key: RandomKey
  ) {
    self.init(
      entries, ranks: entries.indexes.map { _ in rank }, smoothness,
      kinds ?? entries.indexes.map { _ in .continuous }, hasCore: false,
      heavyTails: noise.posterior(of: entries.count))
    for mode in indexes.indices { beginAtRandom(mode, key.child(UInt64(mode))) }
  }

  init(
    _ entries: TensorEntries, ranks: [Int], _ smoothness: MaternSmoothness, _ kinds: [TensorMode],
    hasCore: Bool, heavyTails: StudentTNoise?, memory: TensorMemory? = nil
  ) {
    (self.entries, self.heavyTails, self.memory) = (entries, heavyTails, memory)
    (self.smoothness, self.kinds) = (smoothness, kinds)
    let indexes = entries.indexes
    functions = indexes.indices.map {
      kinds[$0].functions(
        at: indexes[$0].points, components: ranks[$0] + 1, smoothness: smoothness, entries: entries.count)
    }
    searches = zip(functions, kinds).map { HyperparameterSearch($0, $1) }
    moments = zip(indexes, ranks).map { TensorMoments(points: $0.points.count, rank: $1) }
    toCP = TensorAggregation(weights: heavyTails?.weights, moments: moments)
    core = hasCore ? TuckerCore(CoreShape(ranks)) : nil
    toTucker = core.map { [moments] core in
      TuckerAggregation(
        entries: entries, weights: heavyTails?.weights, moments: moments, shape: core.shape)
    }
    signal = TensorSignal(moments, core: core)
    momentum = TensorMomentum(functions, moments)
    let count = Double(entries.count + (memory?.count ?? 0))
    (shape, rate) = (Self.prior.shape + 0.5 * count, Self.prior.rate + 0.25 * count)
    divergences = Array(repeating: 0, count: indexes.count)
    (logPriors, siteValues) = (divergences, divergences)
  }

  /// Goes on until the bound changes by less than `tolerance` an entry, or `maximumSweeps` are done in all.
  package func run(maximumSweeps: Int, tolerance: Double, progress: ((Int, Double) -> Void)? = nil) {
    let order = indexes.indices.sorted { (-indexes[$0].points.count, $0) < (-indexes[$1].points.count, $1) }
    while history.count < maximumSweeps && !hasConverged {
      let learns = history.count >= sweepsOfShaping
      let isSearch =
        learns && schedule.isDue(isLast: quiet == Self.quietSweeps - 1, quietSweeps: Self.quietSweeps)
      sweep(order, learns: learns, isSearch: isSearch)
      if let heavyTails, learns { update(heavyTails) }
      let now = evidence
      if isSearch { schedule.learn(gain: searches.reduce(0) { $0 + $1.gain }, ofSweep: now - bound) }
      quiet = abs(now - bound) < tolerance * Double(entries.count) ? quiet + 1 : 0
      history.append(now)
      progress?(history.count, now)
    }
  }

  /// The number of entries that the posterior knows of, at hand or not.
  var entriesInAll: Int { entries.count + (memory?.count ?? 0) }

  /// The last of the history.
  package var bound: Double { history.last ?? -.infinity }
  var hasConverged: Bool { quiet >= Self.quietSweeps }

  /// Arbitrary: the bound rests at times, before hyper-parameters find a way on.
  private static var quietSweeps: Int { 3 }

  /// E[tau].
  var precision: Double { shape / rate }

  /// Each part of the posterior in turn given the others, from where momentum leads; from where it was if the bound
  /// would fall.
  private func sweep(_ order: [Int], learns: Bool, isSearch: Bool) {
    func update() {
      if let core { self.update(core, learns: learns) }
      for mode in order { self.update(mode, learns: isSearch) }
    }
    guard history.count > sweepsOfShaping else { return update() }
    let (before, alphas) = ((rate, squares, divergences, logPriors, siteValues), core?.alphas)
    let parameters = functions.map { ($0.lengthScales, $0.variances) }
    momentum.moveOn()
    update()
    guard !(evidence >= bound) else { return }
    (rate, squares, divergences, logPriors, siteValues) = before
    if let alphas { core?.alphas = alphas }
    for (own, parameters) in zip(functions, parameters) { (own.lengthScales, own.variances) = parameters }
    momentum.goBack()
    update()
  }

  /// How many sweeps were done again, without momentum.
  package var returns: Int { momentum.returns }

  /// The posterior of one mode's functions given all others', and what follows for the noise.
  private func update(_ mode: Int, learns: Bool) {
    let own = functions[mode]
    let (n, points) = (own.components, indexes[mode].points.count)
    let rest = aggregate(entries.orders[mode], to: mode, own.precision, own.linear)
    memory?.add(to: own, mode)
    let logMass = learns ? searches[mode].step() : own.takeMessages()
    own.writePosterior()
    for j in 0..<points { moments[mode].set(j, own.means + j * n, own.covariances + j * n * n) }
    let all = own.value(own.precision, own.linear)
    divergences[mode] = all.linear - 0.5 * all.quadratic - logMass
    logPriors[mode] = searches[mode].logPrior
    let old = memory.map { $0.value(own, mode) } ?? (linear: 0, quadratic: 0)
    siteValues[mode] = old.linear - 0.5 * old.quadratic
    let (linear, quadratic) = (all.linear - old.linear, all.quadratic - old.quadratic)
    squares = (memory?.squares ?? 0) + max(rest - (2 * linear - quadratic) / precision, 0)
    rate = Self.prior.rate + 0.5 * squares
  }

  /// Writes the messages of groups of entries to a mode; returns the sum of E[(y - a)^2], a what others add.
  func aggregate(
    _ order: TensorEntries.Order, to mode: Int, _ lambda: UnsafeMutablePointer<Double>,
    _ eta: UnsafeMutablePointer<Double>
  ) -> Double {
    if let toTucker, let core {
      return toTucker.aggregate(order, to: mode, core: core, noisePrecision: precision, lambda, eta)
    }
    return toCP.aggregate(order, to: mode, noisePrecision: precision, lambda, eta)
  }

  /// The posterior of the core given the functions, and what follows for the noise.
  private func update(_ core: TuckerCore, learns: Bool) {
    guard let rest = toTucker?.aggregate(to: core) else { return }
    core.update(noisePrecision: precision, learns: learns)
    squares = (memory?.squares ?? 0) + max(rest + core.squares, 0)
    rate = Self.prior.rate + 0.5 * squares
  }

  /// The posterior of the entries' shares in the noise.
  private func update(_ heavyTails: StudentTNoise) {
    let values = entries.values
    let sum = heavyTails.update(precision: precision) { i in
      let (mean, variance) = signal(of: i)
      return (values[i] - mean) * (values[i] - mean) + variance
    }
    squares = (memory?.squares ?? 0) + sum
  }

  /// E[log likelihood] - KL of the functions, the core and the noise + the log prior of the hyper-parameters.
  private var evidence: Double {
    let count = Double(entriesInAll)
    let logPrecision = digamma(shape) - log(rate)
    let likelihood = 0.5 * count * (logPrecision - log(2 * .pi)) - 0.5 * precision * squares
    let (a, b) = Self.prior
    let noise =
      (shape - a) * digamma(shape) - logGamma(shape) + logGamma(a) + a * (log(rate) - log(b))
      + shape * (b - rate) / rate
    let divergence = divergences.reduce(0, +) + (core?.divergence ?? 0) + noise
    // What entries that are no longer at hand gain, to first order.
    let sites = siteValues.reduce(0, +) + (core?.siteValue ?? 0) - (memory?.start ?? 0) - (core?.siteStart ?? 0)
    return likelihood + (heavyTails?.value ?? 0) - divergence + logPriors.reduce(0, +) + sites
  }
}
