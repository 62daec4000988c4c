import Foundation

/// A function of one number with its derivatives of all orders, for what an equation does to u beyond sums and products.
struct SmoothFunction: Sendable {
  /// The derivative of an order; of order 0 the function itself.
  let derivative: @Sendable (_ order: Int) -> @Sendable (Double) -> Double

  static let exponential = Self { _ in { exp($0) } }

  static let sine = Self { order in
    switch order % 4 {
    case 0: { sin($0) }
    case 1: { cos($0) }
    case 2: { -sin($0) }
    default: { -cos($0) }
    }
  }
  static let cosine = Self { sine.derivative($0 + 1) }

  static let hyperbolicSine = Self { order in
    if order % 2 == 0 { { sinh($0) } } else { { cosh($0) } }
  }
  static let hyperbolicCosine = Self { hyperbolicSine.derivative($0 + 1) }

  /// Each derivative is a polynomial in t = tanh x, as t' = 1 - t^2.
  static let hyperbolicTangent = Self { order in
    // From the constant on.
    var polynomial = [0.0, 1]
    for _ in 0..<order {
      var next = Array(repeating: 0.0, count: polynomial.count + 1)
      for (k, c) in polynomial.enumerated().dropFirst() {
        next[k - 1] += Double(k) * c
        next[k + 1] -= Double(k) * c
      }
      polynomial = next
    }
    return { [polynomial] x in
      let t = tanh(x)
      return polynomial.reversed().reduce(0) { $0 * t + $1 }
    }
  }

  static let logarithm = Self { order in
    if order == 0 { { log($0) } } else { power(-1).derivative(order - 1) }
  }

  static func power(_ exponent: Double) -> Self {
    Self { order in
      let factor = (0..<order).reduce(1) { $0 * (exponent - Double($1)) }
      // Where an exponent is a whole number no power of 0 is left of its last derivatives.
      guard factor != 0 else { return { _ in 0 } }
      return { factor * pow($0, exponent - Double(order)) }
    }
  }
}
