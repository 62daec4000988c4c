import Foundation

/// sum_q w_q m((x - y) / l_q) cos(2 pi f_q (x - y)) on the line: a spectrum that is a mixture of densities
/// around frequencies f_q, normal or Student t (Wilson and Adams 2013; Fang et al. 2024, equations 5 and 6).
///
/// Derivatives up to order 4 in all.
public struct SpectralMixtureKernel: Kernel {
  public struct Component: Sendable, Equatable {
    /// A variance.
    public var weight: Double
    /// Over which the component's waves keep their phase.
    public var lengthScale: Double
    /// Cycles a unit of x; 0 for no waves.
    public var frequency: Double

    public init(weight: Double, lengthScale: Double, frequency: Double) {
      (self.weight, self.lengthScale, self.frequency) = (weight, lengthScale, frequency)
    }
  }

  public let envelope: SpectralEnvelope
  public private(set) var components: [Component]

  /// - Throws: `invalidParameter` unless weights and length scales are positive and all is finite;
  ///   `emptyKernel`.
  public init(_ envelope: SpectralEnvelope, _ components: [Component]) throws(KernelError) {
    guard !components.isEmpty else { throw .emptyKernel(kernel: "a spectral mixture") }
    for component in components {
      for (name, value) in [("weight", component.weight), ("lengthScale", component.lengthScale)]
      where !(value > 0 && value.isFinite) {
        throw .invalidParameter(name: name, value: value, expected: "> 0 and finite")
      }
      guard component.frequency.isFinite else {
        throw .invalidParameter(name: "frequency", value: component.frequency, expected: "finite")
      }
    }
    (self.envelope, self.components) = (envelope, components)
  }

  /// A variance of 1 in equal parts, at frequencies in equal steps from 0 to `highest`: the start that Fang
  /// et al. use.
  public init(
    _ envelope: SpectralEnvelope, components count: Int, upTo highest: Double, lengthScale: Double
  ) throws(KernelError) {
    let step = count > 1 ? highest / Double(count - 1) : 0
    try self.init(
      envelope,
      (0..<max(count, 0)).map {
        Component(weight: 1 / Double(count), lengthScale: lengthScale, frequency: step * Double($0))
      })
  }

  public var description: String {
    "spectralMixture(\(envelope), \(components.map(\.frequency.fourDigits).joined(separator: ", ")))"
  }

  public var parameterList: [KernelParameter] {
    components.indices.flatMap {
      [
        KernelParameter("weight[\($0)]", .variance),
        KernelParameter("lengthScale[\($0)]", .lengthScale(coordinate: 0)),
        KernelParameter("frequency[\($0)]", .frequency(coordinate: 0)),
      ]
    }
  }

  public var parameters: [Double] {
    get { components.flatMap { [log($0.weight), log($0.lengthScale), $0.frequency] } }
    set {
      for q in components.indices {
        components[q] = Component(
          weight: exp(newValue[3 * q]), lengthScale: exp(newValue[3 * q + 1]), frequency: newValue[3 * q + 2])
      }
    }
  }

  public func validate(dimension: Int) throws(KernelError) {
    guard dimension == 1 else { throw .wrongDimension(dimension: dimension, expected: 1) }
  }

  public func evaluate(_ pairs: PointPairs, into values: UnsafeMutablePointer<Double>) {
    values.update(repeating: 0, count: pairs.count)
    for q in components {
      let (inverse, omega) = (1 / q.lengthScale, 2 * Double.pi * q.frequency)
      for i in 0..<pairs.count {
        let r = pairs.difference(i, 0)
        values[i] += q.weight * envelope.derivative(0, r * inverse) * cos(omega * r)
      }
    }
  }

  public func accumulateGradient(
    _ pairs: PointPairs, adjoint: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    for (number, q) in components.enumerated() {
      let (inverse, omega) = (1 / q.lengthScale, 2 * Double.pi * q.frequency)
      var (weight, length, frequency) = (0.0, 0.0, 0.0)
      for i in 0..<pairs.count {
        let r = pairs.difference(i, 0)
        let (m, slope) = (envelope.derivative(0, r * inverse), envelope.derivative(1, r * inverse))
        let (c, s) = (adjoint[i] * q.weight * cos(omega * r), adjoint[i] * q.weight * sin(omega * r))
        weight += m * c
        length -= slope * r * inverse * c
        frequency -= 2 * Double.pi * r * m * s
      }
      gradient[3 * number] += weight
      gradient[3 * number + 1] += length
      gradient[3 * number + 2] += frequency
    }
  }

  public func supports(_ derivative: KernelDerivative) -> Bool {
    derivative.total <= SpectralEnvelope.highestOrder
  }

  /// k^(n)(r) = sum_q w_q sum_j C(n, j) m^(j) omega^(n-j) cos(omega r + (n - j) pi / 2), with a sign for each
  /// order in y.
  public func evaluate(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>
  ) {
    let n = derivative.total
    let sign = derivative.second[0] % 2 == 0 ? 1.0 : -1
    values.update(repeating: 0, count: pairs.count)
    for q in components {
      let (inverse, omega) = (1 / q.lengthScale, 2 * Double.pi * q.frequency)
      for j in 0...n {
        let scale =
          sign * q.weight * KernelDerivative.binomial(n, j) * pow(inverse, Double(j))
          * pow(omega, Double(n - j))
        let phase = Double(n - j) * Double.pi / 2
        for i in 0..<pairs.count {
          let r = pairs.difference(i, 0)
          values[i] += scale * envelope.derivative(j, r * inverse) * cos(omega * r + phase)
        }
      }
    }
  }

  public func coordinates(dimension: Int) -> Set<Int> { [0] }
  public var isStationary: Bool { true }

  public func spectralDensity(at omega: [Double]) -> Double? {
    components.reduce(0) { sum, q in
      let centre = 2 * Double.pi * q.frequency
      let (up, down) = (q.lengthScale * (omega[0] - centre), q.lengthScale * (omega[0] + centre))
      return sum
        + 0.5 * q.weight * q.lengthScale * (envelope.spectralDensity(up) + envelope.spectralDensity(down))
    }
  }
}
