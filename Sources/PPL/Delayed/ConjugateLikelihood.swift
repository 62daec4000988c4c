import Foundation
import NumericCore

/// A distribution of data that its parameter's law is conjugate to.
protocol ConjugateLikelihood: Distribution {
  /// Takes data, given the parameters' values, and returns the sum of their log densities given all data so far; nil, and
  /// nothing is done, where the law of a parameter is not conjugate, or a value is out of its domain.
  static func condition(_ variables: inout DelayedVariables, on data: [Double], _ parameters: [Payload]) -> Double?
}

/// A distribution whose draws may be delayed.
protocol DelayableDistribution: Distribution {
  /// The elements of a draw as new variables; nil, and nothing is done, where it has to be drawn.
  static func variables(
    _ variables: inout DelayedVariables, count: Int, _ parameters: [Payload]
  ) -> [Affine]?
}

extension Payload {
  /// The number of an element; NaN where it is delayed.
  fileprivate func number(at index: Int) -> Double {
    guard case .numbers(let elements) = self else { return .nan }
    return elements[elements.count == 1 ? 0 : index]
  }
}

extension DelayedVariables {
  /// Whether values of a distribution may have these means.
  fileprivate func areMeans(_ functions: [Affine]) -> Bool {
    othersThanNormal(in: functions).isEmpty
      && functions.allSatisfy { $0.constant.isFinite && $0.terms.allSatisfy(\.coefficient.isFinite) }
  }
}

// MARK: Normal

extension Normal: DelayableDistribution, ConjugateLikelihood {
  private static func elements(
    _ variables: DelayedVariables, count: Int, _ parameters: [Payload]
  ) -> [(mean: Affine, sd: Double)]? {
    let elements = (0..<count).map { (mean: parameters[0].affine(at: $0), sd: parameters[1].number(at: $0)) }
    guard elements.allSatisfy({ $0.sd > 0 && $0.sd < .infinity }), variables.areMeans(elements.map(\.mean)) else {
      return nil
    }
    return elements
  }

  static func variables(_ variables: inout DelayedVariables, count: Int, _ parameters: [Payload]) -> [Affine]? {
    elements(variables, count: count, parameters)?.map { variables.add(.normal(mean: $0.mean, sd: $0.sd)) }
  }

  static func condition(_ variables: inout DelayedVariables, on data: [Double], _ parameters: [Payload]) -> Double? {
    guard let elements = elements(variables, count: data.count, parameters) else { return nil }
    return zip(data, elements).reduce(0) { $0 + variables.observe($1.0, mean: $1.1.mean, sd: $1.1.sd) }
  }
}

extension MultivariateNormal: DelayableDistribution, ConjugateLikelihood {
  /// Each element given those before it, by the Cholesky factor L of the covariance:
  ///
  ///     x_i | x_0 ... x_(i-1) ~ N(m_i + sum over k < i of B_ik (x_k - m_k), L_ii^2),  B_i = L_i,<i (L_<i,<i)^-1.
  ///
  /// - Parameter take: is given the mean and standard deviation of an element, and returns the element.
  private static func elements(
    _ variables: inout DelayedVariables, count n: Int, _ parameters: [Payload],
    take: (inout DelayedVariables, _ index: Int, _ mean: Affine, _ sd: Double) -> Affine
  ) -> Bool {
    let means = (0..<n).map { parameters[0].affine(at: $0) }
    guard case .numbers(let L) = parameters[1], L.count == n * n, variables.areMeans(means),
      (0..<n).allSatisfy({ L[$0 * (n + 1)] > 0 }), L.allSatisfy(\.isFinite)
    else { return false }
    var residuals: [Affine] = []
    var B = Array(repeating: 0.0, count: n)
    for i in 0..<n {
      var mean = means[i]
      for k in (0..<i).reversed() {
        let known = ((k + 1)..<max(i, k + 1)).reduce(0) { $0 + B[$1] * L[$1 + k * n] }
        B[k] = (L[i + k * n] - known) / L[k * (n + 1)]
      }
      for k in 0..<i { mean = mean.adding(residuals[k], times: B[k]) }
      let element = take(&variables, i, mean, L[i * (n + 1)])
      residuals.append(element.adding(means[i], times: -1))
    }
    return true
  }

  static func variables(_ variables: inout DelayedVariables, count: Int, _ parameters: [Payload]) -> [Affine]? {
    var result: [Affine] = []
    let isDelayed = elements(&variables, count: count, parameters) { variables, _, mean, sd in
      result.append(variables.add(.normal(mean: mean, sd: sd)))
      return result[result.count - 1]
    }
    return isDelayed ? result : nil
  }

  static func condition(_ variables: inout DelayedVariables, on data: [Double], _ parameters: [Payload]) -> Double? {
    var total = 0.0
    let isConditioned = elements(&variables, count: data.count, parameters) { variables, i, mean, sd in
      // A datum before this one may have made known what the mean is made of: it never does, as it draws nothing.
      total += variables.observe(data[i], mean: mean, sd: sd)
      return Affine(data[i])
    }
    return isConditioned ? total : nil
  }
}

// MARK: Beta

extension Beta: DelayableDistribution {
  static func variables(_ variables: inout DelayedVariables, count: Int, _ parameters: [Payload]) -> [Affine]? {
    let laws = (0..<count).map { (parameters[0].number(at: $0), parameters[1].number(at: $0)) }
    guard laws.allSatisfy({ $0 > 0 && $0 < .infinity && $1 > 0 && $1 < .infinity }) else { return nil }
    return laws.map { variables.add(.beta($0, $1)) }
  }
}

/// Between 0 and 1, it is Beta(1, 1).
extension Uniform: DelayableDistribution {
  static func variables(_ variables: inout DelayedVariables, count: Int, _ parameters: [Payload]) -> [Affine]? {
    guard (0..<count).allSatisfy({ parameters[0].number(at: $0) == 0 && parameters[1].number(at: $0) == 1 }) else {
      return nil
    }
    return (0..<count).map { _ in variables.add(.beta(1, 1)) }
  }
}

extension DelayedVariables {
  /// A probability that is a beta variable, or 1 minus one.
  private func beta(_ p: Affine) -> (variable: Int, isComplement: Bool)? {
    guard p.terms.count == 1, case .beta = self[p.terms[0].variable] else { return nil }
    switch (p.constant, p.terms[0].coefficient) {
    case (0, 1): return (p.terms[0].variable, false)
    case (1, -1): return (p.terms[0].variable, true)
    default: return nil
    }
  }

  /// Takes numbers of successes in trials of which each has a probability that is a beta variable.
  fileprivate mutating func condition(
    onSuccesses data: [Double], trials: (Int) -> Double, _ probability: Payload
  ) -> Double? {
    let factors = data.indices.compactMap { beta(probability.affine(at: $0)) }
    guard factors.count == data.count,
      data.indices.allSatisfy({ (0...max(trials($0), 0)).contains(data[$0]) && data[$0] == data[$0].rounded() })
    else { return nil }
    var total = 0.0
    for (i, factor) in factors.enumerated() {
      guard case .beta(let a, let b) = self[factor.variable] else { return nil }
      let (n, rest) = (trials(i), trials(i) - data[i])
      let (k, l) = factor.isComplement ? (rest, data[i]) : (data[i], rest)
      total += n == 1 ? log((k == 1 ? a : b) / (a + b))
        : logBinomialCoefficient(n, k) + logBeta(a + k, b + l) - logBeta(a, b)
      self[factor.variable] = .beta(a + k, Mutation.isActive(.failuresNotCounted) ? b : b + l)
    }
    return total
  }
}

extension Bernoulli: ConjugateLikelihood {
  static func condition(_ variables: inout DelayedVariables, on data: [Double], _ parameters: [Payload]) -> Double? {
    variables.condition(onSuccesses: data, trials: { _ in 1 }, parameters[0])
  }
}

extension Binomial: ConjugateLikelihood {
  static func condition(_ variables: inout DelayedVariables, on data: [Double], _ parameters: [Payload]) -> Double? {
    guard !parameters[0].isDelayed else { return nil }
    return variables.condition(onSuccesses: data, trials: { parameters[0].number(at: $0) }, parameters[1])
  }
}

// MARK: Gamma

extension Gamma: DelayableDistribution, ConjugateLikelihood {
  static func variables(_ variables: inout DelayedVariables, count: Int, _ parameters: [Payload]) -> [Affine]? {
    let laws = (0..<count).map { (shape: parameters[0].number(at: $0), rate: parameters[1].number(at: $0)) }
    guard laws.allSatisfy({ $0.shape > 0 && $0.shape < .infinity && $0.rate > 0 && $0.rate < .infinity }) else { return nil }
    return laws.map { variables.add(.gamma(shape: $0.shape, rate: $0.rate)) }
  }

  static func condition(_ variables: inout DelayedVariables, on data: [Double], _ parameters: [Payload]) -> Double? {
    guard !parameters[0].isDelayed else { return nil }
    return variables.condition(onSizes: data, shape: { parameters[0].number(at: $0) }, rate: parameters[1])
  }
}

extension Exponential: DelayableDistribution, ConjugateLikelihood {
  static func variables(_ variables: inout DelayedVariables, count: Int, _ parameters: [Payload]) -> [Affine]? {
    Gamma.variables(&variables, count: count, [.numbers([1]), parameters[0]])
  }

  static func condition(_ variables: inout DelayedVariables, on data: [Double], _ parameters: [Payload]) -> Double? {
    variables.condition(onSizes: data, shape: { _ in 1 }, rate: parameters[0])
  }
}

extension DelayedVariables {
  /// The scales by which rates are gamma variables; nil unless all are.
  private func gammas(_ rate: Payload, count: Int) -> [(variable: Int, scale: Double)]? {
    let factors = (0..<count).compactMap { element -> (variable: Int, scale: Double)? in
      let rate = rate.affine(at: element)
      guard rate.constant == 0, rate.terms.count == 1, case .gamma = self[rate.terms[0].variable],
        rate.terms[0].coefficient > 0, rate.terms[0].coefficient < .infinity
      else { return nil }
      return (rate.terms[0].variable, rate.terms[0].coefficient)
    }
    return factors.count == count ? factors : nil
  }

  /// Takes a datum with the likelihood g^power exp(-exposure g) of a gamma variable g, but for a factor, and returns
  ///
  ///     log Gamma(shape + power) - log Gamma(shape) + shape log(rate / (rate + exposure)) - power log(rate + exposure).
  private mutating func condition(_ variable: Int, power: Double, exposure: Double) -> Double {
    guard case .gamma(let shape, let rate) = self[variable] else { return .nan }
    let newRate = Mutation.isActive(.exposureNotAdded) ? rate : rate + exposure
    self[variable] = .gamma(shape: shape + power, rate: newRate)
    return logGamma(shape + power) - logGamma(shape) - shape * log1p(exposure / rate) - power * log(rate + exposure)
  }

  /// Takes counts of Poisson laws whose rates are multiples of gamma variables.
  fileprivate mutating func condition(onCounts data: [Double], rate: Payload) -> Double? {
    guard let factors = gammas(rate, count: data.count), data.allSatisfy({ $0 >= 0 && $0 == $0.rounded() }) else {
      return nil
    }
    return zip(data, factors).reduce(0) { total, datum in
      let (k, factor) = datum
      return total + k * log(factor.scale) - logGamma(k + 1)
        + condition(factor.variable, power: k, exposure: factor.scale)
    }
  }

  /// Takes data of gamma laws whose rates are multiples of gamma variables.
  fileprivate mutating func condition(onSizes data: [Double], shape: (Int) -> Double, rate: Payload) -> Double? {
    guard let factors = gammas(rate, count: data.count),
      data.indices.allSatisfy({ data[$0] > 0 && data[$0] < .infinity && shape($0) > 0 && shape($0) < .infinity })
    else { return nil }
    var total = 0.0
    for (i, factor) in factors.enumerated() {
      let (x, alpha) = (data[i], shape(i))
      total += alpha * log(factor.scale) + (alpha - 1) * log(x) - logGamma(alpha)
      total += condition(factor.variable, power: alpha, exposure: factor.scale * x)
    }
    return total
  }
}

extension Poisson: ConjugateLikelihood {
  static func condition(_ variables: inout DelayedVariables, on data: [Double], _ parameters: [Payload]) -> Double? {
    variables.condition(onCounts: data, rate: parameters[0])
  }
}
