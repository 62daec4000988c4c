import GP
import NumericCore

/// A kernel with a state-space form under its tests: to cover a new one, add a row.
struct StateSpaceRow: Sendable, CustomStringConvertible {
  let kernel: any Kernel
  let states: Int
  var description: String { "\(kernel)" }

  init(_ kernel: any Kernel, states: Int) { (self.kernel, self.states) = (kernel, states) }

  static let all: [StateSpaceRow] = {
    do { return try leaves + composites } catch { preconditionFailure("\(error)") }
  }()

  private static var leaves: [StateSpaceRow] {
    get throws {
      let waves = [
        SpectralMixtureKernel.Component(weight: 0.8, lengthScale: 0.7, frequency: 0.6),
        SpectralMixtureKernel.Component(weight: 0.4, lengthScale: 1.5, frequency: 0),
      ]
      return [
        StateSpaceRow(try RadialKernel(.matern12, lengthScale: 0.8), states: 1),
        StateSpaceRow(try RadialKernel(.matern32, lengthScale: 0.8), states: 2),
        StateSpaceRow(try RadialKernel(.matern52, lengthScale: 0.8), states: 3),
        StateSpaceRow(try ConstantKernel(variance: 1.3), states: 1),
        StateSpaceRow(try CosineKernel(period: 1.7), states: 2),
        StateSpaceRow(try LinearKernel(slopeVariance: 0.7, centre: 0.4), states: 2),
        StateSpaceRow(try PeriodicKernel(period: 1.7, lengthScale: 1), states: 15),
        StateSpaceRow(try PeriodicKernel(period: 1.7, lengthScale: 1e6), states: 3),
        StateSpaceRow(try CentredPeriodicKernel(period: 1.7, lengthScale: 0.7), states: 18),
        StateSpaceRow(try CentredPeriodicKernel(period: 1.7, lengthScale: 30), states: 4),
        StateSpaceRow(try SpectralMixtureKernel(.studentT, waves), states: 9),
      ]
    }
  }

  private static var composites: [StateSpaceRow] {
    get throws {
      let smooth = try RadialKernel(.matern52, lengthScale: 2)
      let rough = try RadialKernel(.matern12, lengthScale: 0.5)
      let wave = try CentredPeriodicKernel(period: 1.3, lengthScale: 1.5)
      let line = try LinearKernel(slopeVariance: 0.7, centre: 0.4)
      return [
        StateSpaceRow(try smooth.scaled(by: 1.7) + rough.scaled(by: 0.3), states: 4),
        StateSpaceRow(smooth * rough, states: 3),
        StateSpaceRow(try (wave * smooth).scaled(by: 1.2) + rough, states: 31),
        StateSpaceRow(try smooth * line.scaled(by: 2), states: 6),
        StateSpaceRow(line * line, states: 4),
        StateSpaceRow(line * smooth * rough, states: 6),
        StateSpaceRow(try (smooth + ConstantKernel(variance: 0.5)) * (line + rough), states: 12),
        StateSpaceRow(
          try CentredPeriodicKernel(period: 1.1, lengthScale: 3) * CentredPeriodicKernel(period: 3, lengthScale: 2),
          states: 80),
        StateSpaceRow(smooth.on(0), states: 3),
        StateSpaceRow(try CosineKernel(period: 0.9) * rough + smooth, states: 5),
      ]
    }
  }
}
