import Foundation
import GP
import NumericCore
import PPL
import Testing

@Suite struct StationaryKernelTests {
  private func formula(_ kernel: StationaryKernel, _ r: Double) -> Double {
    switch kernel {
    case .squaredExponential: exp(-r * r / 2)
    case .matern12: exp(-r)
    case .matern32: (1 + sqrt(3) * r) * exp(-sqrt(3) * r)
    case .matern52: (1 + sqrt(5) * r + 5 * r * r / 3) * exp(-sqrt(5) * r)
    }
  }

  /// The log density of data under the process, against a dense computation by hand.
  @Test(arguments: StationaryKernel.allCases) func densityIsThatOfTheDenseCovariance(kernel: StationaryKernel) throws {
    let (x, y) = ([0.0, 0.4, 1.1, 2.0, 2.1], [0.3, 0.5, -0.2, 1.0, 0.8])
    let model = Model {
      let amplitude = Latent("amplitude", Flat(lower: 0))
      let length = Latent("length", Flat(lower: 0))
      let noise = Latent("noise", Flat(lower: 0))
      Observe(
        y,
        from: MultivariateNormal(
          0, covariance: kernel.covariance(at: x, amplitude: amplitude, lengthScale: length, noise: noise)))
      Return(amplitude)
    }
    let density = try CompiledModel(model).density
    let (amplitude, length, noise) = (1.3, 0.7, 0.1)
    let position = [log(amplitude), log(length), log(noise)]
    var covariance = Matrix(rows: 5, columns: 5)
    for i in 0..<5 {
      for j in 0..<5 {
        covariance[i, j] =
          amplitude * amplitude * formula(kernel, abs(x[i] - x[j]) / length) + (i == j ? noise : 0)
      }
    }
    let factor = try Cholesky(covariance)
    let z = factor.halfSolve(y)
    let expected =
      -0.5 * z.reduce(0) { $0 + $1 * $1 } - 0.5 * factor.logDeterminant - 2.5 * log(2 * Double.pi)
      + position.reduce(0, +)
    var workspace = density.makeWorkspace()
    #expect(abs(density.logDensity(at: position.span, workspace: &workspace) - expected) < 1e-11)
    var gradient = [0.0, 0, 0]
    var span = gradient.mutableSpan
    _ = density.logDensity(at: position.span, gradient: &span, workspace: &workspace)
    for i in 0..<3 {
      var (up, down) = (position, position)
      up[i] += 1e-5
      down[i] -= 1e-5
      let difference =
        (density.logDensity(at: up.span, workspace: &workspace) - density.logDensity(at: down.span, workspace: &workspace))
        / 2e-5
      #expect(abs(gradient[i] - difference) < 1e-6 * max(1, abs(difference)))
    }
  }
}
