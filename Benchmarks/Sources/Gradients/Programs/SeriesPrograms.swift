import PPL

/// Models that are loops over a series.
extension NamedProgram {
  /// Stochastic volatility, as in the Stan user's guide, but that the series starts at its mean.
  static var volatility: NamedProgram {
    var stream = RandomStream(RandomKey(seed: 1).child("volatility"))
    let returns = (0..<1000).map { _ in stream.normal() }
    let model = Model {
      let mu = Latent("mu", Cauchy(0, scale: 10))
      let phi = Latent("phi", Uniform(-1, 1))
      let sigma = Latent("sigma", HalfCauchy(scale: 5))
      Scan("series", over: returns, from: mu) { h, y in
        let next = Latent("h", Normal(mu + phi * (h - mu), sigma))
        Observe(y, from: Normal(0, exp(0.5 * next)), as: "y")
        Return(next)
      }
    }
    return NamedProgram(
      "volatility, 1000", model, baseline: "volatility.c", tables: [("y", returns)])
  }

  /// GARCH(1, 1), as in posteriordb.
  static var garch: NamedProgram {
    var stream = RandomStream(RandomKey(seed: 1).child("garch"))
    let returns = (0..<200).map { _ in stream.normal() }
    let model = Model {
      let mu = Latent("mu", Flat())
      let alpha0 = Latent("alpha0", Flat(lower: 0))
      let alpha1 = Latent("alpha1", Uniform(0, 1))
      // Without a prior: the density of the uniform, 1 / (1 - alpha1), is taken back.
      let beta1 = Latent("beta1", Uniform(0, 1 - alpha1))
      Factor(log(1 - alpha1))
      Scan("series", over: returns, from: Random<Double>(0.25)) { variance, y in
        Observe(y, from: Normal(mu, sqrt(variance)), as: "y")
        Return(alpha0 + alpha1 * square(y - mu) + beta1 * variance)
      }
    }
    return NamedProgram("GARCH(1, 1), 200", model, baseline: "garch.c", tables: [("y", returns)])
  }
}
