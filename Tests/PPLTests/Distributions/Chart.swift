import Foundation
import PPL

/// Coordinates of a support for quadrature: each runs over the real line and reaches its ends at a double-exponential
/// rate, so that the trapezoidal rule converges fast.
struct Chart {
  let dimension: Int
  /// The value at coordinates t, and the volume that a unit of them stands for.
  private let map: ([Double]) -> (x: [Double], volume: Double)

  init(_ support: Support, count: Int) {
    func onTheLine(_ t: Double) -> (Double, Double) { (sinh(sinh(t)), cosh(t) * cosh(sinh(t))) }
    // p, 1 - p and the slope.
    func inTheUnitInterval(_ t: Double) -> (Double, Double, Double) {
      let (p, q) = (1 / (1 + exp(-2 * sinh(t))), 1 / (1 + exp(2 * sinh(t))))
      return (p, q, 2 * cosh(t) * p * q)
    }
    switch support {
    case .simplex:
      // Sticks are broken off.
      dimension = count - 1
      map = { t in
        var (x, rest, volume) = ([Double](), 1.0, 1.0)
        for t in t {
          let (p, q, slope) = inTheUnitInterval(t)
          x.append(rest * p)
          volume *= rest * slope
          rest *= q
        }
        return (x + [rest], volume)
      }
    case .ordered:
      // All orders of the coordinates stand for one value.
      dimension = count
      map = { t in
        let points = t.map(onTheLine)
        let orders = (1...count).reduce(1) { $0 * Double($1) }
        return (points.map(\.0).sorted(), points.reduce(1) { $0 * $1.1 } / orders)
      }
    default:
      dimension = count
      map = { t in
        let points = t.map(onTheLine)
        return (points.map(\.0), points.reduce(1) { $0 * $1.1 })
      }
    }
  }

  /// Points and weights of the product rule, in up to two dimensions.
  func forEachPoint(_ body: (_ x: [Double], _ weight: Double) -> Void) {
    let (limit, step) = (4.5, 0.03)
    let line = Array(stride(from: -limit, through: limit, by: step))
    for t in line {
      for u in dimension == 1 ? [0] : line {
        let (x, volume) = map(Array([t, u].prefix(dimension)))
        body(x, volume * pow(step, Double(dimension)))
      }
    }
  }
}
