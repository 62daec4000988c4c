/// A hyper-parameter of a kernel: its name, and what it means for the process, from which a default prior
/// follows. Its coordinate is the logarithm, except where `role` says otherwise, so that all of R is allowed.
public struct KernelParameter: Sendable, Equatable {
  public enum Role: Sendable, Equatable {
    /// A variance, in squared units of the values.
    case variance
    /// A length in units of coordinate `coordinate` of the inputs.
    case lengthScale(coordinate: Int)
    /// A period in units of the coordinate.
    case period(coordinate: Int)
    /// Cycles a unit of the coordinate; itself its coordinate, without a logarithm.
    case frequency(coordinate: Int)
    /// The variance of a slope, in squared units of the values over those of the coordinate.
    case slopeVariance(coordinate: Int)
    /// Without units.
    case shape
    /// A point on the axis, as the centre of a linear kernel; itself its coordinate, without a logarithm.
    case location(coordinate: Int)
  }

  public var name: String
  public var role: Role

  public init(_ name: String, _ role: Role) { (self.name, self.role) = (name, role) }

  /// Whether the coordinate is the logarithm of the value.
  public var isLogarithmic: Bool {
    switch role {
    case .variance, .lengthScale, .period, .slopeVariance, .shape: true
    case .frequency, .location: false
    }
  }
}
