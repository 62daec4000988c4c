import Foundation
import Inference
import NumericCore
import Testing

/// A step leaves the law of exact draws as it is: 20,000 walkers, one step each, the mean change of statistics within 4.5
/// standard errors, and the coordinates' law by Kolmogorov and Smirnov; seed 17.
@Suite struct KernelInvarianceTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let kernel: any PositionKernel
    var testDescription: String { name }
  }

  static func rows(_ n: Int) throws -> [Row] {
    let covariance = n == 1 ? Matrix.diagonal([1.5]) : try Matrix(rowsOf: [[1, 0.5], [0.5, 1.2]])
    let zero = Array(repeating: 0.0, count: n)
    let walk = try RandomWalkMetropolis(covariance: covariance)
    let slice = try SliceSampling(widths: Array(repeating: 1.5, count: n), mostSteps: 3)
    return [
      Row(name: "random walk", kernel: walk),
      Row(name: "independent", kernel: try IndependentMetropolis(mean: zero, covariance: covariance)),
      Row(name: "slice", kernel: slice),
      Row(name: "elliptical slice", kernel: try EllipticalSliceSampling(mean: zero, covariance: covariance)),
      Row(
        name: "elliptical slice, diagonal",
        kernel: try EllipticalSliceSampling(mean: zero.map { $0 + 0.3 }, scales: zero.map { $0 + 1.4 })),
      Row(name: "Hamiltonian", kernel: try HamiltonianKernel(stepSize: 0.9)),
      Row(name: "repeated", kernel: try walk.repeated(3)),
      Row(name: "cycle", kernel: walk.then(slice)),
      Row(name: "mixture", kernel: try KernelMixture([(walk, 1), (slice, 2)])),
    ]
  }

  private func step(
    _ kernel: any PositionKernel, _ density: some DifferentiableLogDensity, _ draw: (inout RandomStream) -> [Double]
  ) throws -> (before: [[Double]], after: [[Double]]) {
    var stream = RandomStream(RandomKey(seed: 17).child("starts"))
    let count = 20_000
    let before = (0..<count).map { _ in draw(&stream) }
    let block = PositionBlock(density, count: count)
    block.place(count) { before[$0][$1] }
    let acceptance = try kernel.step(block, key: RandomKey(seed: 17).child("step"))
    #expect(acceptance.rate > 0.05 && acceptance.rate <= 1)
    for walker in [0, 1, count - 1] {
      let position = block.position(of: walker)
      var workspace = density.makeWorkspace()
      #expect(density.logDensity(at: position.span, workspace: &workspace) == block.parts(of: walker).logPrior)
    }
    return (before, (0..<count).map { block.position(of: $0) })
  }

  private func scores(
    _ pairs: (before: [[Double]], after: [[Double]]), _ statistics: [@Sendable ([Double]) -> Double]
  ) -> [Double] {
    statistics.map { f in score(zip(pairs.before, pairs.after).map { f($1) - f($0) }) }
  }

  private static let planar: [@Sendable ([Double]) -> Double] = [
    { $0[0] }, { $0[1] }, { $0[0] * $0[0] }, { $0[1] * $0[1] }, { $0[0] * $0[1] }, { abs($0[0]) > 1 ? 1 : 0 },
  ]

  @Test(arguments: try rows(2)) func aCorrelatedNormalLawIsKept(_ row: Row) throws {
    let density = Gaussian(means: [0, 0], scales: [1, 1], correlation: 0.7)
    let pairs = try step(row.kernel, density) { density.draw(using: &$0) }
    #expect(zip(pairs.before, pairs.after).filter { $0 != $1 }.count > 2_000)
    for score in scores(pairs, Self.planar) { #expect(abs(score) < 4.5) }
    for i in 0..<2 {
      let test = try StatisticalTest.kolmogorovSmirnov(pairs.after.map { $0[i] }) { 0.5 * erfc(-$0 / 2.0.squareRoot()) }
      #expect(!test.isRejected(at: 1e-5))
    }
  }

  /// The logarithm of an exponential number.
  @Test(arguments: try rows(1)) func aSkewedLawIsKept(_ row: Row) throws {
    let density = OnTheLine { x in (x - exp(x), 1 - exp(x)) }
    let pairs = try step(row.kernel, density) { [log($0.exponential())] }
    for score in scores(pairs, [{ $0[0] }, { $0[0] * $0[0] }, { abs($0[0]) > 1 ? 1 : 0 }, { min(exp($0[0]), 5) }]) {
      #expect(abs(score) < 4.5)
    }
    let test = try StatisticalTest.kolmogorovSmirnov(pairs.after.map { $0[0] }) { 1 - exp(-exp($0)) }
    #expect(!test.isRejected(at: 1e-5))
  }

  /// The test sees a law that is not the target's: starts that are 30% too wide.
  @Test(arguments: try rows(2)) func anotherLawIsNotKept(_ row: Row) throws {
    let density = Gaussian(means: [0, 0], scales: [1, 1], correlation: 0.7)
    let pairs = try step(row.kernel, density) { density.draw(using: &$0).map { 1.3 * $0 } }
    #expect(scores(pairs, Self.planar).contains { abs($0) > 4.5 })
  }

  @Test func wrongSettingsAreErrors() throws {
    #expect(throws: LinearAlgebraError.self) {
      try RandomWalkMetropolis(covariance: Matrix(rowsOf: [[1, 2], [2, 1]]))
    }
    #expect(throws: InferenceError.self) { try IndependentMetropolis(mean: [0], covariance: .identity(2)) }
    #expect(throws: InferenceError.self) { try SliceSampling(widths: [0]) }
    #expect(throws: InferenceError.self) { try EllipticalSliceSampling(mean: [0], scales: [.nan]) }
    #expect(throws: InferenceError.self) { try HamiltonianKernel(stepSize: -1) }
    #expect(throws: InferenceError.self) { try KernelMixture([]) }
    #expect(throws: InferenceError.self) { try RandomWalkMetropolis().repeated(-1) }
    let block = PositionBlock(Gaussian.standard(3), count: 1)
    #expect(throws: InferenceError.self) {
      try RandomWalkMetropolis(covariance: .identity(2)).step(block, key: RandomKey(seed: 1))
    }
  }
}
