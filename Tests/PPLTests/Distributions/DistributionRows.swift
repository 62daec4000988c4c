import NumericCore
import PPL
import Testing

/// A distribution of the law tests: to cover a new one, add a row.
struct DistributionRow: Sendable, CustomTestStringConvertible {
  let name: String
  /// Parameters at which all laws are checked.
  let settings: [[Double]]
  /// Which parameters have derivatives (counts of trials have none).
  let differentiable: [Bool]
  let make: @Sendable ([AnyRandom]) -> any UnivariateDistribution

  init(
    _ name: String, _ settings: [[Double]], differentiable: [Bool]? = nil,
    _ make: @escaping @Sendable ([AnyRandom]) -> any UnivariateDistribution
  ) {
    self.name = name
    self.settings = settings
    self.differentiable = differentiable ?? settings[0].map { _ in true }
    self.make = make
  }

  var testDescription: String { name }

  func callAsFunction(_ parameters: [Double]) -> any UnivariateDistribution { make(parameters.map { AnyRandom($0) }) }
}

let distributionRows: [DistributionRow] = [
  DistributionRow("Normal", [[0, 1], [-2, 0.3]]) { Normal($0[0], $0[1]) },
  DistributionRow("StudentT", [[3, 0, 1], [7.5, 1, 2]]) { StudentT(degrees: $0[0], $0[1], scale: $0[2]) },
  DistributionRow("Cauchy", [[0, 1], [2, 0.5]]) { Cauchy($0[0], scale: $0[1]) },
  DistributionRow("HalfNormal", [[1], [3]]) { HalfNormal(scale: $0[0]) },
  DistributionRow("HalfCauchy", [[1], [2.5]]) { HalfCauchy(scale: $0[0]) },
  DistributionRow("HalfStudentT", [[3, 2], [1.5, 1]]) { HalfStudentT(degrees: $0[0], scale: $0[1]) },
  DistributionRow("LogNormal", [[0, 1], [1, 0.4]]) { LogNormal($0[0], $0[1]) },
  DistributionRow("Exponential", [[1], [0.2]]) { Exponential(rate: $0[0]) },
  DistributionRow("Gamma", [[2.5, 1], [0.7, 3], [1, 1]]) { Gamma(shape: $0[0], rate: $0[1]) },
  DistributionRow("InverseGamma", [[3, 2], [1.2, 0.5]]) { InverseGamma(shape: $0[0], scale: $0[1]) },
  DistributionRow("Beta", [[2, 3], [0.8, 1.7], [1, 1]]) { Beta($0[0], $0[1]) },
  DistributionRow("Uniform", [[0, 1], [-2, 3]]) { Uniform($0[0], $0[1]) },
  DistributionRow("Laplace", [[0, 1], [1, 2.5]]) { Laplace($0[0], scale: $0[1]) },
  DistributionRow("Logistic", [[0, 1], [-1, 0.6]]) { Logistic($0[0], scale: $0[1]) },
  DistributionRow("Gumbel", [[0, 1], [2, 0.4]]) { Gumbel($0[0], scale: $0[1]) },
  DistributionRow("Weibull", [[1.7, 2], [0.8, 0.5], [1, 1]]) { Weibull(shape: $0[0], scale: $0[1]) },
  DistributionRow("Pareto", [[1, 2.5], [0.3, 0.9]]) { Pareto(minimum: $0[0], shape: $0[1]) },
  DistributionRow("SkewNormal", [[0, 1, 0], [1, 2, 4], [-1, 0.5, -0.7]]) {
    SkewNormal($0[0], scale: $0[1], skewness: $0[2])
  },
  DistributionRow("VonMises", [[0.5, 1.5], [-2, 0.1], [3, 40]]) { VonMises($0[0], concentration: $0[1]) },
  DistributionRow("Truncated Normal", [[0, 1, -0.5, 2], [1, 0.5, 3, 3.5], [0, 2, -9, -8]]) {
    Truncated(Normal($0[0], $0[1]), from: $0[2], to: $0[3])
  },
  DistributionRow("Normal from below", [[0, 1, 0.3], [0, 1, 12]]) { Truncated(Normal($0[0], $0[1]), from: $0[2]) },
  DistributionRow("Normal to above", [[0, 1, 0.3], [1, 2, -9]]) { Truncated(Normal($0[0], $0[1]), to: $0[2]) },
  DistributionRow("Truncated Cauchy", [[0, 1, -1, 5], [2, 0.5, 10, 11]]) {
    Truncated(Cauchy($0[0], scale: $0[1]), from: $0[2], to: $0[3])
  },
  DistributionRow("Truncated Logistic", [[0, 1, -1, 5], [0, 1, 40, 45]]) {
    Truncated(Logistic($0[0], scale: $0[1]), from: $0[2], to: $0[3])
  },
  DistributionRow("Truncated Laplace", [[0, 1, 0.5, 2.5], [0, 1, 3, 4]]) {
    Truncated(Laplace($0[0], scale: $0[1]), from: $0[2], to: $0[3])
  },
  DistributionRow("Truncated Gumbel", [[0, 1, -1, 5], [0, 1, 50, 55], [0, 1, -4, -3]]) {
    Truncated(Gumbel($0[0], scale: $0[1]), from: $0[2], to: $0[3])
  },
  DistributionRow("Truncated Exponential", [[2, 0.1, 1.5], [0.5, 30, 31]]) {
    Truncated(Exponential(rate: $0[0]), from: $0[1], to: $0[2])
  },
  DistributionRow("Truncated LogNormal", [[0.3, 0.8, 0.5, 4]]) {
    Truncated(LogNormal($0[0], $0[1]), from: $0[2], to: $0[3])
  },
  DistributionRow("Truncated Weibull", [[1.7, 2, 0.5, 4]]) {
    Truncated(Weibull(shape: $0[0], scale: $0[1]), from: $0[2], to: $0[3])
  },
  DistributionRow("Truncated Pareto", [[0.5, 1.5, 0.8, 4]]) {
    Truncated(Pareto(minimum: $0[0], shape: $0[1]), from: $0[2], to: $0[3])
  },
  DistributionRow("Truncated Uniform", [[-1, 3, 0, 2.5]]) {
    Truncated(Uniform($0[0], $0[1]), from: $0[2], to: $0[3])
  },
  DistributionRow("Bernoulli", [[0.3], [0.85]]) { Bernoulli($0[0]) },
  DistributionRow("BernoulliLogit", [[0.4], [-2]]) { BernoulliLogit($0[0]) },
  DistributionRow("Binomial", [[10, 0.3], [200, 0.45]], differentiable: [false, true]) {
    Binomial(trials: $0[0], $0[1])
  },
  DistributionRow("BinomialLogit", [[10, -0.5], [60, 1]], differentiable: [false, true]) {
    BinomialLogit(trials: $0[0], $0[1])
  },
  DistributionRow("Poisson", [[3.5], [40]]) { Poisson(rate: $0[0]) },
  DistributionRow("PoissonLog", [[1.2], [4]]) { PoissonLog(logRate: $0[0]) },
  DistributionRow("NegativeBinomial", [[3.5, 2], [20, 3], [6, 1e7]]) {
    NegativeBinomial(mean: $0[0], dispersion: $0[1])
  },
  DistributionRow("NegativeBinomialLog", [[1.2, 2], [3, 4]]) {
    NegativeBinomialLog(logMean: $0[0], dispersion: $0[1])
  },
  DistributionRow("BetaBinomial", [[10, 2, 3.5], [60, 0.4, 0.7]], differentiable: [false, true, true]) {
    BetaBinomial(trials: $0[0], $0[1], $0[2])
  },
  DistributionRow("Geometric", [[0.3], [0.9]]) { Geometric($0[0]) },
]
