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
      total += variables.observe(data[i], mean: mean, sd: sd)
      return Affine(data[i])
    }
    return isConditioned ? total : nil
  }
}
