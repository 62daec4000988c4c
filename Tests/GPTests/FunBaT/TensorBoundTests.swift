import Foundation
import GP
import NumericCore
import Testing

/// The evidence lower bound against its definition, E_q[log p(y, functions, noise) - log q], of dense
/// Gaussians.
@Suite struct TensorBoundTests {
  /// The posterior of one mode's functions, as a dense Gaussian in the order [point][component], component
  /// 0 being the additive effect: the prior's covariance K, q = N(mean, covariance).
  struct DenseMode {
    let divergence: Double
    let mean: [Double]
    let covariance: Matrix
    let components: Int

    init(_ chain: LatentChain) throws {
      let (n, points) = (chain.components, chain.points)
      components = n
      let count = n * points.count
      let prior = LatentChainTests.prior(chain, points, points)
      let inverse = try Cholesky(prior).solve(Matrix.identity(count))
      var precision = inverse
      for j in points.indices {
        for a in 0..<n {
          for b in 0..<n { precision[j * n + a, j * n + b] += chain.precision[(j * n + a) * n + b] }
        }
      }
      let factor = try Cholesky(precision)
      covariance = factor.solve(Matrix.identity(count))
      mean = factor.solve((0..<count).map { chain.linear[$0] })
      // KL(N(m, S) || N(0, K)) = (tr K^-1 S + m^T K^-1 m - n + log |K| - log |S|) / 2.
      var sum = try Cholesky(prior).logDeterminant + factor.logDeterminant - Double(count)
      for i in 0..<count {
        for j in 0..<count { sum += inverse[i, j] * (covariance[j, i] + mean[i] * mean[j]) }
      }
      divergence = sum / 2
    }

    /// E[f_a f_b] at a point, and E[f_a]; a component that is nil is the constant 1.
    func moment(_ point: Int, _ a: Int?, _ b: Int? = nil) -> Double {
      switch (a.map { point * components + $0 }, b.map { point * components + $0 }) {
      case (nil, nil): 1
      case (let i?, nil), (nil, let i?): mean[i]
      case (let i?, let j?): covariance[i, j] + mean[i] * mean[j]
      }
    }
  }

  /// E[(y - prediction)^2] by the expansion of the square: every pair of terms is a product over modes,
  /// which are independent. Term t < modes is the additive effect of mode t, the others are the products.
  static func expectedSquare(_ y: Double, at place: [Int], _ modes: [DenseMode]) -> Double {
    let terms = modes.count + modes[0].components - 1
    func component(_ term: Int, _ mode: Int) -> Int? {
      term >= modes.count ? term - modes.count + 1 : (term == mode ? 0 : nil)
    }
    var sum = y * y
    for t in 0..<terms {
      sum -= 2 * y * modes.indices.reduce(1) { $0 * modes[$1].moment(place[$1], component(t, $1)) }
      for u in 0..<terms {
        sum += modes.indices.reduce(1) {
          $0 * modes[$1].moment(place[$1], component(t, $1), component(u, $1))
        }
      }
    }
    return sum
  }

  /// (E[tau], E[log tau], KL(q || prior)) of gamma distributions by the trapezoidal rule over log tau,
  /// where the integrand falls off doubly exponentially on the right and is summed far enough on the left.
  static func gammaMoments(shape: Double, rate: Double, prior: (shape: Double, rate: Double)) -> (
    mean: Double, log: Double, divergence: Double
  ) {
    func logDensity(_ a: Double, _ b: Double, _ x: Double) -> Double {
      a * log(b) - lgamma(a) + a * x - b * exp(x)
    }
    let step = 0.005
    var (mean, logarithm, divergence) = (0.0, 0.0, 0.0)
    let centre = log(shape / rate)
    for i in -4_000...1_200 {
      let x = centre + Double(i) * step
      let own = logDensity(shape, rate, x)
      let weight = exp(own) * step
      guard weight > 0 else { continue }
      mean += weight * exp(x)
      logarithm += weight * x
      divergence += weight * (own - logDensity(prior.shape, prior.rate, x))
    }
    return (mean, logarithm, divergence)
  }

  /// log length scale ~ N(log(range / 5), 2^2), log variance ~ N(0, 3^2), up to constants.
  static func logPrior(_ chain: LatentChain) -> Double {
    let centre = log((chain.points[chain.points.count - 1] - chain.points[0]) / 5)
    let scales = chain.lengthScales.reduce(0) { $0 + pow((log($1) - centre) / 2, 2) }
    return -0.5 * (scales + chain.variances.reduce(0) { $0 + pow(log($1) / 3, 2) })
  }

  /// Three modes with repeated places and missing cells; before and after hyper-parameters are learned, and after
  /// sweeps that were taken back.
  @Test(arguments: MaternSmoothness.allCases, [0, 1, 2]) func isItsDefinition(
    smoothness: MaternSmoothness, rank: Int
  ) throws {
    let columns = [
      [0, 1, 2, 3, 0, 1, 2, 3, 0, 0, 3, 2], [0, 0, 1, 1, 2.5, 2.5, 0, 1, 2.5, 0, 0, 1],
      [1, 2, 1, 2, 1, 2, 2, 1, 1, 1, 2, 1],
    ].map { $0.map { Double($0) } }
    let values = [0.3, -1.2, 0.8, 1.5, -0.4, 0.2, -1.0, 1.1, -0.6, 0.5, -1.9, 0.7]
    let indexes = columns.map { ModeIndex($0) }
    for sweeps in [1, 2, 9, 60] {
      let fit = TensorFactorisation(
        TensorEntries(indexes, values: values), rank: rank, smoothness: smoothness, key: RandomKey(seed: 2))
      fit.run(maximumSweeps: sweeps, tolerance: 0)
      let modes = try fit.chains.map { try DenseMode($0) }
      let squares = values.indices.reduce(0) { sum, i in
        sum + Self.expectedSquare(values[i], at: indexes.map { Int($0.pointOfEntry[i]) }, modes)
      }
      let noise = Self.gammaMoments(shape: fit.shape, rate: fit.rate, prior: (1e-3, 1e-3))
      let logPrior = fit.chains.reduce(0) { $0 + Self.logPrior($1) }
      let likelihood = 0.5 * Double(values.count) * (noise.log - log(2 * .pi)) - 0.5 * noise.mean * squares
      let bound = likelihood - modes.reduce(0) { $0 + $1.divergence } - noise.divergence + logPrior
      let found = try #require(fit.history.last)
      #expect(fit.history.count == sweeps && (sweeps < 60 || fit.returns > 0))
      for (before, after) in zip(fit.history, fit.history.dropFirst()) {
        #expect(after >= before - 1e-9 * max(1, abs(before)))
      }
      #expect(abs(found - bound) < 1e-6 * max(1, abs(bound)), "\(found) \(bound) after \(sweeps) sweeps")
      // The moments of the signal of each entry: E[f^2], and E[f] by E[f^2] - E[(1 - f)^2] = 2 E[f] - 1.
      for i in values.indices {
        let place = indexes.map { Int($0.pointOfEntry[i]) }
        let (mean, variance) = fit.signal(of: i)
        let second = Self.expectedSquare(0, at: place, modes)
        #expect(abs(2 * mean - 1 - (second - Self.expectedSquare(1, at: place, modes))) < 1e-6)
        #expect(abs(mean * mean + variance - second) < 1e-6)
      }
    }
  }

  /// Student-t noise: each entry's square counts with its own precision, whose law is integrated by
  /// quadrature. The degrees of freedom are given, or learned under Gamma(2, 1 / 10).
  @Test(arguments: [4.0, nil], [false, true]) func isItsDefinitionWithHeavyTails(
    degrees: Double?, hasCore: Bool
  ) throws {
    let columns = [[0, 1, 2, 0, 1, 2, 0, 1, 2, 2], [0, 0, 0, 1, 1, 1, 2.5, 2.5, 2.5, 2.5]].map {
      $0.map { Double($0) }
    }
    let values = [0.3, -1.2, 0.8, 1.5, -0.4, 4.2, -1.0, 1.1, -0.6, 0.5]
    let indexes = columns.map { ModeIndex($0) }
    for sweeps in [1, 3, 15] {
      var fit = TensorFactorisation(
        TensorEntries(indexes, values: values), rank: 1, smoothness: .half,
        noise: .studentT(degreesOfFreedom: degrees),
        key: RandomKey(seed: 2))
      fit.run(maximumSweeps: 4, tolerance: 1e-12)
      if hasCore { fit = TensorFactorisation(fit, ranks: [1, 2], key: RandomKey(seed: 3)) }
      fit.run(maximumSweeps: 4 + sweeps, tolerance: 1e-12)
      let modes = try fit.chains.map { try DenseMode($0) }
      let noise = Self.gammaMoments(shape: fit.shape, rate: fit.rate, prior: (1e-3, 1e-3))
      let tails = try #require(fit.heavyTails)
      // The posteriors of the entries' precisions were made with the degrees of freedom of the time: the
      // shape tells.
      let nu = tails.degrees
      var bound =
        fit.chains.reduce(0) { $0 + Self.logPrior($1) } - modes.reduce(0) { $0 + $1.divergence }
        - noise.divergence
      if degrees == nil { bound += 2 * log(0.1) + log(nu) - 0.1 * nu }
      if let core = fit.core { bound -= try TuckerBoundTests.divergence(core) }
      for i in values.indices {
        let place = indexes.map { Int($0.pointOfEntry[i]) }
        let square =
          fit.core.map { TuckerBoundTests.expectedSquare(values[i], at: place, modes, $0) }
          ?? Self.expectedSquare(values[i], at: place, modes)
        let own = Self.gammaMoments(
          shape: tails.shape, rate: tails.shape / tails.weights[i], prior: (nu / 2, nu / 2))
        bound += 0.5 * (noise.log + own.log - log(2 * .pi) - noise.mean * own.mean * square) - own.divergence
      }
      let found = try #require(fit.history.last)
      #expect(abs(found - bound) < 1e-6 * max(1, abs(bound)), "\(found) \(bound) after \(sweeps) sweeps")
    }
  }

  /// With one mode and no product the model is a Gaussian process, whose predictions of each value by all
  /// others are known: residual alpha_i / (C^-1)_ii and variance 1 / (C^-1)_ii with C = K + noise, alpha =
  /// C^-1 y (Rasmussen and Williams 2006, section 5.4.2). Points come in pairs, which are left out, too.
  @Test(arguments: MaternSmoothness.allCases) func leavingOneOutIsExactInLinearModels(
    smoothness: MaternSmoothness
  ) throws {
    let x = (0..<40).map { Double($0 / 2) + 0.3 * sin(Double($0 / 2)) }
    let errors = RandomKey(seed: 3).normals(40)
    let values = x.indices.map { 1.2 * sin(0.5 * x[$0]) + 0.3 * errors[$0] }
    let fit = TensorFactorisation(
      TensorEntries([ModeIndex(x)], values: values), rank: 0, smoothness: smoothness, key: RandomKey(seed: 1))
    fit.run(maximumSweeps: 1_000, tolerance: 1e-14)
    let (chain, noise) = (fit.chains[0], fit.rate / fit.shape)
    var covariance = LatentChainTests.prior(chain, x, x)
    covariance.addToDiagonal(noise)
    let inverse = try Cholesky(covariance).solve(Matrix.identity(40))
    let alpha = inverse * values
    let leftOut = fit.leaveOneOut()
    for i in x.indices {
      #expect(abs(values[i] - leftOut.means[i] - alpha[i] / inverse[i, i]) < 1e-5, "\(i)")
      #expect(abs(leftOut.variances[i] + noise - 1 / inverse[i, i]) < 1e-5, "\(i)")
    }
    // Without both entries of a point: residuals (C^-1)_BB^-1 alpha_B, of covariance (C^-1)_BB^-1.
    let pairs = fit.leaveOneOut(PlaceGroups(fit.entries))
    for i in stride(from: 0, to: 40, by: 2) {
      let (a, b, c) = (inverse[i, i], inverse[i, i + 1], inverse[i + 1, i + 1])
      let determinant = a * c - b * b
      let residual = (c * alpha[i] - b * alpha[i + 1]) / determinant
      #expect(abs(values[i] - pairs.means[i] - residual) < 1e-5, "\(i)")
      #expect(abs(pairs.variances[i] + noise - c / determinant) < 1e-5, "\(i)")
      #expect(abs(pairs.means[i] - pairs.means[i + 1]) < 1e-9)
    }
  }
}
