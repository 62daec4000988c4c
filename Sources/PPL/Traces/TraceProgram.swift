import NumericCore

/// A model prepared for traces.
public struct TraceProgram: Sendable {
  private let origin: TraceOrigin
  var program: RunProgram { origin.program }

  /// - Parameters:
  ///   - recordsSteps: whether what latents of scans draw is among the values of a run.
  /// - Throws: `ModelError` for an ill-formed model.
  public init<Value>(_ model: Model<Value>, recordsSteps: Bool = true) throws {
    try self.init(model, recordsSteps: recordsSteps, isNetwork: true)
  }

  /// - Parameter isNetwork: whether a static program is made a network, which takes longer than a run and makes changes
  ///   fast; otherwise it runs on continuations, as dynamic ones do.
  package init<Value>(_ model: Model<Value>, recordsSteps: Bool = true, isNetwork: Bool) throws {
    let program = try RunProgram(model, holding: [], recordsSteps: recordsSteps)
    let network = try isNetwork && !program.isDynamic ? NetworkBuilder.network(of: program) : nil
    origin = TraceOrigin(program, network: network, held: [:])
  }

  /// A run that has yet to begin.
  public var start: Trace { Trace(origin) }

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
