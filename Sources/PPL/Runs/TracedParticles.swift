import NumericCore

/// Runs that remember their choices, so that kernels can move them: one trace for each particle, of any program.
final class TracedParticles: Particles {
  /// The number of particles that a core takes at a time.
  private static let blockSize = 4

  private(set) var traces: [Trace]
  private var key: RandomKey

  init(_ start: Trace, count: Int, key: RandomKey) {
    var start = start
    start.keepsEnding = true
    traces = Array(repeating: start, count: count)
    self.key = key
  }

  private init(_ other: TracedParticles, key: RandomKey) { (traces, self.key) = (other.traces, key) }

  func copy(key: RandomKey) -> any Particles { TracedParticles(self, key: key) }

  func advance(_ increments: inout [Double]) throws -> Bool {
    let key = key
    let scores = try map { trace, i in try trace.advance(key: key, lane: i) }
    return increments.take(scores)
  }

  func site(ofParticle particle: Int) -> String { traces[particle].lastSite }

  func resample(_ ancestors: [Int], key: RandomKey) {
    traces = ancestors.map { traces[$0] }
    self.key = key
  }

  func values() throws -> VariableColumns {
    let rows = try traces.map { try $0.values() }
    let columns = rows[0].columns.indices.map { column in rows.map { $0.columns[column][0] } }
    return VariableColumns(variables: rows[0].variables, columns: columns)
  }

  /// Calls a function for each trace, on all cores.
  func map<Result: Sendable>(_ body: @escaping @Sendable (inout Trace, Int) throws -> Result) throws -> [Result] {
    try traces.concurrentMap(block: Self.blockSize, body)
  }
}
