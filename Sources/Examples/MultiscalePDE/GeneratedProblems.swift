import Foundation
import GP
import NumericCore

/// Problems that nobody has seen: solutions are sums of products of oscillations with random frequencies, phases and
/// swelling amplitudes, and of trends.
enum GeneratedProblems {
  enum Kind: String, CaseIterable {
    case line = "u'' = F"
    case reactingLine = "u'' + u(u² - 1) = F"
    case square = "Δu = F"
    case reactingSquare = "Δu + u(u² - 1) = F"

    var dimensions: Int { self == .line || self == .reactingLine ? 1 : 2 }
    var isLinear: Bool { self == .line || self == .square }
    var grid: [Int] { dimensions == 1 ? [400] : [120, 120] }
    /// Of oscillations, in cycles per unit: eight points a wavelength and more.
    var highestFrequency: Double { dimensions == 1 ? 50 : 15 }
  }

  /// Of one kind.
  struct Summary: Encodable {
    let kind: String
    let grid: [Int]
    let count: Int
    /// How many were solved to a relative error below `threshold`.
    let solved: Int
    let median, ninetieth, largest: Double
    /// CPU time of all.
    let seconds: Double
  }

  static let threshold = 1e-6

  static func summary(_ kind: Kind, count: Int, seed: UInt64, progress: (String) -> Void) -> Summary {
    var errors: [Double] = []
    var seconds = 0.0
    for number in 0..<count {
      progress("\(kind.rawValue): \(number + 1) of \(count)")
      let problem = problem(kind, RandomKey(seed: seed).child(UInt64(number)))
      // A problem that is not solved counts with an error of 1.
      let outcome = try? Outcome.solving(problem).0
      errors.append(outcome?.errorOnTestGrid ?? 1)
      seconds += outcome?.seconds ?? 0
    }
    errors.sort()
    return Summary(
      kind: kind.rawValue, grid: kind.grid, count: count, solved: errors.count { $0 < threshold },
      median: errors[count / 2], ninetieth: errors[count * 9 / 10], largest: errors[count - 1], seconds: seconds)
  }

  private static func problem(_ kind: Kind, _ key: RandomKey) -> Problem {
    let u = RandomSolution(key, dimensions: kind.dimensions, highest: kind.highestFrequency)
    let ends = Array(repeating: [0.0, 1], count: kind.dimensions)
    /// F at a point.
    let source: @Sendable ([Double]) -> Double = { point in
      let value = u(point)
      return u.laplacian(point) + (kind.isLinear ? 0 : value * (value * value - 1))
    }
    let exact: Function = kind.dimensions == 1 ? .line { u([$0]) } : .plane { u([$0, $1]) }
    let data: Field = kind.dimensions == 1 ? Field { source([$0]) } : Field { source([$0, $1]) }
    return Problem(
      name: "generated", equation: kind.rawValue, solution: "random", ends: ends, grid: kind.grid, exact: exact,
      pde: PDE(on: kind.dimensions == 1 ? .box([0, 1]) : .box([0, 1], [0, 1])) { v in
        if kind.isLinear {
          Equation(laplacian(v) == data)
        } else {
          Equation(laplacian(v) + v * (v * v - 1) == data)
        }
        Boundary(exact.boundaryValue)
      })
  }
}

/// A sum of products of functions of one coordinate, with second derivatives.
struct RandomSolution: Sendable {
  /// (1 + slope x) sin(omega x + phase); a trend where omega is small.
  private struct Factor: Sendable {
    let omega, phase, slope: Double

    func callAsFunction(_ x: Double) -> Double { (1 + slope * x) * sin(omega * x + phase) }
    func second(_ x: Double) -> Double {
      2 * slope * omega * cos(omega * x + phase) - omega * omega * self(x)
    }
  }
  private var terms: [(amplitude: Double, factors: [Factor])] = []

  init(_ key: RandomKey, dimensions: Int, highest: Double) {
    var stream = RandomStream(key)
    for _ in 0..<Int.random(in: 1...5, using: &stream) {
      let factors = (0..<dimensions).map { _ in
        Factor(
          omega: 2 * .pi * exp(.random(in: log(0.1)...log(highest), using: &stream)),
          phase: .random(in: 0...2 * .pi, using: &stream), slope: .random(in: -1...1, using: &stream))
      }
      // Slow oscillations are larger, as in signals of many scales.
      let fastest = factors.map(\.omega).max() ?? 1
      terms.append((.random(in: 0.2...1, using: &stream) / max(fastest, 1).squareRoot(), factors))
    }
  }

  func callAsFunction(_ x: [Double]) -> Double {
    terms.reduce(0) { sum, term in sum + zip(term.factors, x).reduce(term.amplitude) { $0 * $1.0($1.1) } }
  }

  func laplacian(_ x: [Double]) -> Double {
    terms.reduce(0) { sum, term in
      sum
        + term.factors.indices.reduce(0) { inner, axis in
          inner
            + term.factors.indices.reduce(term.amplitude) {
              $0 * ($1 == axis ? term.factors[$1].second(x[$1]) : term.factors[$1](x[$1]))
            }
        }
    }
  }
}
