/// An affine function of variables of a run that have yet to be drawn: constant + sum of coefficient * variable.
struct Affine: Sendable {
  struct Term: Sendable {
    let variable: Int
    /// Never 0.
    let coefficient: Double
  }

  var constant: Double
  /// By increasing variable, each one once.
  private(set) var terms: [Term]

  init(_ constant: Double) { (self.constant, terms) = (constant, []) }
  init(variable: Int) { (constant, terms) = (0, [Term(variable: variable, coefficient: 1)]) }

  var isKnown: Bool { terms.isEmpty }

  func coefficient(of variable: Int) -> Double { terms.first { $0.variable == variable }?.coefficient ?? 0 }

  func scaled(by factor: Double) -> Affine {
    var result = Affine(constant * factor)
    if factor != 0 {
      result.terms = terms.map { Term(variable: $0.variable, coefficient: $0.coefficient * factor) }
    }
    return result
  }

  /// This plus `factor` times another one.
  func adding(_ other: Affine, times factor: Double = 1) -> Affine {
    var result = Affine(constant + factor * other.constant)
    if other.isKnown || factor == 0 {
      result.terms = terms
      return result
    }
    result.terms.reserveCapacity(terms.count + other.terms.count)
    var (i, j) = (0, 0)
    while i < terms.count || j < other.terms.count {
      let a = i < terms.count ? terms[i].variable : .max
      let b = j < other.terms.count ? other.terms[j].variable : .max
      var sum = a <= b ? terms[i].coefficient : 0
      if b <= a { sum += factor * other.terms[j].coefficient }
      if sum != 0 { result.terms.append(Term(variable: min(a, b), coefficient: sum)) }
      if a <= b { i += 1 }
      if b <= a { j += 1 }
    }
    return result
  }

  func removing(_ variable: Int) -> Affine {
    var result = self
    result.terms.removeAll { $0.variable == variable }
    return result
  }

  /// This with numbers for those variables that have one.
  func folding(_ value: (Int) -> Double?) -> Affine {
    var result = Affine(constant)
    for term in terms {
      if let number = value(term.variable) {
        result.constant += term.coefficient * number
      } else {
        result.terms.append(term)
      }
    }
    return result
  }
}
