import Foundation
import Inference
import PPL

extension ReferenceModel {
  /// Programs with latents that data are conjugate to, and a coin of which their likelihoods depend, so that runs differ in
  /// their weights.
  @Sendable static func delayed() throws -> [ReferenceModel] { try [linear(), counts()] + hierarchical() }

  /// A level mu and two steps from it, observed through sums. The figures are those of the dense normal formulas, by NumPy.
  private static func linear() -> ReferenceModel {
    let model = Model {
      let isExact = Latent("coin", Bernoulli(0.4))
      let mu = Latent("mu", Normal(1, 2))
      let first = Latent("first", Normal(mu, 1))
      Observe(0.3, from: Normal(first, isExact.choose(Random<Double>(0.5), else: Random<Double>(1.2))), as: "y")
      let second = Latent("second", Normal(0.8 * first + 0.1, 0.7))
      Observe(-1.0, from: Normal(second - mu, 0.6), as: "z")
      Return(second)
    }
    return ReferenceModel(
      "linear", model, evidence: 0.038213733706634764,
      expectations: [
        Expectation("coin", of: "coin", equals: 0.42264174987231246),
        Expectation("mu", of: "mu", equals: 0.959929376956),
        Expectation("first", of: "first", equals: 0.40445717574),
        Expectation("second", of: "second", equals: 0.15629301332),
        Expectation("second^2", of: "second", equals: 0.848800812521) { $0 * $0 },
      ])
  }

  /// A rate with exponential data, at its own or twice its value, and a count.
  private static func counts() -> ReferenceModel {
    let model = Model {
      let isOwn = Latent("coin", Bernoulli(0.3))
      let rate = Latent("rate", Gamma(shape: 3, rate: 2))
      Observe(
        [0.4, 1.3, 0.8], from: Exponential(rate: isOwn.choose(Random<Double>(1), else: Random<Double>(2)) * rate), as: "y")
      Observe(2, from: Poisson(rate: 1.5 * rate), as: "k")
      Return(rate)
    }
    // Gamma(8, exposure) after them: Gamma(8) / Gamma(3) = 2520.
    let exposure = { (scale: Double) in 2 + 2.5 * scale + 1.5 }
    let mass = { (scale: Double) in pow(scale, 3) * 1.5 * 1.5 / 2 * 2_520 * 8 / pow(exposure(scale), 8) }
    let (own, twice) = (0.3 * mass(1), 0.7 * mass(2))
    return ReferenceModel(
      "counts", model, evidence: own + twice,
      expectations: [
        Expectation("coin", of: "coin", equals: own / (own + twice)),
        Expectation("rate", of: "rate", equals: (own * 8 / exposure(1) + twice * 8 / exposure(2)) / (own + twice)),
      ])
  }
}
