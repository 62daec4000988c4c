import GP
import NumericCore
import Testing

@Suite struct KernelErrorTests {
  @Test func badParametersAreNamed() {
    #expect(throws: KernelError.invalidParameter(name: "lengthScale", value: -1, expected: "> 0 and finite"))
    {
      try RadialKernel(.matern32, lengthScale: -1)
    }
    #expect(throws: KernelError.invalidParameter(name: "variance", value: 0, expected: "> 0 and finite")) {
      try ConstantKernel().scaled(by: 0)
    }
    #expect(throws: KernelError.invalidParameter(name: "period", value: 0, expected: "> 0 and finite")) {
      try PeriodicKernel(period: 0)
    }
    #expect(throws: KernelError.emptyKernel(kernel: "a spectral mixture")) {
      try SpectralMixtureKernel(.gaussian, components: 0, upTo: 1, lengthScale: 1)
    }
    #expect(throws: KernelError.wrongParameterCount(count: 2, expected: 1)) {
      try RadialKernel(.matern32, lengthScale: 1).with(parameters: [0, 0])
    }
  }

  @Test func badPointsAreNamed() throws {
    let kernel = try RadialKernel(.squaredExponential, lengthScales: [1, 2])
    #expect(throws: KernelError.wrongDimension(dimension: 1, expected: 2)) {
      try kernel.covariance(of: Matrix(points: [1, 2]))
    }
    #expect(throws: KernelError.notFinite(point: 1, coordinate: 0, value: .infinity)) {
      try LinearKernel().covariance(of: Matrix(points: [1, .infinity]))
    }
    #expect(throws: KernelError.missingCoordinate(coordinate: 3, dimension: 2)) {
      try LinearKernel(on: 3).covariance([0, 1], [0, 1])
    }
    #expect(throws: KernelError.emptyKernel(kernel: "a sum")) { try KernelSum([]).covariance([0], [0]) }
  }

  @Test func derivativesThatDoNotExistAreRefused() throws {
    let kernel = try RadialKernel(.matern12, lengthScale: 1)
    #expect(
      throws: KernelError.unsupportedDerivative(kernel: "matern12(1)", first: [1], second: [0])
    ) { try kernel.derivative(KernelDerivative([1], [0]), [0], [1]) }
  }

  @Test func descriptionsReadLikeFormulas() throws {
    let kernel =
      try RadialKernel(.matern12, lengthScale: 2).scaled(by: 3) * (LinearKernel() + ConstantKernel())
    #expect("\(kernel)" == "3 * matern12(2) * (Linear(on: 0, 1) + Constant(1))")
    #expect("\(try 3 * RadialKernel(.matern12, lengthScale: 2))" == "3 * matern12(2)")
  }
}
