import Foundation
import PPL

/// A distribution of one number cut into cells with their probabilities, by quadrature of its density (five-point
/// Gauss-Legendre in a variable that reaches all of the support), or by summation.
struct Cells {
  /// The upper ends of all cells but the last.
  let ends: [Double]
  let probabilities: [Double]
  var total: Double { probabilities.reduce(0, +) }

  init<D: UnivariateDistribution>(_ distribution: D, count: Int = 5000) throws {
    if distribution.support.isDiscrete {
      var (ends, probabilities) = ([Double](), [Double]())
      for k in 0..<400 {
        let value = try distribution.logDensity(D.Value(element: Double(k)))
        ends.append(Double(k) + 0.5)
        probabilities.append(exp(value))
        if D.Value.kind == .boolean && k == 1 { break }
      }
      (self.ends, self.probabilities) = (Array(ends.dropLast()), probabilities)
      return
    }
    // x = g(t) with t on the line: double-exponential ends for any tail.
    let map: (Double) -> (x: Double, slope: Double)
    switch distribution.support {
    case .greaterThan(let lower):
      let a = lower.constantElements?[0] ?? 0
      map = { t in (a + exp(sinh(t)), cosh(t) * exp(sinh(t))) }
    case .lessThan(let upper):
      let b = upper.constantElements?[0] ?? 0
      map = { t in (b - exp(-sinh(t)), cosh(t) * exp(-sinh(t))) }
    case .interval(let lower, let upper):
      let (a, b) = (lower.constantElements?[0] ?? 0, upper.constantElements?[0] ?? 1)
      map = { t in
        let p = 1 / (1 + exp(-2 * sinh(t)))
        return (a + (b - a) * p, (b - a) * 2 * cosh(t) * p * (1 / (1 + exp(2 * sinh(t)))))
      }
    default: map = { t in (sinh(sinh(t)), cosh(t) * cosh(sinh(t))) }
    }
    let nodes = [0.0, 0.5384693101056831, -0.5384693101056831, 0.906179845938664, -0.906179845938664]
    let weights = [0.5688888888888889, 0.47862867049936647, 0.47862867049936647, 0.23692688505618908, 0.23692688505618908]
    let limit = 5.0
    let width = 2 * limit / Double(count)
    var (xs, slopes) = ([Double](), [Double]())
    var ends: [Double] = []
    for cell in 0..<count {
      let middle = -limit + (Double(cell) + 0.5) * width
      for node in nodes {
        let (x, slope) = map(middle + 0.5 * width * node)
        xs.append(x)
        slopes.append(slope)
      }
      ends.append(map(middle + 0.5 * width).x)
    }
    let values = xs.map { D.Value(element: $0) }
    let model = Model { Return(distribution.logDensities(at: values)) }
    let densities = try model.prior(draws: 1, seed: 0).columns.map { $0[0] }
    probabilities = (0..<count).map { cell in
      nodes.indices.reduce(0) { sum, i in
        let term = exp(densities[cell * 5 + i]) * slopes[cell * 5 + i]
        return sum + 0.5 * width * weights[i] * (term.isFinite ? term : 0)
      }
    }
    self.ends = Array(ends.dropLast())
  }

  private init(ends: [Double], probabilities: [Double]) { (self.ends, self.probabilities) = (ends, probabilities) }

  /// Neighbouring cells put together until each has about an n-th of the probability.
  func merged(into n: Int) -> Cells {
    var (newEnds, new) = ([Double](), [Double]())
    var open = 0.0
    for (i, probability) in probabilities.enumerated() {
      open += probability
      if open >= total / Double(n) && i < ends.count {
        newEnds.append(ends[i])
        new.append(open)
        open = 0
      }
    }
    if open < 1e-3, let last = new.popLast() {
      newEnds.removeLast()
      open += last
    }
    return Cells(ends: newEnds, probabilities: new + [open])
  }

  func index(of x: Double) -> Int {
    var (low, high) = (0, ends.count)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] < x { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
