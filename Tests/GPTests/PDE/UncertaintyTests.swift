import Foundation
import GP
import NumericCore
import Testing

@Suite("Uncertainty of solutions")
struct UncertaintyTests {
  /// A draw from the process of a spectral mixture along each axis, by random waves: with the second derivatives exact.
  struct Draw: Sendable {
    private var waves: [(amplitude: Double, omega: [Double], phase: Double)] = []

    init(_ mixtures: [SpectralMixture], seed: Int) {
      var stream = RandomStream(RandomKey(seed: UInt64(seed)))
      let count = 400
      for _ in 0..<count {
        var omega: [Double] = []
        var variance = 1.0
        for mixture in mixtures {
          let total = mixture.components.reduce(0) { $0 + $1.variance }
          var place = Double.random(in: 0..<total, using: &stream)
          let component =
            mixture.components.first {
              place -= $0.variance; return place < 0
            } ?? mixture.components[0]
          let sign = Bool.random(using: &stream) ? 1.0 : -1
          omega.append(sign * 2 * .pi * component.frequency + stream.normal() / mixture.lengthScale)
          variance *= total
        }
        waves.append(
          ((2 * variance / Double(count)).squareRoot(), omega, .random(in: 0...2 * .pi, using: &stream)))
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

  static let mixture = SpectralMixture(
    lengthScale: 0.15,
    components: [.init(frequency: 0, variance: 1), .init(frequency: 4, variance: 0.5)])

  @Test("nine of ten 90% intervals on an interval hold the truth: 200 draws from the prior, seeds 1 to 200")
  func line() throws {
    var held = 0
    for seed in 1...200 {
      let draw = Draw([Self.mixture], seed: seed)
      let problem = PDE(on: .box([0, 1])) { u in
        Equation(laplacian(u) == { draw.laplacian([$0]) })
        Boundary(.dirichlet({ draw([$0]) }))
      }
      let solution = try problem.solve(kernel: .mixtures([Self.mixture]), grid: [14])
      let x = Double((seed * 37) % 100) / 100
      let sd = try solution.standardDeviations(on: [[x]])[0]
      if (try solution.value(at: x) - draw([x])).magnitude <= 1.6449 * sd { held += 1 }
    }
    // 180 expected, with a standard deviation of 4.2: four of them.
    #expect((163...197).contains(held), "\(held)")
  }

  @Test("a few data of a rough process are not taken for noise: 50 draws, seeds 1 to 50")
  func rough() throws {
    let rough = SpectralMixture(lengthScale: 0.05, components: [.init(frequency: 0, variance: 1)])
    for seed in 1...50 {
      let draw = Draw([rough], seed: seed)
      let problem = PDE(on: .box([0, 1])) { u in
        Equation(laplacian(u) == { draw.laplacian([$0]) })
        Boundary(.dirichlet({ draw([$0]) }))
      }
      #expect(try problem.solve(kernel: .mixtures([rough]), grid: [14]).report.jitter < 1e-12)
    }
  }

  @Test("and on a square: 80 draws, seeds 1 to 80, with deviations from 24 samples")
  func plane() throws {
    var held = 0
    for seed in 1...80 {
      let draw = Draw([Self.mixture, Self.mixture], seed: seed)
      let problem = PDE(on: .box([0, 1], [0, 1])) { u in
        Equation(laplacian(u) == { draw.laplacian([$0, $1]) })
        Boundary(.dirichlet({ draw([$0, $1]) }))
      }
      let solution = try problem.solve(kernel: .mixtures([Self.mixture, Self.mixture]), grid: [16, 16])
      let (x, y) = (Double((seed * 37) % 100) / 100, Double((seed * 53) % 100) / 100)
      let sd = try solution.standardDeviations(on: [[x], [y]], samples: 24)[0]
      // The 95% point of Student's t with 24 degrees of freedom.
      if (try solution.value(at: x, y) - draw([x, y])).magnitude <= 1.7109 * sd { held += 1 }
    }
    // 72 expected, with a standard deviation of 2.7: four of them.
    #expect((62...79).contains(held), "\(held)")
  }

  @Test("mean and deviation on an interval are those of a dense Gaussian process")
  func dense() throws {
    let count = 10
    let x = uniform(0, 1, count)
    let mixture = SpectralMixture(lengthScale: 0.12, components: [.init(frequency: 0, variance: 1)])
    let draw = Draw([mixture], seed: 1)
    let problem = PDE(on: .box([0, 1])) { u in
      Equation(laplacian(u) == { draw.laplacian([$0]) })
      Boundary(.dirichlet({ draw([$0]) }))
    }
    let solution = try problem.solve(kernel: .mixtures([mixture]), grid: [count])

    // k = exp(-r^2 / (2 l^2)) and its derivatives in r of order 2 and 4, with q = r / l.
    let l = 0.12
    func k(_ r: Double, _ order: Int) -> Double {
      let q = r * r / (l * l)
      let e = exp(-0.5 * q)
      return order == 0 ? e : order == 2 ? (q - 1) * e / (l * l) : (q * q - 6 * q + 3) * e / pow(l, 4)
    }
    // Data: u'' at the points, then u at both ends.
    let places = x.map { ($0, 2) } + [(0.0, 0), (1.0, 0)]
    var covariance = Matrix(rows: places.count, columns: places.count)
    for (i, a) in places.enumerated() {
      for (j, b) in places.enumerated() { covariance[i, j] = k(a.0 - b.0, a.1 + b.1) }
    }
    let data = x.map { draw.laplacian([$0]) } + [draw([0]), draw([1])]
    let qr = try QR(covariance)
    let weights = try qr.solve(data)
    let scale = zip(weights, data).reduce(0) { $0 + $1.0 * $1.1 } / Double(data.count)
    for at in [0.03, 0.27, 0.55, 0.94] {
      let cross = places.map { k(at - $0.0, $0.1) }
      let mean = zip(cross, weights).reduce(0) { $0 + $1.0 * $1.1 }
      let explained = zip(cross, try qr.solve(cross)).reduce(0) { $0 + $1.0 * $1.1 }
      #expect((try solution.value(at: at) - mean).magnitude < 1e-5)
      let deviation = (scale * (1 - explained)).squareRoot()
      #expect((try solution.standardDeviations(on: [[at]])[0] - deviation).magnitude < 1e-3 * deviation)
    }
  }
}
