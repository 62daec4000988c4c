import Foundation
import NumericCore

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
