import Foundation
import GP
import NumericCore

/// A kernel under the law tests: to cover a new one, add a row.
struct KernelRow: Sendable, CustomStringConvertible {
  let kernel: any Kernel
  /// Of the points it is tested at.
  let dimension: Int
  /// Orders of derivatives to be held against finite differences.
  var derivatives: [KernelDerivative] = []
  var description: String { "\(kernel)" }

  /// Points between 0 and 2, in general position.
  func points(_ count: Int, seed: UInt64 = 1) -> Matrix {
    var x = Matrix(rows: count, columns: dimension)
    let uniforms = RandomKey(seed: seed).uniforms(count * dimension)
    x.withUnsafeMutableBufferPointer { x in for i in x.indices { x[i] = 2 * uniforms[i] } }
    return x
  }

  static let line: [KernelDerivative] = [
    KernelDerivative([1], [0]), KernelDerivative([0], [1]), KernelDerivative([1], [1]),
    KernelDerivative([2], [0]),
  ]
  /// What a fourth-order operator, or a second-order one in both arguments, needs.
  static let high = [KernelDerivative([2], [1]), KernelDerivative([2], [2]), KernelDerivative([0], [3])]
  static let plane: [KernelDerivative] = [
    KernelDerivative([1, 0], [0, 0]), KernelDerivative([0, 1], [1, 0]), KernelDerivative([0, 2], [0, 0]),
    KernelDerivative([0, 0], [1, 1]), KernelDerivative([1, 0], [1, 0]),
  ]

  static let all: [KernelRow] = {
    do { return try radial + others + algebra } catch { preconditionFailure("\(error)") }
  }()

  private static var radial: [KernelRow] {
    get throws {
      let profiles: [RadialProfile] = [
        .squaredExponential, .matern32, .matern52, .rationalQuadratic(shape: 0.8),
        .rationalQuadratic(shape: 3),
      ]
      return try profiles.map {
        KernelRow(
          kernel: try RadialKernel($0, lengthScale: 0.6), dimension: 1,
          derivatives: line + ($0 == .matern32 ? [] : high))
      }
        + profiles.map {
          KernelRow(kernel: try RadialKernel($0, lengthScales: [0.6, 1.7]), dimension: 2, derivatives: plane)
        } + [
          KernelRow(kernel: try RadialKernel(.matern52, lengthScale: 0.8), dimension: 2, derivatives: plane),
          KernelRow(kernel: try RadialKernel(.matern12, lengthScale: 0.5), dimension: 1),
          KernelRow(kernel: try RadialKernel(.matern12, lengthScales: [0.5, 2, 1]), dimension: 3),
        ]
    }
  }

  private static var others: [KernelRow] {
    get throws {
      let waves = [
        SpectralMixtureKernel.Component(weight: 0.8, lengthScale: 0.7, frequency: 1.3),
        SpectralMixtureKernel.Component(weight: 0.4, lengthScale: 1.5, frequency: 0),
      ]
      return try SpectralEnvelope.allCases.map {
        KernelRow(kernel: try SpectralMixtureKernel($0, waves), dimension: 1, derivatives: line + high)
      } + [
        KernelRow(
          kernel: try CentredPeriodicKernel(period: 0.7, lengthScale: 1.3), dimension: 1, derivatives: line),
        KernelRow(kernel: try PeriodicKernel(period: 0.7, lengthScale: 1.3), dimension: 1, derivatives: line),
        KernelRow(kernel: try CosineKernel(period: 0.7), dimension: 1, derivatives: line + high),
        KernelRow(kernel: try ConstantKernel(variance: 1.3), dimension: 1, derivatives: line),
        KernelRow(kernel: try LinearKernel(slopeVariance: 0.7, centre: 0.4), dimension: 1, derivatives: line),
        KernelRow(kernel: try LinearKernel(on: 1, slopeVariance: 0.7), dimension: 2, derivatives: plane),
      ]
    }
  }

  private static var algebra: [KernelRow] {
    get throws {
      let smooth = try RadialKernel(.squaredExponential, lengthScale: 0.9)
      let rough = try RadialKernel(.matern52, lengthScale: 0.5)
      let plane = try RadialKernel(.rationalQuadratic(shape: 1.5), lengthScales: [0.7, 1.1])
      return [
        KernelRow(kernel: try smooth.scaled(by: 1.7) + rough, dimension: 1, derivatives: line),
        KernelRow(
          kernel: try (smooth + rough.scaled(by: 0.3)) * LinearKernel(), dimension: 1, derivatives: line),
        KernelRow(
          kernel: try plane * LinearKernel(on: 0, centre: 1) + ConstantKernel(), dimension: 2,
          derivatives: Self.plane),
        KernelRow(kernel: smooth.on(1), dimension: 2, derivatives: Self.plane),
        KernelRow(
          kernel: try smooth.on(0) * rough.scaled(by: 2).on(1), dimension: 2,
          derivatives: Self.plane + [KernelDerivative([2, 0], [0, 2]), KernelDerivative([2, 0], [2, 0])]),
        KernelRow(
          kernel: rough.composed(toDimension: 2, named: "a circle") {
            [cos($0[0]), sin($0[0])]
          },
          dimension: 1),
      ]
    }
  }
}
