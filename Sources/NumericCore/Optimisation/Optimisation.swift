/// What keeps an optimisation from starting.
public enum OptimisationError: Error, Equatable, Sendable, CustomStringConvertible {
  case invalidSetting(name: String, value: Double, expected: String)
  /// The objective or its gradient is not finite at the start.
  case invalidStart(value: Double)

  public var description: String {
    switch self {
    case .invalidSetting(let name, let value, let expected): "\(name) = \(value), expected \(expected)"
    case .invalidStart(let value): "the objective at the start is \(value), or its gradient is not finite"
    }
  }
}

/// Why an optimisation ended.
public enum Convergence: Sendable, Equatable {
  /// No element of the gradient exceeds its tolerance.
  case gradientIsSmall
  /// The objective changes by less than its tolerance.
  case changeIsSmall
  case iterationLimit
  /// No step was found that decreases the objective: it is as low as rounding allows, or not smooth.
  case lineSearchFailed
}

/// Where an optimisation ended.
public struct Optimum: Sendable {
  public let position: [Double]
  public let value: Double
  /// The largest magnitude among the gradient's elements.
  public let gradientSize: Double
  public let iterations: Int
  public let evaluations: Int
  public let convergence: Convergence
  /// The objective after each iteration.
  public let history: [Double]
}

/// A smooth objective: returns its value at a position, and writes its gradient.
public typealias Objective = (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Double

extension DifferentiableLogDensity {
  /// -log density, to be minimised; the closure owns one workspace and serves one thread.
  public func negated() -> Objective {
    var workspace = makeWorkspace()
    return { position, gradient in
      var span = gradient.mutableSpan
      let value = self.logDensity(at: position.span, gradient: &span, workspace: &workspace)
      for i in gradient.indices { gradient[i] = -gradient[i] }
      return -value
    }
  }
}
