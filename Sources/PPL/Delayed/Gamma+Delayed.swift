import Foundation
import NumericCore

extension Gamma: DelayableDistribution, ConjugateLikelihood {
  static func variables(_ variables: inout DelayedVariables, count: Int, _ parameters: [Payload]) -> [Affine]? {
    let laws = (0..<count).map { (shape: parameters[0].number(at: $0), rate: parameters[1].number(at: $0)) }
    guard laws.allSatisfy({ $0.shape > 0 && $0.shape < .infinity && $0.rate > 0 && $0.rate < .infinity }) else {
      return nil
    }
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
