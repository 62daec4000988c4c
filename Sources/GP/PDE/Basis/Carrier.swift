import NumericCore

/// cos(omega x) and sin(omega x) at points, with their derivatives.
struct Carrier {
  private let omega: Double
  private let cosines, sines: [Double]

  /// - Parameter frequency: in cycles per unit.
  init(at x: [Double], frequency: Double) {
    omega = 2 * .pi * frequency
    let angles = x.map { [omega] in omega * $0 }
    (cosines, sines) = (VectorMath.cos(angles), VectorMath.sin(angles))
  }

  /// A factor times the derivative of some order of the cosine (phase 0) or of the sine (1).
  func derivative(_ order: Int, phase: Int, times factor: Double) -> [Double] {
    // cos(omega x + turn pi / 2)
    let turn = (order - phase + 4) % 4
    let signed = (turn == 1 || turn == 2 ? -factor : factor) * power(omega, order)
    return (turn % 2 == 0 ? cosines : sines).map { signed * $0 }
  }
}
