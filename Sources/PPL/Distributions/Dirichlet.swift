import NumericCore

/// The Dirichlet distribution on simplices, density proportional to the product of x_i^(a_i - 1).
public struct Dirichlet: Distribution {
  public typealias Value = [Double]
  public let parameters: [Parameter]
  public var support: Support { .simplex }

  /// - Parameter concentration: a positive number for each category.
  public init(_ concentration: some RealArgument) {
    parameters = [Parameter("concentration", concentration, .positive)]
  }

  public func shape(ofPlate plate: Int?, site: String, at location: SourceLocation) throws(ModelError) -> Shape {
    guard case .vector(let n) = parameters[0].value.shape, n > 0 else {
      throw .shapeMismatch(
        operation: "Dirichlet at `\(site)` with concentration", shapes: [parameters[0].value.shape],
        location: location)
    }
    return .vector(n)
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let a = parameters[0].value
    let powers = AnyRandom.binary(PowerLog.self, a - 1, x.logarithm)
    return LogDensityTerms(powers.sum + a.sum.logGamma - a.logGamma.sum)
  }

  public static func draw(
    _ p: DrawParameters, into value: UnsafeMutableBufferPointer<Double>, using stream: inout RandomStream
  ) {
    // In logarithms: tiny concentrations give gamma variates that underflow.
    var largest = -Double.infinity
    for (i, a) in p.array(0).enumerated() {
      value[i] = (try? stream.logGammaVariate(shape: a)) ?? .nan
      largest = max(largest, value[i])
    }
    var total = 0.0
    for i in value.indices {
      value[i] = Double.exp(value[i] - largest)
      total += value[i]
    }
    for i in value.indices { value[i] /= total }
  }
}

/// power * log x, and 0 where the power is 0.
public enum PowerLog: BinaryFunction {
  public static var name: String { "powerLog" }
  @inlinable public static func value<T: RealLane>(_ power: T, _ logX: T) -> T {
    T.select(T.equal(power, T(lane: 0)), T(lane: 0), power * logX)
  }
  @inlinable public static func partials<T: RealLane>(_ power: T, _ logX: T, value y: T) -> (T, T) { (logX, power) }
}
