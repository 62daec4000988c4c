import NumericCore

/// How many of a number of trials fall on each category, drawn with the probabilities of a simplex:
/// n! prod p_i^(k_i) / k_i!, for counts that sum to n.
public struct Multinomial: Distribution {
  public typealias Value = [Int]
  public let parameters: [Parameter]
  public var support: Support { .integers(0, parameters[0].value) }

  public init(trials: some RealArgument, _ probabilities: some RealArgument) {
    parameters = [Parameter("trials", trials, .natural), Parameter("probabilities", probabilities, .simplex)]
  }

  public func shape(ofPlate plate: Int?, site: String, at location: SourceLocation) throws(ModelError) -> Shape {
    guard case .vector(let n) = parameters[1].value.shape, n > 0, parameters[0].value.shape.isScalar else {
      throw .shapeMismatch(
        operation: "Multinomial at `\(site)` with trials and probabilities",
        shapes: parameters.map(\.value.shape), location: location)
    }
    return .vector(n)
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let (trials, probabilities) = (parameters[0].value, parameters[1].value)
    let powers = AnyRandom.binary(Elementary.XLogY.self, x, probabilities) - (x + 1).logGamma
    // log 1 or log 0.
    let isWhole = AnyRandom.binary(Elementary.Equal.self, x.sum, trials).logarithm
    return LogDensityTerms((trials + 1).logGamma + powers.sum + isWhole)
  }

  public static func draw(
    _ p: DrawParameters, into value: UnsafeMutableBufferPointer<Double>, using stream: inout RandomStream
  ) {
    let counts = Int(exactly: p[0]).flatMap { try? stream.multinomial(trials: $0, weights: Array(p.array(1))) }
    for i in value.indices { value[i] = counts.map { Double($0[i]) } ?? .nan }
  }
}
