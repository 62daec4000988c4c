/// A distribution of data that its parameter's law is conjugate to.
protocol ConjugateLikelihood: Distribution {
  /// Takes data, given the parameters' values, and returns the sum of their log densities given all data so far; nil,
  /// and nothing is done, where the law of a parameter is not conjugate, or a value is out of its domain.
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
  func number(at index: Int) -> Double {
    guard case .numbers(let elements) = self else { return .nan }
    return elements[elements.count == 1 ? 0 : index]
  }
}

extension DelayedVariables {
  /// Whether values of a distribution may have these means.
  func areMeans(_ functions: [Affine]) -> Bool {
    othersThanNormal(in: functions).isEmpty
      && functions.allSatisfy { $0.constant.isFinite && $0.terms.allSatisfy(\.coefficient.isFinite) }
  }
}
