import Foundation
import GP
import NumericCore
import PPL
import Testing

@Suite struct RandomElementKernelTests {
  /// A model of data with random hyper-parameters has the log density, and the gradient, of the evidence, for
  /// every kernel.
  @Test(arguments: KernelRow.all.filter { $0.kernel is any RandomElementKernel })
  func densityInTheLanguageIsTheEvidence(row: KernelRow) throws {
    let (x, noise) = (row.points(7), 0.3)
    let y = RandomKey(seed: 4).normals(7)
    let kernel = row.kernel
    let model = Model {
      let hyperparameters = kernel.parameterList.enumerated().map { number, parameter in
        let name = "p\(number)"
        return parameter.isLogarithmic ? Latent(name, Flat(lower: 0)) : Latent(name, Flat())
      }
      let sigma = Latent("sigma", Flat(lower: 0))
      let covariance = try kernel.covariance(of: x, hyperparameters: hyperparameters, noise: sigma)
      Observe(y, from: MultivariateNormal(0, covariance: covariance))
      Return(sigma)
    }
    let compiled = try CompiledModel(model)
    let density = compiled.density
    let process = try GaussianProcess(kernel, noiseVariance: noise)
    let posterior = try process.condition(on: x, y)
    // The place of each of the kernel's hyper-parameters, and of the noise, among the model's coordinates.
    let places = (kernel.parameters.indices.map { "p\($0)" } + ["sigma"]).map { name in
      compiled.inferredSites.first { $0.path == name }?.range.lowerBound ?? 0
    }
    let values = kernel.parameters + [log(noise)]
    var position = values
    for (place, value) in zip(places, values) { position[place] = value }
    // Coordinates of the model are logarithms, too, with the logarithm of their Jacobian.
    let isLogarithmic = kernel.parameterList.map(\.isLogarithmic) + [true]
    let jacobian = zip(values, isLogarithmic).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
    var workspace = density.makeWorkspace()
    var gradient = Array(repeating: 0.0, count: position.count)
    var span = gradient.mutableSpan
    let value = density.logDensity(at: position.span, gradient: &span, workspace: &workspace)
    #expect(abs(value - posterior.logEvidence - jacobian) < 1e-10)
    for (i, expected) in posterior.evidenceGradient().enumerated() {
      #expect(
        abs(gradient[places[i]] - expected - (isLogarithmic[i] ? 1 : 0)) < 1e-9 * max(1, abs(expected)),
        "\(i)")
    }
  }

  @Test func kernelsThatAreNoneAreRefused() throws {
    let kernel = try CentredPeriodicKernel(period: 1).scaled(by: 1)
    #expect(throws: KernelError.notInLanguage(kernel: "centred periodic(1, 1)")) {
      try kernel.covariance(of: Matrix(points: [0, 1]), hyperparameters: [1, 1, 1], noise: 1)
    }
  }

  @Test func wrongCountIsRefused() throws {
    let kernel = try RadialKernel(.matern32, lengthScale: 1)
    #expect(throws: KernelError.wrongParameterCount(count: 0, expected: 1)) {
      try kernel.covariance(of: Matrix(points: [0, 1]), hyperparameters: [], noise: 1)
    }
  }
}
