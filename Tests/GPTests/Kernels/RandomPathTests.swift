import Foundation
import GP
import Inference
import NumericCore
import PPL
import Testing

/// A latent function in the language, in linear time.
@Suite struct RandomPathTests {
  static let points = [0.3, 0, 1.1, 2, 2, 3.7, 3.7001, 9]

  static let kernels: [any Kernel] = {
    do {
      let profiles: [RadialProfile] = [.matern12, .matern32, .matern52]
      return try profiles.map { try RadialKernel($0, lengthScale: 0.9).scaled(by: 1.7) }
        + [
          try RadialKernel(.matern52, lengthScale: 400), try RadialKernel(.matern32, lengthScale: 0.002),
          try ConstantKernel(variance: 1.3) + LinearKernel(slopeVariance: 0.7, centre: 0.4)
            + RadialKernel(.matern32, lengthScale: 2).on(0) + CosineKernel(period: 1.4),
          try PeriodicKernel(period: 1.4, lengthScale: 0.9).scaled(by: 1.2),
          try (CentredPeriodicKernel(period: 2.3) * RadialKernel(.matern32, lengthScale: 2)).scaled(by: 1.5)
            + CentredPeriodicKernel(period: 0.7, lengthScale: 1.3),
          try LinearKernel(slopeVariance: 0.7, centre: 0.4) * RadialKernel(.matern12, lengthScale: 2)
            * CosineKernel(period: 1.4).scaled(by: 0.8),
          try ConstantKernel(variance: 2) * CosineKernel(period: 3),
        ]
    } catch { preconditionFailure("\(error)") }
  }()

  /// log N(100; w^T f, 1) as a function of the hyper-parameters and the variates: w^T f is linear in these, and the
  /// sum of the squares of its coefficients is w^T K w. For two w each; and the gradient is that of differences.
  @Test(arguments: kernels.indices, [1, 2]) func hasTheCovarianceOfItsKernel(number: Int, seed: Int) throws {
    let kernel = Self.kernels[number]
    let w = RandomKey(seed: UInt64(seed)).normals(Self.points.count)
    let model = Model {
      let hyperparameters = kernel.parameterList.enumerated().map { number, parameter in
        parameter.isLogarithmic ? Latent("p\(number)", Flat(lower: 0)) : Latent("p\(number)", Flat())
      }
      let f = try kernel.path("f", at: Self.points, hyperparameters: hyperparameters)
      Observe(100.0, from: Normal(dot(f, w), 1), as: "y")
      Return(f)
    }
    let compiled = try CompiledModel(model)
    let density = compiled.density
    var workspace = density.makeWorkspace()
    var position = Array(repeating: 0.0, count: density.dimension)
    for (i, value) in kernel.parameters.enumerated() {
      let site = try #require(compiled.inferredSites.first { $0.path == "p\(i)" })
      position[site.range.lowerBound] = value
    }
    let variates = compiled.inferredSites.filter { !$0.path.hasPrefix("p") }.flatMap { Array($0.range) }
    let rest = density.logDensity(at: position.span, workspace: &workspace) + 0.5 * 100 * 100
    func weighted(_ position: [Double]) -> Double {
      let square = variates.reduce(0) { $0 + position[$1] * position[$1] }
      let missed = -2 * (density.logDensity(at: position.span, workspace: &workspace) - rest + 0.5 * square)
      return 100 - missed.squareRoot()
    }
    var sum = 0.0
    for i in variates {
      var other = position
      other[i] = 1
      let coefficient = weighted(other)
      sum += coefficient * coefficient
    }
    let expected = zip(w, try kernel.covariance(of: Matrix(points: Self.points)) * w).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(sum - expected) < 1e-8 * (1 + expected), "\(sum) \(expected)")

    for (i, z) in zip(variates, RandomKey(seed: 9).normals(variates.count)) { position[i] = z }
    var gradient = Array(repeating: 0.0, count: position.count)
    var span = gradient.mutableSpan
    _ = density.logDensity(at: position.span, gradient: &span, workspace: &workspace)
    for i in position.indices {
      func value(_ change: Double) -> Double {
        var other = position
        other[i] += change
        return density.logDensity(at: other.span, workspace: &workspace)
      }
      // The better of two steps: a harmonic turns by up to 500 radians a unit of the logarithm of its period, and
      // paths are rounded where points are near.
      let differences = [1e-3, 1e-4].map { step in
        (8 * (value(step) - value(-step)) - (value(2 * step) - value(-2 * step))) / (12 * step)
      }
      let error = differences.reduce(.infinity) { min($0, abs(gradient[i] - $1) / (1 + abs($1))) }
      #expect(error < 1e-6, "\(i): \(gradient[i]) \(differences)")
    }
  }

  /// The posterior is that of the same model by the covariance matrix: means of 1,000 draws each, within 5 standard
  /// errors if a fourth of the draws were independent. Seeds 3 and 4.
  @Test func posteriorIsThatOfTheCovarianceMatrix() async throws {
    let kernel = try RadialKernel(.matern52, lengthScale: 1).scaled(by: 1)
    let seen = [0.2, 0.9, 1.4, 0.3, -0.6]
    let long = Model {
      let alpha = Latent("alpha", HalfNormal(scale: 1))
      let rho = Latent("rho", InverseGamma(shape: 5, scale: 5))
      let f = try kernel.path("z", at: [0, 1, 2, 3, 4], hyperparameters: [square(alpha), rho])
      Observe(seen, from: Normal(f, 0.3), as: "seen")
      Return(f)
    }
    let dense = Model {
      let alpha = Latent("alpha", HalfNormal(scale: 1))
      let rho = Latent("rho", InverseGamma(shape: 5, scale: 5))
      let covariance = try kernel.covariance(
        of: Matrix(points: [0, 1, 2, 3, 4]), hyperparameters: [square(alpha), rho], noise: 1e-9)
      let f = cholesky(covariance) * Latent("z", Normal(0, 1), count: 5)
      Observe(seen, from: Normal(f, 0.3), as: "seen")
      Return(f)
    }
    let sampler = NoUTurnSampler(chains: 2, warmup: 500, draws: 500)
    let (a, b) = (try await sampler.run(long, seed: 3), try await sampler.run(dense, seed: 4))
    for i in 0..<5 {
      func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
        let n = Double(values.count)
        let mean = values.reduce(0, +) / n
        return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n)
      }
      let (p, q) = (moments(try a.values { $0[i] }), moments(try b.values { $0[i] }))
      #expect(abs(p.mean - q.mean) < 5 * ((p.variance + q.variance) / 250).squareRoot())
      #expect(abs(log(p.variance / q.variance)) < 0.5)
    }
  }

  @Test func whatHasNoPathIsRefused() throws {
    let smooth = try RadialKernel(.squaredExponential, lengthScale: 1)
    #expect(throws: KernelError.self) { try smooth.path("f", at: [0, 1], hyperparameters: [1]) }
    #expect(throws: KernelError.self) {
      try (RadialKernel(.matern12, lengthScale: 1) * RadialKernel(.matern32, lengthScale: 1))
        .path("f", at: [0, 1], hyperparameters: [1, 1])
    }
    let rough = try RadialKernel(.matern12, lengthScale: 1)
    #expect(throws: KernelError.wrongParameterCount(count: 0, expected: 1)) {
      try rough.path("f", at: [0, 1], hyperparameters: [])
    }
    #expect(throws: KernelError.notFinite(point: 1, coordinate: 0, value: .infinity)) {
      try rough.path("f", at: [0, .infinity], hyperparameters: [1])
    }
  }
}
