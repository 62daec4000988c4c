import PPL

func eightSchools(_ r: Reference) throws -> Model<Named> {
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

func radon(_ r: Reference) throws -> Model<Named> {
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

func rats(_ r: Reference) throws -> Model<Named> {
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

func seeds(_ r: Reference) throws -> Model<Named> {
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
