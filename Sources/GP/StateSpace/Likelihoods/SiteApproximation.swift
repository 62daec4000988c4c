import Foundation
import NumericCore

/// The best normal approximation q of the posterior of a latent process given observations that are not normal: prior
/// times a normal factor, a site, for each observation, exp(linear f - precision f^2 / 2), at a maximum of
///
///     sum_i E_q log p(y_i | f_i) - KL(q | prior),
///
/// a lower bound of the log evidence; where the prior has a mean with unknown coefficients, which are integrated out
/// over a flat prior, up to its constant. Sites move by natural gradients, to precision -2 dE_i/dv_i and linear term
/// dE_i/dm_i + precision m_i (Khan and Lin, 'Conjugate-computation variational inference', 2017; Chang et al., 'Fast
/// variational learning in state-space Gaussian process models', 2020). The step is shortened until the bound does
/// not fall, and lengthened while changes shrink slowly (Salakhutdinov and Roweis, 'Adaptive overrelaxed bound
/// optimization methods', 2003).
///
/// Cost of a step: two filters and a backward pass.
struct SiteApproximation {
  let likelihood: LatentLikelihood
  /// In the order of times.
  let values: [Double]
  private(set) var sites: Sites
  private(set) var state: State
  private(set) var iterations = 0

  struct Sites {
    var linear, precision: [Double]
  }

  /// q, and its bound.
  struct State {
    let solver: StateSpaceSolver
    /// Of the sites' means z, with C the covariance of what they would be observations of.
    let marginal: MarginalLikelihood
    /// Of f at the observations.
    let means, variances: [Double]
    let bound: Double
  }

  private static let mostIterations = 500
  private static let mostHalvings = 20
  private static let mostIdle = 5
  /// Conventional, as in the paper.
  private static let (growth, longest) = (1.3, 20.0)
  /// In standard deviations of f, of the largest change of a mean in a step.
  private static let tolerance = 1e-7
  /// Precisions times the prior variance: between them, C is neither all noise nor without.
  private static let shares = 0x1p-40...0x1p36

  /// The prior of the values, in the order of times.
  struct Prior {
    let model: StateSpaceModel
    /// With which the model was made.
    let tolerance: Double
    let times: [Double]
    /// The basis of the mean function: a row for each time.
    let basis: Matrix
  }

  /// - Parameter start: sites to start from; a guess from the values where there are none.
  init(
    _ prior: Prior, _ likelihood: LatentLikelihood, values: [Double], start: Sites?
  ) throws(RegressionError) {
    let (model, times) = (prior.model, prior.times)
    (self.likelihood, self.values) = (likelihood, values)
    let guesses = values.map { likelihood.guess($0) }
    var sites =
      start ?? Sites(linear: guesses.map { $0.value * $0.precision }, precision: guesses.map(\.precision))
    let variance = max(Self.variance(model, times.first ?? 0), Self.variance(model, times.last ?? 0))
    guard variance.isFinite else {
      throw .invalidSetting(name: "variance of the process", value: variance, expected: "finite")
    }
    let limits = (Self.shares.lowerBound / variance)...(Self.shares.upperBound / variance)
    for i in sites.precision.indices { sites.precision[i] = Self.clamp(sites.precision[i], limits) }
    var state = try Self.state(prior, likelihood, values, sites)
    var (step, change) = (1.0, Double.infinity)
    // Steps that raised the bound by no more than rounding.
    var idle = 0
    while change > Self.tolerance, idle < Self.mostIdle {
      guard iterations < Self.mostIterations, state.bound.isFinite else {
        throw .sitesNotConverged(iterations: iterations, change: change, tolerance: Self.tolerance)
      }
      iterations += 1
      let target = Self.target(state, likelihood, values, limits)
      // What rounding of a sum over all observations may lose.
      let slack = 1e-12 * (Double(values.count) + abs(state.bound))
      let before = (change: change, bound: state.bound)
      // A bound that no step raises is at its maximum, to rounding.
      change = 0
      for _ in 0..<Self.mostHalvings {
        let next = Self.mixture(sites, target, step, limits)
        let candidate = try Self.state(prior, likelihood, values, next)
        if candidate.bound >= before.bound - slack {
          change = Self.change(from: state, to: candidate) / step
          (sites, state) = (next, candidate)
          break
        }
        step = step > 1 ? 1 : 0.5 * step
      }
      idle = state.bound - before.bound > slack ? 0 : idle + 1
      let isSlow = change > 0.5 * before.change && change < before.change
      step = min(Self.growth * step, isSlow ? Self.longest : 1)
    }
    (self.sites, self.state) = (sites, state)
  }

  private static func variance(_ model: StateSpaceModel, _ t: Double) -> Double {
    let transitions = Transitions(model)
    let state = StateCovariance(transitions)
    state.start(at: t)
    return max(state.observe(noise: 0), .leastNormalMagnitude)
  }

  private static func clamp(_ value: Double, _ limits: ClosedRange<Double>) -> Double {
    min(max(value, limits.lowerBound), limits.upperBound)
  }

  private static func target(
    _ state: State, _ likelihood: LatentLikelihood, _ values: [Double], _ limits: ClosedRange<Double>
  ) -> Sites {
    var result = Sites(linear: values, precision: values)
    for i in values.indices {
      let (m, v) = (state.means[i], state.variances[i])
      let expectation = likelihood.expectation(of: values[i], mean: m, variance: v)
      let precision = clamp(expectation.precision, limits)
      (result.precision[i], result.linear[i]) = (precision, expectation.slope + precision * m)
    }
    return result
  }

  /// From a towards b, and beyond for a share above 1.
  private static func mixture(_ a: Sites, _ b: Sites, _ share: Double, _ limits: ClosedRange<Double>) -> Sites {
    Sites(
      linear: zip(a.linear, b.linear).map { $0 + share * ($1 - $0) },
      precision: zip(a.precision, b.precision).map { clamp($0 + share * ($1 - $0), limits) })
  }

  private static func change(from a: State, to b: State) -> Double {
    b.means.indices.reduce(0) {
      max($0, abs(b.means[$1] - a.means[$1]) / max(b.variances[$1], .leastNormalMagnitude).squareRoot())
    }
  }

  private static func state(
    _ prior: Prior, _ likelihood: LatentLikelihood, _ values: [Double], _ sites: Sites
  ) throws(RegressionError) -> State {
    let solver = StateSpaceSolver(
      StateSpaceFactor(prior.model, times: prior.times, noise: sites.precision.map { 1 / $0 }),
      tolerance: prior.tolerance)
    let marginal = try MarginalLikelihood(
      solver, basis: prior.basis, values: zip(sites.linear, sites.precision).map { $0 / $1 })
    let q = marginal.predict(
      at: Matrix(points: prior.times), [prior.model.offsets], solver, bases: [prior.basis], noise: 0)[0]
    // The log mass of prior times sites, less what the sites expect of themselves.
    var bound = -0.5 * (solver.logDeterminant + (marginal.basisFactor?.logDeterminant ?? 0))
    for i in values.indices {
      let (m, v, linear, precision) = (q.mean[i], q.variance[i], sites.linear[i], sites.precision[i])
      bound += likelihood.expectation(of: values[i], mean: m, variance: v).value
      bound += 0.5 * (precision * (m * m + v) - linear * m) - 0.5 * log(precision)
    }
    return State(solver: solver, marginal: marginal, means: q.mean, variances: q.variance, bound: bound)
  }
}
