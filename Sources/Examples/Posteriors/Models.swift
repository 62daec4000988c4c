import Foundation
import NumericCore
import Inference
import PPL

/// The values of a posterior, by the names of the reference.
struct Named: RandomElements, Sendable {
  let randomElements: [(name: String, element: AnyRandom)]

  init(_ values: KeyValuePairs<String, any RealArgument>) {
    randomElements = values.map { ($0.key, $0.value.argument) }
  }
}

/// A model of a reference's data, by the reference's name; nil where there is none.
func model(of reference: Reference) throws -> Model<Named>? {
  switch reference.name {
  case "eight_schools-eight_schools_noncentered": try eightSchools(reference)
  case "kidiq-kidscore_momhsiq": try kidScore(reference)
  case "earnings-logearn_interaction": try logEarnings(reference, interaction: true)
  case "earnings-logearn_logheight_male": try logEarnings(reference, interaction: false)
  case "mesquite-mesquite": try mesquite(reference)
  case "nes2000-nes": try nes(reference)
  case "sblri-blr": try linearRegression(reference)
  case "diamonds-diamonds": try diamonds(reference)
  case "own-wells": try wells(reference)
  case "own-radon": try radon(reference)
  case "own-rats": try rats(reference)
  case "own-seeds": try seeds(reference)
  case "arK-arK": try autoregression(reference)
  case "garch-garch11": try garch(reference)
  case "gp_pois_regr-gp_regr": try gaussianProcess(reference)
  case "low_dim_gauss_mix-low_dim_gauss_mix": try mixture(reference)
  case "bball_drive_event_0-hmm_drive_0": try hiddenMarkov(reference)
  case "hudson_lynx_hare-lotka_volterra": try predatorPrey(reference)
  default: nil
  }
}

/// Where chains start: at random, but where a chain from afar may stay in another mode than the reference, or what it
/// starts from is far from anything seen.
func start(of reference: Reference) throws -> Start {
  switch reference.name {
  // One wide component over both groups; the means start at the quartiles of the data.
  case "low_dim_gauss_mix-low_dim_gauss_mix":
    .values(["mu": Diagnostics.quantiles(try reference.doubles("y"), [0.25, 0.75])])
  // The reference is of the mode in which both states last, and starts there.
  case "bball_drive_event_0-hmm_drive_0":
    .values([
      "theta1": [0.99, 0.01], "theta2": [0.03, 0.97], "phi1": [1.8], "phiStep": [4.9], "lambda1": [0.028],
      "lambdaStep": [0.047],
    ])
  // About where the priors are.
  case "hudson_lynx_hare-lotka_volterra":
    .values(["rates": [1, 1], "effects": [0.05, 0.05], "z_init": try reference.doubles("y_init")])
  default: .random
  }
}

// MARK: Regressions

/// y ~ Normal(X beta, sigma), beta flat.
private func flatRegression(_ X: Matrix, _ y: [Double], sigma prior: some UnivariateDistribution & Distribution<Double>)
  -> Model<Named>
{
  Model {
    let beta = Latent("beta", Flat(), count: X.columns)
    let sigma = Latent("sigma", prior)
    Observe(y, from: Normal(X * beta, sigma))
    Return(Named(["beta": beta, "sigma": sigma]))
  }
}

private func ones(_ n: Int) -> [Double] { Array(repeating: 1, count: n) }

private func kidScore(_ r: Reference) throws -> Model<Named> {
  let y = try r.doubles("kid_score")
  return flatRegression(
    try Matrix(columns: [ones(y.count), r.doubles("mom_hs"), r.doubles("mom_iq")]), y, sigma: HalfCauchy(scale: 2.5))
}

private func logEarnings(_ r: Reference, interaction: Bool) throws -> Model<Named> {
  let (y, height, male) = (try r.doubles("earn").map { log($0) }, try r.doubles("height"), try r.doubles("male"))
  let columns =
    interaction
    ? [ones(y.count), height, male, zip(height, male).map { $0 * $1 }] : [ones(y.count), height.map { log($0) }, male]
  return flatRegression(try Matrix(columns: columns), y, sigma: Flat(lower: 0))
}

private func mesquite(_ r: Reference) throws -> Model<Named> {
  let names = ["diam1", "diam2", "canopy_height", "total_height", "density", "group"]
  let y = try r.doubles("weight")
  return flatRegression(
    try Matrix(columns: [ones(y.count)] + names.map(r.doubles)), y, sigma: Flat(lower: 0))
}

private func nes(_ r: Reference) throws -> Model<Named> {
  let (y, age) = (try r.doubles("partyid7"), try r.integers("age_discrete"))
  let ages = (2...4).map { group in age.map { $0 == group ? 1.0 : 0 } }
  return flatRegression(
    try Matrix(
      columns: [ones(y.count), r.doubles("real_ideo"), r.doubles("race_adj")] + ages
        + ["educ1", "gender", "income"].map(r.doubles)), y, sigma: Flat(lower: 0))
}

private func linearRegression(_ r: Reference) throws -> Model<Named> {
  let (X, y) = (try r.matrix("X"), try r.doubles("y"))
  return Model {
    let beta = Latent("beta", Normal(0, 10), count: X.columns)
    let sigma = Latent("sigma", HalfNormal(scale: 10))
    Observe(y, from: Normal(X * beta, sigma))
    Return(Named(["beta": beta, "sigma": sigma]))
  }
}

private func diamonds(_ r: Reference) throws -> Model<Named> {
  let (X, y) = (try r.matrix("X"), try r.doubles("Y"))
  let columns = (1..<X.columns).map { j in
    let column = (0..<X.rows).map { X[$0, j] }
    let mean = column.reduce(0, +) / Double(column.count)
    return column.map { $0 - mean }
  }
  let centred = try Matrix(columns: columns)
  return Model {
    let b = Latent("b", Normal(0, 1), count: centred.columns)
    let intercept = Latent("Intercept", StudentT(degrees: 3, 8, scale: 10))
    let sigma = Latent("sigma", HalfStudentT(degrees: 3, scale: 10))
    Observe(y, from: Normal(intercept + centred * b, sigma))
    Return(Named(["b": b, "Intercept": intercept, "sigma": sigma]))
  }
}

private func wells(_ r: Reference) throws -> Model<Named> {
  func centred(_ x: [Double], _ scale: Double) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    return x.map { ($0 - mean) / scale }
  }
  let (d, a) = (centred(try r.doubles("dist"), 100), centred(try r.doubles("arsenic"), 1))
  let X = try Matrix(columns: [d, a, zip(d, a).map { $0 * $1 }])
  let switched = try r.integers("switched").map { $0 == 1 }
  return Model {
    let alpha = Latent("alpha", Flat())
    let beta = Latent("beta", Flat(), count: 3)
    Observe(switched, from: BernoulliLogit(alpha + X * beta))
    Return(Named(["alpha": alpha, "beta": beta]))
  }
}

// MARK: Hierarchies

private func eightSchools(_ r: Reference) throws -> Model<Named> {
  let (y, errors) = (try r.doubles("y"), try r.doubles("sigma"))
  return Model {
    let mu = Latent("mu", Normal(0, 5))
    let tau = Latent("tau", HalfCauchy(scale: 5))
    let z = Latent("z", Normal(0, 1), count: y.count)
    let theta = mu + tau * z
    Observe(y, from: Normal(theta, errors))
    Return(Named(["mu": mu, "tau": tau, "theta": theta]))
  }
}

private func radon(_ r: Reference) throws -> Model<Named> {
  let (y, uranium, floor) = (try r.doubles("log_radon"), try r.doubles("log_uppm"), try r.doubles("floor_measure"))
  let county = try r.integers("county_idx").map { $0 - 1 }
  let counties = try r.integers("county_idx").max() ?? 0
  return Model {
    let meanAlpha = Latent("mu_alpha", Normal(0, 10))
    let sigmaAlpha = Latent("sigma_alpha", HalfNormal(scale: 1))
    let sigma = Latent("sigma_y", HalfNormal(scale: 1))
    let beta = Latent("beta", Normal(0, 10), count: 2)
    let z = Latent("z", Normal(0, 1), count: counties)
    let alpha = meanAlpha + sigmaAlpha * z
    Observe(y, from: Normal(alpha[county] + beta[0] * uranium + beta[1] * floor, sigma))
    Return(
      Named(["mu_alpha": meanAlpha, "sigma_alpha": sigmaAlpha, "sigma_y": sigma, "beta": beta, "alpha": alpha]))
  }
}

private func rats(_ r: Reference) throws -> Model<Named> {
  let (y, xbar) = (try r.doubles("y"), try r.number("xbar"))
  let x = try r.doubles("x").map { $0 - xbar }
  let rat = try r.integers("rat").map { $0 - 1 }
  let count = Int(try r.number("N"))
  return Model {
    let (meanAlpha, meanBeta) = (Latent("mu_alpha", Normal(0, 100)), Latent("mu_beta", Normal(0, 100)))
    let (sigmaAlpha, sigmaBeta) = (Latent("sigma_alpha", Flat(lower: 0)), Latent("sigma_beta", Flat(lower: 0)))
    let sigma = Latent("sigma_y", Flat(lower: 0))
    let alpha = Latent("alpha", Normal(meanAlpha, sigmaAlpha), count: count)
    let beta = Latent("beta", Normal(meanBeta, sigmaBeta), count: count)
    Observe(y, from: Normal(alpha[rat] + beta[rat] * x, sigma))
    Return(
      Named([
        "mu_alpha": meanAlpha, "mu_beta": meanBeta, "sigma_alpha": sigmaAlpha, "sigma_beta": sigmaBeta,
        "sigma_y": sigma, "alpha": alpha, "beta": beta,
      ]))
  }
}

private func seeds(_ r: Reference) throws -> Model<Named> {
  let (n, N, x1, x2) = (try r.integers("n"), try r.integers("N"), try r.doubles("x1"), try r.doubles("x2"))
  let both = zip(x1, x2).map { $0 * $1 }
  return Model {
    let (a0, a1) = (Latent("a0", Normal(0, 10)), Latent("a1", Normal(0, 10)))
    let (a2, a12) = (Latent("a2", Normal(0, 10)), Latent("a12", Normal(0, 10)))
    let sigma = Latent("sigma", HalfCauchy(scale: 1))
    let z = Latent("z", Normal(0, 1), count: n.count)
    Observe(n, from: BinomialLogit(trials: N, a0 + a1 * x1 + a2 * x2 + a12 * both + sigma * z))
    Return(Named(["a0": a0, "a1": a1, "a2": a2, "a12": a12, "sigma": sigma, "z": z]))
  }
}

// MARK: Time series, processes, mixtures

private func autoregression(_ r: Reference) throws -> Model<Named> {
  let (y, K) = (try r.doubles("y"), Int(try r.number("K")))
  let lags = try Matrix(columns: (1...K).map { k in Array(y[(K - k)..<(y.count - k)]) })
  return Model {
    let alpha = Latent("alpha", Normal(0, 10))
    let beta = Latent("beta", Normal(0, 10), count: K)
    let sigma = Latent("sigma", HalfCauchy(scale: 2.5))
    Observe(Array(y[K...]), from: Normal(alpha + lags * beta, sigma))
    Return(Named(["alpha": alpha, "beta": beta, "sigma": sigma]))
  }
}

private func garch(_ r: Reference) throws -> Model<Named> {
  let (y, sigma1) = (try r.doubles("y"), try r.number("sigma1"))
  return Model {
    let mu = Latent("mu", Flat())
    let alpha0 = Latent("alpha0", Flat(lower: 0))
    let alpha1 = Latent("alpha1", Uniform(0, 1))
    // The reference has no prior term: the density of the uniform, 1 / (1 - alpha1), is taken back.
    let beta1 = Latent("beta1", Uniform(0, 1 - alpha1))
    Factor(log(1 - alpha1))
    var variance = Random<Double>(sigma1 * sigma1)
    for t in y.indices {
      if t > 0 {
        variance = alpha0 + alpha1 * square(y[t - 1] - mu) + beta1 * variance
      }
      Observe(y[t], from: Normal(mu, sqrt(variance)))
    }
    Return(Named(["mu": mu, "alpha0": alpha0, "alpha1": alpha1, "beta1": beta1]))
  }
}

private func gaussianProcess(_ r: Reference) throws -> Model<Named> {
  let (x, y) = (try r.doubles("x"), try r.doubles("y"))
  let squares = try Matrix(columns: x.map { a in x.map { b in (a - b) * (a - b) } })
  let identity = Matrix.identity(x.count)
  return Model {
    let rho = Latent("rho", Gamma(shape: 25, rate: 4))
    let alpha = Latent("alpha", HalfNormal(scale: 2))
    let sigma = Latent("sigma", HalfNormal(scale: 1))
    let covariance = square(alpha) * exp(squares * (-0.5 / square(rho))) + sigma * identity
    Observe(y, from: MultivariateNormal(0, covariance: covariance))
    Return(Named(["rho": rho, "alpha": alpha, "sigma": sigma]))
  }
}

private func mixture(_ r: Reference) throws -> Model<Named> {
  let y = try r.doubles("y")
  return Model {
    let mu = Latent("mu", Ordered(Normal(0, 2), count: 2))
    let sigma = Latent("sigma", HalfNormal(scale: 2), count: 2)
    let theta = Latent("theta", Beta(5, 5))
    let first = log(theta) + Normal(mu[0], sigma[0]).logDensities(at: y)
    let second = log1p(-theta) + Normal(mu[1], sigma[1]).logDensities(at: y)
    Factor(logAddExp(first, second).sum)
    Return(Named(["mu": mu, "sigma": sigma, "theta": theta]))
  }
}

private func hiddenMarkov(_ r: Reference) throws -> Model<Named> {
  let (u, v, alpha) = (try r.doubles("u"), try r.doubles("v"), try r.matrix("alpha"))
  return Model {
    let theta1 = Latent("theta1", Dirichlet((0..<2).map { alpha[0, $0] }))
    let theta2 = Latent("theta2", Dirichlet((0..<2).map { alpha[1, $0] }))
    let (phi1, phiStep) = (Latent("phi1", Flat(lower: 0)), Latent("phiStep", Flat(lower: 0)))
    let (lambda1, lambdaStep) = (Latent("lambda1", Flat(lower: 0)), Latent("lambdaStep", Flat(lower: 0)))
    let phi = Random<[Double]>([phi1, phi1 + phiStep])
    let lambda = Random<[Double]>([lambda1, lambda1 + lambdaStep])
    for x in [phi, lambda] { Factor(-0.5 * (square(x[0]) + square(x[1] - 3))) }
    let first = Latent("first", Bernoulli(0.5)).integer
    Observe(u[0], from: Exponential(rate: phi[first]))
    Observe(v[0], from: Exponential(rate: lambda[first]))
    let path = Scan("path", over: Array(u.dropFirst()), Array(v.dropFirst()), from: first) { state, u, v in
      let stays = state.real
      let next = Latent("state", Bernoulli((1 - stays) * theta1[1] + stays * theta2[1])).integer
      Observe(u, from: Exponential(rate: phi[next]), as: "u")
      Observe(v, from: Exponential(rate: lambda[next]), as: "v")
      Return(next)
    }
    path
    Return(Named(["theta1": theta1, "theta2": theta2, "phi": phi, "lambda": lambda]))
  }.marginalising("first", "path/state")
}

private func predatorPrey(_ r: Reference) throws -> Model<Named> {
  let (years, first, y) = (try r.doubles("ts"), try r.doubles("y_init"), try r.matrix("y"))
  return Model {
    let rates = Latent("rates", Truncated(Normal(1, 0.5), from: 0), count: 2)
    let effects = Latent("effects", Truncated(Normal(0.05, 0.05), from: 0), count: 2)
    let sigma = Latent("sigma", LogNormal(-1, 1), count: 2)
    let start = Latent("z_init", LogNormal(log(10), 1), count: 2)
    let populations = DifferentialEquation("populations", from: start, at: years, step: 0.25) { _, z in
      [(rates[0] - effects[0] * z[1]) * z[0], (effects[1] * z[0] - rates[1]) * z[1]]
    }
    Observe(first, from: LogNormal(log(start), sigma), as: "first")
    for k in 0..<2 {
      Observe((0..<y.rows).map { y[$0, k] }, from: LogNormal(log(populations[k]), sigma[k]), as: "y[\(k)]")
    }
    let theta = Random<[Double]>([rates[0], effects[0], rates[1], effects[1]])
    Return(Named(["theta": theta, "z_init": start, "sigma": sigma]))
  }
}
