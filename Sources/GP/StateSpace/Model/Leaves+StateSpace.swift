import Foundation
import NumericCore

extension RadialKernel: StateSpaceKernel {
  public func stateSpaceForm(tolerance: Double) throws(KernelError) -> StateSpaceModel {
    let smoothness = try maternSmoothness()
    guard lengthScales.count == 1 else { throw .wrongDimension(dimension: lengthScales.count, expected: 1) }
    let rate = smoothness.rate / lengthScales[0]
    return StateSpaceModel(
      [
        StateSpaceBlock(
          weight: Coefficient(value: 1, slopes: [0]),
          atoms: [
            StateSpaceAtom(shape: .matern(smoothness), coefficient: Coefficient(value: rate, slopes: [-rate]))
          ])
      ], parameterCount: 1)
  }
}

extension RadialKernel {
  /// The smoothness of a Matern kernel.
  ///
  /// - Throws: `KernelError.noStateSpace` for any other.
  func maternSmoothness() throws(KernelError) -> MaternSmoothness {
    switch profile {
    case .matern12: .half
    case .matern32: .threeHalves
    case .matern52: .fiveHalves
    case .squaredExponential, .rationalQuadratic:
      throw .noStateSpace(kernel: description, expected: "a Matern kernel, such as matern52")
    }
  }
}

extension ConstantKernel: StateSpaceKernel {
  public func stateSpaceForm(tolerance: Double) -> StateSpaceModel {
    StateSpaceModel(
      [StateSpaceBlock(weight: Coefficient(value: variance, slopes: [variance]))], parameterCount: 1)
  }
}

extension LinearKernel: StateSpaceKernel {
  public func stateSpaceForm(tolerance: Double) throws(KernelError) -> StateSpaceModel {
    try validate(dimension: 1)
    return StateSpaceModel(
      [
        StateSpaceBlock(
          weight: Coefficient(value: slopeVariance, slopes: [slopeVariance, 0]),
          atoms: [StateSpaceAtom(shape: .line, coefficient: Coefficient(value: centre, slopes: [0, 1]))])
      ], parameterCount: 2)
  }
}

extension CosineKernel: StateSpaceKernel {
  public func stateSpaceForm(tolerance: Double) -> StateSpaceModel {
    let omega = 2 * Double.pi / period
    return StateSpaceModel(
      [
        StateSpaceBlock(
          weight: Coefficient(value: 1, slopes: [0]),
          atoms: [StateSpaceAtom(shape: .rotation, coefficient: Coefficient(value: omega, slopes: [-omega]))])
      ], parameterCount: 1)
  }
}

extension PeriodicKernel: StateSpaceKernel {
  /// exp(w (cos(u) - 1)) = sum_j q_j cos(j u), q_0 = exp(-w) I_0(w), q_j = 2 exp(-w) I_j(w), w = 1 / l^2 (Solin and
  /// Saerkkae, 'Explicit link between periodic covariance functions and state space models', 2014, whose truncated
  /// Taylor series has coefficients that tend to these).
  public func stateSpaceForm(tolerance: Double) throws(KernelError) -> StateSpaceModel {
    let series = try HarmonicSeries(self, tolerance: tolerance)
    return model(series.harmonics)
  }

  /// Harmonics of this period, the first being the constant: weights with their slopes in log l.
  fileprivate func model(_ harmonics: [(weight: Double, slope: Double)], first: Int = 0) -> StateSpaceModel {
    let blocks = harmonics.enumerated().map { i, harmonic in
      let omega = 2 * Double.pi * Double(first + i) / period
      return StateSpaceBlock(
        weight: Coefficient(value: harmonic.weight, slopes: [0, harmonic.slope]),
        atoms: omega > 0
          ? [StateSpaceAtom(shape: .rotation, coefficient: Coefficient(value: omega, slopes: [-omega, 0]))] : [])
    }
    return StateSpaceModel(blocks, parameterCount: 2)
  }
}

extension CentredPeriodicKernel: StateSpaceKernel {
  /// sum_(j > 0) q_j cos(j u) / sum_(j > 0) q_j, with q_j as for `PeriodicKernel`.
  public func stateSpaceForm(tolerance: Double) throws(KernelError) -> StateSpaceModel {
    let whole = try PeriodicKernel(period: period, lengthScale: lengthScale)
    let series = try HarmonicSeries(whole, tolerance: tolerance)
    let (total, change) = series.waves
    return whole.model(
      series.harmonics.dropFirst().map { weight, slope in
        (weight / total, slope / total - weight / total * (change / total))
      }, first: 1)
  }
}

/// The Fourier series of a periodic kernel, up to where less than a share of its variance about its mean is left.
private struct HarmonicSeries {
  /// From the constant on, with derivatives in log l.
  var harmonics: [(weight: Double, slope: Double)] = []
  /// The sum of all weights but the constant's, those left out included.
  var waves = (weight: 0.0, slope: 0.0)

  /// Beyond any number of states that is allowed.
  private static let mostHarmonics = StateSpaceModel.mostStates
  /// All is constant, but for its first wave, from far above this w on; nothing underflows.
  private static let smallestWeight = 1e-100

  init(_ kernel: PeriodicKernel, tolerance: Double) throws(KernelError) {
    let w = max(1 / (kernel.lengthScale * kernel.lengthScale), Self.smallestWeight)
    func bessel(_ j: Int) -> Double { scaledBesselI(Double(abs(j)), w) }
    var all: [(weight: Double, slope: Double)] = []
    repeat {
      let j = all.count
      guard j <= Self.mostHarmonics else {
        throw .noStateSpace(
          kernel: kernel.description, expected: "a length scale that needs at most \(Self.mostHarmonics) harmonics")
      }
      let factor = j == 0 ? 1.0 : 2
      let value = bessel(j)
      // d w / d log l = -2 w.
      let slope = -2 * w * (0.5 * (bessel(j - 1) + bessel(j + 1)) - value)
      all.append((factor * value, factor * slope))
      if j > 0 { waves = (waves.weight + factor * value, waves.slope + factor * slope) }
    } while all.count < 3 || all[all.count - 1].weight > 0x1p-60 * waves.weight
    var kept = all.count
    var rest = 0.0
    while kept > 2, rest + all[kept - 1].weight < tolerance * waves.weight {
      rest += all[kept - 1].weight
      kept -= 1
    }
    harmonics = Array(all.prefix(kept))
  }
}

extension SpectralMixtureKernel: StateSpaceKernel {
  public func stateSpaceForm(tolerance: Double) throws(KernelError) -> StateSpaceModel {
    guard envelope == .studentT else {
      throw .noStateSpace(kernel: description, expected: "an envelope `studentT`")
    }
    let smoothness = MaternSmoothness.fiveHalves
    let blocks = components.enumerated().map { q, component in
      func coefficient(_ value: Double, _ slope: Double, _ coordinate: Int) -> Coefficient {
        var result = Coefficient(value: value, slopes: Array(repeating: 0, count: parameterCount))
        result.slopes[3 * q + coordinate] = slope
        return result
      }
      let rate = smoothness.rate / component.lengthScale
      var block = StateSpaceBlock(
        weight: coefficient(component.weight, component.weight, 0),
        atoms: [StateSpaceAtom(shape: .matern(smoothness), coefficient: coefficient(rate, -rate, 1))])
      if component.frequency != 0 {
        let frequency = coefficient(2 * Double.pi * component.frequency, 2 * Double.pi, 2)
        block.atoms.append(StateSpaceAtom(shape: .rotation, coefficient: frequency))
      }
      return block
    }
    return StateSpaceModel(blocks, parameterCount: parameterCount)
  }
}
