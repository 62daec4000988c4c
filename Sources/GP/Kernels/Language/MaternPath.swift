import Foundation
import NumericCore
import PPL

extension RadialKernel: RandomPathKernel {
  public func randomPath(
    _ name: String, at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<[Double]> {
    try maternSmoothness().path(name, at: points, lengthScale: hyperparameters[hyperparameters.startIndex])
  }
}

extension MaternSmoothness {
  /// Values of variance 1: x <- A x + L e with Q = L L^T, the transitions of `writeStep`, and before the first point a
  /// distance that is as good as infinite.
  fileprivate func path(_ name: String, at points: [Double], lengthScale: Random<Double>) -> Random<[Double]> {
    let n = points.count
    let normals = Latent(name, Normal(0, 1), count: states * n)
    let distances = [1e200] + zip(points.dropFirst(), points).map { $0 - $1 }
    let steps = PathSteps(
      wholes: distances.wholes + (0..<states).flatMap { normals[($0 * n)..<(($0 + 1) * n)].wholes })
    let (zero, speed) = (Random<Double>(0), rate / lengthScale)
    func scaled(_ step: PathSteps.Step) -> Random<Double> { min(speed * step.distance, 500) }
    switch self {
    case .half:
      return Scan("\(name) path", over: steps, from: zero) { x, step in
        let z = scaled(step)
        Return(exp(-z) * x + sqrt(-expm1(-2 * z)) * step.normals[0])
      }.states
    case .threeHalves:
      return Scan("\(name) path", over: steps, from: (zero, zero)) { x, step in
        let z = scaled(step)
        let e = exp(-z)
        let square = e * e
        let a = sqrt(exponentialTail(2 * z, from: 3))
        let b = 2 * z * z * square / a
        let c = sqrt(-expm1(-2 * z) + square * (2 * z - 2 * z * z) - b * b)
        let (u, v) = (step.normals[0], step.normals[1])
        Return((
          e * ((1 + z) * x.0 + z * x.1) + a * u, e * ((1 - z) * x.1 - z * x.0) + b * u + c * v
        ))
      }.states.0
    case .fiveHalves:
      return Scan("\(name) path", over: steps, from: (zero, zero, zero)) { x, step in
        let z = scaled(step)
        let e = exp(-z)
        let factor = Self.noiseFactor(z, e * e)
        let h = 0.5 * z * z
        let (u, v, w) = (step.normals[0], step.normals[1], step.normals[2])
        let first = e * ((1 + z + h) * x.0 + (z + 2 * h) * x.1 + h * x.2)
        let second = e * ((1 + z - 2 * h) * x.1 + (z - h) * x.2 - h * x.0)
        let third = e * ((h - z) * x.0 + (2 * h - 3 * z) * x.1 + (1 - 2 * z + h) * x.2)
        Return((
          first + factor[0] * u, second + factor[1] * u + factor[2] * v,
          third + factor[3] * u + factor[4] * v + factor[5] * w
        ))
      }.states.0
    }
  }

  /// L of Matern 5/2, by rows; `square` is exp(-2 z).
  private static func noiseFactor(_ z: Random<Double>, _ square: Random<Double>) -> [Random<Double>] {
    let third = exponentialTail(2 * z, from: 3) / 3.0
    let z2 = z * z
    let (z3, z4) = (z2 * z, z2 * z2)
    let middle = square * (4.0 / 3 * z3 - 2.0 / 3 * z4)
    let last = square * (10.0 / 3 * z - 22.0 / 3 * z2 + 4 * z3 - 2.0 / 3 * z4) - expm1(-2 * z)
    let a = sqrt(exponentialTail(2 * z, from: 5))
    let (b, d) = (2.0 / 3 * z4 * square / a, (middle - third) / a)
    let c = sqrt(middle + third - b * b)
    let f = (square * (8.0 / 3 * z2 - 8.0 / 3 * z3 + 2.0 / 3 * z4) - d * b) / c
    return [a, b, c, d, f, sqrt(last - d * d - f * f)]
  }
}

/// exp(-x) times the sum of x^k / k! for k from n on: up to 1 by its sum, and what it grows by from there on by what
/// is missing from 1.
private func exponentialTail(_ x: Random<Double>, from n: Int) -> Random<Double> {
  let (near, far) = (min(x, 1), max(x, 1))
  // Terms up to k = n + 16 at x = 1: below rounding.
  var sum = Random<Double>(1)
  for k in stride(from: n + 16, to: n, by: -1) { sum = 1 + near * sum / Double(k) }
  var power = exp(-near)
  for k in 1...n { power = power * near / Double(k) }
  var (polynomial, term) = (Random<Double>(1), Random<Double>(1))
  var (atOne, constant) = (1.0, 1.0)
  for k in 1..<n {
    term = term * far / Double(k)
    polynomial = polynomial + term
    constant /= Double(k)
    atOne += constant
  }
  // 0 to the last bit up to 1: rounding would be seen beside a small sum. The slope is below 1.
  let growth = Foundation.exp(-1.0) * atOne - exp(-far) * polynomial
  return power * sum + min(max(growth, 0), far - 1)
}

/// Distances and variates, step by step.
private struct PathSteps: ScanSequence {
  struct Step {
    let distance: Random<Double>
    let normals: [Random<Double>]
  }

  let wholes: [AnyRandom]

  static func step(_ elements: [AnyRandom]) -> Step {
    Step(distance: Random(expression: elements[0]), normals: elements.dropFirst().map { Random(expression: $0) })
  }
}
