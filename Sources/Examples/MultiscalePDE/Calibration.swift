import Foundation
import GP
import NumericCore

/// Whether 90% intervals hold nine of ten truths: on problems whose solutions are drawn from the prior, on grids that leave
/// something open.
struct Calibration: Encodable {
  let equation: String
  let grid: [Int]
  let count: Int
  /// How many intervals held u at a random point, and the numbers between which 99% of counts lie for intervals that are
  /// right.
  let held, fewest, most: Int
  /// The mean of -log N(u; mean, deviation^2).
  let meanNegativeLogDensity: Double

  private static let mixture = SpectralMixture(
    lengthScale: 0.15, components: [.init(frequency: 0, variance: 1), .init(frequency: 4, variance: 0.5)])
  private static let samples = 32

  init(dimensions: Int, count: Int, seed: UInt64, progress: (String) -> Void) throws {
    let points = dimensions == 1 ? 14 : 16
    (equation, grid) = (dimensions == 1 ? "u'' = F" : "Δu = F", Array(repeating: points, count: dimensions))
    self.count = count
    let prior = Array(repeating: Self.mixture, count: dimensions)
    // On boxes the deviation is that of draws: Student's t with as many degrees of freedom.
    let quantile = dimensions == 1 ? normalQuantile(0.95) : Self.studentQuantile
    var (held, density) = (0, 0.0)
    for number in 0..<count {
      progress("calibration of \(equation): \(number + 1) of \(count)")
      let key = RandomKey(seed: seed).child(UInt64(number))
      let draw = PriorDraw(prior, key.child(0))
      let problem = PDE(on: dimensions == 1 ? .box([0, 1]) : .box([0, 1], [0, 1])) { u in
        if dimensions == 1 {
          Equation(laplacian(u) == { x in draw.laplacian([x]) })
          Boundary(.dirichlet({ x in draw([x]) }))
        } else {
          Equation(laplacian(u) == { x, y in draw.laplacian([x, y]) })
          Boundary(.dirichlet({ x, y in draw([x, y]) }))
        }
      }
      let solution = try problem.solve(kernel: .mixtures(prior), grid: grid)
      let place = key.child(1).uniforms(dimensions)
      let axes = place.map { [$0] }
      let deviation = try solution.standardDeviations(on: axes, samples: Self.samples)[0]
      let miss = (try solution.values(on: axes)[0] - draw(place)) / deviation
      if miss.magnitude <= quantile { held += 1 }
      density += 0.5 * miss * miss + log(deviation) + 0.5 * log(2 * .pi)
    }
    let spread = 2.576 * (Double(count) * 0.09).squareRoot()
    (fewest, most) = (
      Int((0.9 * Double(count) - spread).rounded(.down)),
      min(count, Int((0.9 * Double(count) + spread).rounded(.up)))
    )
    (self.held, meanNegativeLogDensity) = (held, density / Double(count))
  }

  /// The 95% point of Student's t with 32 degrees of freedom.
  private static let studentQuantile = 1.6939
}

/// A draw from the process of a spectral mixture along each axis, as a sum of random waves.
private struct PriorDraw: Sendable {
  private var waves: [(amplitude: Double, omega: [Double], phase: Double)] = []

  init(_ mixtures: [SpectralMixture], _ key: RandomKey) {
    var stream = RandomStream(key)
    let count = 400
    for _ in 0..<count {
      var (omega, variance) = ([Double](), 1.0)
      for mixture in mixtures {
        let total = mixture.components.reduce(0) { $0 + $1.variance }
        var place = Double.random(in: 0..<total, using: &stream)
        let component =
          mixture.components.first {
            place -= $0.variance
            return place < 0
          } ?? mixture.components[0]
        let sign = Bool.random(using: &stream) ? 1.0 : -1
        omega.append(sign * 2 * .pi * component.frequency + stream.normal() / mixture.lengthScale)
        variance *= total
      }
      waves.append(((2 * variance / Double(count)).squareRoot(), omega, .random(in: 0...2 * .pi, using: &stream)))
    }
  }

  func callAsFunction(_ x: [Double]) -> Double { sum(x) { _ in 1 } }
  func laplacian(_ x: [Double]) -> Double { sum(x) { -$0.reduce(0) { $0 + $1 * $1 } } }

  private func sum(_ x: [Double], _ factor: ([Double]) -> Double) -> Double {
    waves.reduce(0) { sum, wave in
      sum + wave.amplitude * factor(wave.omega)
        * cos(wave.phase + zip(wave.omega, x).reduce(0) { $0 + $1.0 * $1.1 })
    }
  }
}
