import Inference
import NumericCore
import PPL

extension Enrolled {
  /// Kernels on the coordinates of continuous sites: steps from a state that has the posterior's law, of two
  /// coordinates that depend on each other. And what moves particles by them from the prior to the posterior.
  public static let positions: [Enrolled] = [
    .positionKernel("random walk") { RandomWalkMetropolis() },
    .positionKernel("random walk, given covariance") {
      try RandomWalkMetropolis(covariance: try Matrix(rowsOf: [[0.5, 0.2], [0.2, 0.3]]), scale: 1)
    },
    .positionKernel("independent proposals") {
      try IndependentMetropolis(mean: [0.1, -0.2], covariance: try Matrix(rowsOf: [[1.2, 0.3], [0.3, 0.8]]))
    },
    .positionKernel("slice, coordinates in turn") { try SliceSampling(widths: [0.7, 1.4]) },
    .positionKernel("elliptical slice") { try EllipticalSliceSampling(mean: [0.2, 0], scales: [1, 0.8]) },
    .positionKernel("Hamiltonian kernel") { try HamiltonianKernel(stepSize: 0.6, inverseMetric: [0.4, 0.7]) },
    .positionKernel("cycle of position kernels") { try SliceSampling().then(RandomWalkMetropolis()) },
    .positionKernel("mixture of position kernels") {
      try KernelMixture([(RandomWalkMetropolis(), 1), (SliceSampling(), 2)])
    },
    .positionKernel("repeated position kernel") { try RandomWalkMetropolis().repeated(3) },

    .sampler(
      "tempered SMC",
      { effort in
        TemperedSequentialMonteCarlo(
          particles: 3, islands: scaled(4_000, effort),
          kernel: try HamiltonianKernel(stepSize: 0.7, inverseMetric: [0.3]),
          schedule: .fixed([0.2, 0.6, 1]), resampling: .multinomial)
      }, law: .evidence, on: ReferenceModel.conjugate),
    .sampler(
      "waste-free SMC",
      { effort in
        WasteFreeSequentialMonteCarlo(
          chains: 2, length: 3, islands: scaled(4_000, effort),
          kernel: try RandomWalkMetropolis(covariance: Matrix.identity(1), scale: 0.8),
          schedule: .fixed([0.2, 0.6, 1]))
      }, law: .evidence, on: ReferenceModel.conjugate),
  ]

  private static func positionKernel<Kernel: PositionKernel>(
    _ name: String, _ make: @escaping @Sendable () throws -> Kernel
  ) -> Enrolled {
    Enrolled(
      name, Kernel.self, ConditionalUpdate<Kernel>.self,
      parts: [
        { effort, seed in
          var laws = KernelLaws(JointModels.scale(), name: "scale")
          (laws.repetitions, laws.steps) = (scaled(4_000, effort), 0)
          let step = SiteKernelStep(ConditionalUpdate(of: ["mu", "sigma"], by: try make()), transitions: 5)
          return try await laws.verdict(on: step, seed: seed)
        }
      ])
  }
}
