import Foundation
import NumericCore
import PPL

func autoregression(_ r: Reference) throws -> Model<Named> {
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

func garch(_ r: Reference) throws -> Model<Named> {
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

func gaussianProcess(_ r: Reference) throws -> Model<Named> {
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

func mixture(_ r: Reference) throws -> Model<Named> {
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

func hiddenMarkov(_ r: Reference) throws -> Model<Named> {
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

func predatorPrey(_ r: Reference) throws -> Model<Named> {
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
