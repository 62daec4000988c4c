import NumericCore

/// A model prepared for traces.
public struct TraceProgram: Sendable {
  let program: RunProgram

  /// - Parameters:
  ///   - recordsSteps: whether what latents of scans draw is among the values of a run.
  /// - Throws: `ModelError` for an ill-formed model.
  public init<Value>(_ model: Model<Value>, recordsSteps: Bool = true) throws {
    program = try RunProgram(model, holding: [], recordsSteps: recordsSteps)
  }

  /// A run that has yet to begin.
  public var start: Trace { program.trace(held: [:]) }

  /// A run to the end, with draws of the priors.
  ///
  /// - Parameter given: values that are taken instead of draws.
  /// - Throws: `ModelError`, `shapeMismatch` for another number of values than a site has; what a continuation throws.
  public func trace(
    key: RandomKey, lane: Int = 0, given: ((TraceAddress) -> [Double]?)? = nil
  ) throws -> Trace {
    var trace = start
    while try trace.advance(key: key, lane: lane, given: given) != nil {}
    return trace
  }
}
