import Foundation
import GP
import NumericCore
import Testing

/// A model has the covariance of its kernel, and is one of a Markov process.
@Suite struct StateSpaceModelTests {
  /// h^T A(d) P(t) h = k(t + d, t), to the stated share of the variance.
  @Test(arguments: StateSpaceRow.all) func hasTheCovarianceOfItsKernel(row: StateSpaceRow) throws {
    let model = try row.kernel.stateSpaceModel(tolerance: 1e-6)
    #expect(model.states == row.states)
    let h = model.observation
    for (t, d) in [(0.0, 0.0), (1.3, 1e-9), (-2, 0.3), (0.5, 2.1), (0.4, 17)] {
      let ahead = model.step(from: t, by: d).transition * (model.covariance(at: t) * h)
      let value = zip(h, ahead).reduce(0) { $0 + $1.0 * $1.1 }
      let expected = try row.kernel.covariance([t + d], [t])
      let scale = try row.kernel.covariance([t], [t]) + row.kernel.covariance([t + d], [t + d])
      #expect(abs(value - expected) <= 2e-6 * scale, "\(t) \(d): \(value) \(expected)")
    }
  }

  /// What is left out falls with the tolerance.
  @Test(arguments: [1e-3, 1e-8, 1e-12], [0.2, 1, 5]) func toleranceIsKept(tolerance: Double, length: Double) throws {
    let kernel = try PeriodicKernel(period: 2, lengthScale: length)
    let model = try kernel.stateSpaceModel(tolerance: tolerance)
    let p = model.covariance(at: 0)
    let variance = zip(model.observation, p * model.observation).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(variance <= 1 + 1e-14 && variance >= 1 - tolerance - 1e-14)
  }

  /// P(t + d) = A P(t) A^T + Q, A(c + d) = A(d) A(c).
  @Test(arguments: StateSpaceRow.all) func stepsCompose(row: StateSpaceRow) throws {
    let model = try row.kernel.stateSpaceModel()
    let (t, c, d) = (0.7, 0.45, 1.2)
    let (first, second, whole) = (
      model.step(from: t, by: c), model.step(from: t + c, by: d), model.step(from: t, by: c + d)
    )
    let moved = first.transition * model.covariance(at: t) * first.transition.transposed
    let expected = model.covariance(at: t + c)
    let composed = second.transition * first.transition
    let both = second.transition * first.noise * second.transition.transposed
    for i in 0..<model.states {
      for k in 0..<model.states {
        #expect(abs(moved[i, k] + first.noise[i, k] - expected[i, k]) < 1e-12)
        #expect(abs(composed[i, k] - whole.transition[i, k]) < 1e-12)
        #expect(abs(both[i, k] + second.noise[i, k] - whole.noise[i, k]) < 1e-12)
      }
    }
  }

  @Test func kernelsWithoutAFormAreRefused() throws {
    let smooth = try RadialKernel(.squaredExponential, lengthScale: 1)
    let expected = "a Matern kernel, such as matern52"
    #expect(throws: KernelError.noStateSpace(kernel: "squaredExponential(1)", expected: expected)) {
      try smooth.stateSpaceModel()
    }
    #expect(throws: KernelError.noStateSpace(kernel: "squaredExponential(1)", expected: expected)) {
      try (ConstantKernel() + smooth.scaled(by: 2)).stateSpaceModel()
    }
    #expect(throws: KernelError.self) {
      try RadialKernel(.matern12, lengthScale: 1).composed(toDimension: 1, named: "g") { $0 }.stateSpaceModel()
    }
    #expect(throws: KernelError.self) { try PeriodicKernel(period: 1, lengthScale: 1e-4).stateSpaceModel() }
    #expect(throws: KernelError.self) { try LinearKernel(on: 1).stateSpaceModel() }
    #expect(throws: KernelError.self) { try RadialKernel(.matern12, lengthScales: [1, 2]).stateSpaceModel() }
    #expect(throws: KernelError.emptyKernel(kernel: "a sum")) { try KernelSum([]).stateSpaceModel() }
    for tolerance in [0, 1, Double.nan] {
      #expect(throws: KernelError.self) { try ConstantKernel().stateSpaceModel(tolerance: tolerance) }
    }
  }
}
