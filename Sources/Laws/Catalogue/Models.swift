import Foundation
import Inference
import NumericCore
import PPL

/// Joint laws of latents and data.
enum JointModels {
  /// A location, and a scale that is positive.
  @Sendable static func scale() -> Model<(mu: Random<Double>, sigma: Random<Double>)> {
    Model {
      let mu = Latent("mu", Normal(0, 1))
      let sigma = Latent("sigma", Gamma(shape: 2, rate: 1.5))
      Observe([0.3, -1.2, 0.8], from: Normal(mu, sigma), as: "y")
      Return((mu: mu, sigma: sigma))
    }
  }
}

extension JointModels {
  /// A level that is observed with noise at each step.
  @Sendable static func series() -> Model<Random<Double>> {
    Model {
      let scan = Scan("level", over: [0.0, 0, 0, 0], from: Latent("first", Normal(0, 1))) { x, y in
        let next = Latent("x", Normal(0.8 * x, 0.6))
        Observe(y, from: Normal(next, 0.8), as: "y")
        Return(next)
      }
      scan
      Return(scan.final)
    }
  }

  /// Two coins, the second one of the first, and data of both.
  @Sendable static func coins() -> Model<Random<Bool>> {
    Model {
      let first = Latent("first", Bernoulli(0.3))
      let second = Latent("second", Bernoulli(first.choose(Random<Double>(0.8), else: Random<Double>(0.4))))
      Observe(true, from: Bernoulli(first.choose(Random<Double>(0.7), else: Random<Double>(0.4))), as: "u")
      Observe(
        [2, 0], from: Binomial(trials: 3, second.choose(Random<Double>(0.6), else: Random<Double>(0.2))), as: "v")
      Return(second)
    }
  }
}

extension ReferenceModel {
  /// Finite programs: one whose scores lie between its draws, and a series.
  @Sendable static func finite() throws -> [ReferenceModel] {
    let coins = Model {
      let first = Latent("first", Bernoulli(0.3))
      Factor(first.choose(Random<Double>(-0.1), else: Random<Double>(-1.2)))
      let second = Latent("second", Bernoulli(first.choose(Random<Double>(0.8), else: Random<Double>(0.4))))
      Factor(second.choose(Random<Double>(-1.6), else: Random<Double>(-0.4)))
      Return(second)
    }
    let P = try Matrix(rowsOf: [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.2, 0.5]])
    let emission = try Matrix(rowsOf: [[0.8, 0.2], [0.5, 0.5], [0.1, 0.9]])
    let series = Model {
      let scan = Scan("chain", over: [0, 1, 1], from: Latent("first", Categorical([0.4, 0.4, 0.2]))) { state, y in
        let next = Latent("state", Categorical(P[row: state]))
        Observe(y, from: Categorical(emission[row: next]), as: "y")
        Return(next)
      }
      scan
      Return(scan.final)
    }
    return try [ReferenceModel(enumerating: "coins", coins), ReferenceModel(enumerating: "series", series)]
  }

  /// A probability theta of the law Beta(2, 2), three coins of it, and a score for each: the posterior of
  /// theta is in proportion to theta (1 - theta) prod_t (theta a_t + (1 - theta) b_t), whose moments are
  /// integrated exactly, by Gauss and Legendre with 8 points.
  @Sendable static func hierarchical() throws -> [ReferenceModel] {
    let (a, b) = ([1.0, 0.1, 0.9], [0.2, 0.8, 0.3])
    let model = Model {
      let theta = Latent("theta", Beta(2, 2))
      for t in 0..<3 {
        let coin = Latent("coin \(t)", Bernoulli(theta))
        Factor(coin.choose(Random<Double>(log(a[t])), else: Random<Double>(log(b[t]))))
      }
      Return(theta)
    }
    func moment(_ f: (Double) -> Double) -> Double {
      gaussLegendre.reduce(0) { sum, node in
        let theta = 0.5 + node.x / 2
        let likelihood = (0..<3).reduce(1) { $0 * (theta * a[$1] + (1 - theta) * b[$1]) }
        return sum + node.weight / 2 * 6 * theta * (1 - theta) * likelihood * f(theta)
      }
    }
    let evidence = moment { _ in 1 }
    return [
      ReferenceModel(
        "hierarchical", model, evidence: evidence,
        expectations: [
          Expectation("theta", of: "theta", equals: moment { $0 } / evidence),
          Expectation(
            "(theta - 1/2)^2", of: "theta", equals: moment { ($0 - 0.5) * ($0 - 0.5) } / evidence
          ) { ($0 - 0.5) * ($0 - 0.5) },
          Expectation(
            "coin 1", of: "coin 1", equals: moment { $0 * a[1] / ($0 * a[1] + (1 - $0) * b[1]) } / evidence),
        ])
    ]
  }

  /// A rate with its conjugate prior: Gamma(3, 2), and exponential data of sum 2.5, so that it is Gamma(6,
  /// 4.5) after them.
  @Sendable static func conjugate() -> [ReferenceModel] {
    let model = Model {
      let rate = Latent("rate", Gamma(shape: 3, rate: 2))
      Observe([0.4, 1.3, 0.8], from: Exponential(rate: rate), as: "y")
      Return(rate)
    }
    return [
      ReferenceModel(
        "conjugate", model, evidence: 120 / 2 * 8 / pow(4.5, 6),
        expectations: [
          Expectation("rate", of: "rate", equals: 6 / 4.5),
          Expectation("rate^2", of: "rate", equals: 6 * 7 / (4.5 * 4.5)) { $0 * $0 },
          Expectation("1 / rate", of: "rate", equals: 4.5 / 5) { 1 / $0 },
        ])
    ]
  }

  /// Abramowitz and Stegun, 'Handbook of mathematical functions', table 25.4: 8 points.
  static var gaussLegendre: [(x: Double, weight: Double)] {
    [
      (0.183434642495650, 0.362683783378362), (0.525532409916329, 0.313706645877887),
      (0.796666477413627, 0.222381034453374), (0.960289856497536, 0.101228536290376),
    ].flatMap { [($0, $1), (-$0, $1)] }
  }
}
