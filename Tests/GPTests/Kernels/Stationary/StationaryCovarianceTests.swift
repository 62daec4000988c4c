import Foundation
import GP
import Testing

@Suite("Stationary covariances on the line")
struct StationaryCovarianceTests {
  static let rows: [StationaryCovariance] = StationaryEnvelope.allCases.flatMap { envelope in
    [
      [(1.3, 0.7, 0)],
      [(0.8, 0.4, 0.9)],
      [(0.5, 1.1, 0), (0.9, 0.6, 1.2), (0.2, 2, -0.4)],
    ].compactMap { components in
      try? StationaryCovariance(
        envelope, components: components.map { .init(weight: $0.0, lengthScale: $0.1, frequency: $0.2) })
    }
  }
  static let distances = [-1.7, -0.31, 0.05, 0.6, 2.4]

  @Test("there are three rows of each envelope") func rowCount() {
    #expect(Self.rows.count == 3 * StationaryEnvelope.allCases.count)
  }

  @Test("each derivative is that of the one before, by central differences", arguments: rows)
  func derivatives(k: StationaryCovariance) throws {
    let h = 1e-5
    for n in 0..<StationaryCovariance.highestDerivative {
      for r in Self.distances {
        let difference = try (k.value(at: r + h, derivative: n) - k.value(at: r - h, derivative: n)) / (2 * h)
        let derivative = try k.value(at: r, derivative: n + 1)
        // The error is h^2 / 6 of the derivative of order n + 3, and rounding of the values over h.
        let size = try k.value(at: 0, derivative: (n + 2) / 2 * 2).magnitude + 1
        #expect(abs(difference - derivative) < 1e-6 * size, "order \(n + 1) at \(r)")
      }
    }
  }

  @Test("odd derivatives vanish at 0, and the fourth is the limit from either side", arguments: rows)
  func origin(k: StationaryCovariance) throws {
    #expect(try k.value(at: 0, derivative: 1).magnitude < 1e-12)
    #expect(try k.value(at: 0, derivative: 3).magnitude < 1e-9)
    let fourth = try k.value(at: 0, derivative: 4)
    for r in [-1e-9, 1e-9] {
      #expect(try abs(k.value(at: r, derivative: 4) - fourth) < 1e-6 * fourth)
    }
  }

  @Test("the gradient in the parameters is that of central differences", arguments: rows)
  func gradient(k: StationaryCovariance) throws {
    let h = 1e-5
    let p = k.parameters
    for n in 0...StationaryCovariance.highestDerivative {
      let size = try k.value(at: 0, derivative: (n + 1) / 2 * 2).magnitude + 1
      for r in Self.distances + [0] {
        let gradient = try k.gradient(at: r, derivative: n)
        #expect(gradient.count == p.count)
        for i in p.indices {
          var (up, down) = (p, p)
          up[i] += h
          down[i] -= h
          let difference =
            try
            (k.withParameters(up).value(at: r, derivative: n)
            - k.withParameters(down).value(at: r, derivative: n)) / (2 * h)
          #expect(abs(difference - gradient[i]) < 1e-7 * size, "order \(n), parameter \(i), r = \(r)")
        }
      }
    }
  }

  @Test("the covariance is the Fourier transform of the spectral density", arguments: rows)
  func spectrum(k: StationaryCovariance) throws {
    // The trapezoidal rule on [-limit, limit]; a Student-t tail beyond it holds less than 1e-6 of the mass.
    let (limit, step) = (60.0, 0.01)
    for r in Self.distances + [0] {
      var integral = 0.0
      for i in Int(-limit / step)...Int(limit / step) {
        let f = Double(i) * step
        integral += step * k.spectralDensity(at: f) * cos(2 * .pi * f * r)
      }
      #expect(try abs(integral - k.value(at: r)) < 1e-6)
    }
  }

  @Test("parameters that are wrong are named")
  func errors() throws {
    #expect(throws: StationaryCovarianceError.noComponents) {
      try StationaryCovariance(.matern52, components: [])
    }
    #expect(
      throws: StationaryCovarianceError.invalidComponent(
        index: 0, name: "length scale", value: -1, expected: "> 0 and finite")
    ) { try StationaryCovariance.squaredExponential(lengthScale: -1) }
    let k = try StationaryCovariance.matern52(lengthScale: 1)
    #expect(throws: StationaryCovarianceError.unsupportedDerivative(order: 5)) {
      try k.value(at: 0, derivative: 5)
    }
    #expect(throws: StationaryCovarianceError.wrongParameterCount(1, expected: 3)) {
      try k.withParameters([0])
    }
  }
}
