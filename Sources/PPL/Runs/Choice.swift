import NumericCore

/// A draw that a run has come to: a site, and the values of its distribution's parameters.
struct Choice: Sendable {
  let site: Site
  let parameters: [Payload]
  /// The steps that the loops around the site are at, outermost first.
  let steps: [Int]

  /// Throws where a parameter is outside of its domain, or the distribution has no draws.
  func check() throws {
    try site.checkIsProper()
    for (parameter, values) in zip(site.distribution.parameters, parameters) {
      for value in values.elements where !parameter.domain.contains(value) { throw site.invalid(parameter, value) }
    }
  }

  /// The draw of a lane of a run: the same as the schedule's.
  func draw(run: RandomKey, lane: Int) -> [Double] {
    let key = zip(site.loops, steps).reduce(run) { $1.0.key(ofStep: $1.1, run: $0) }
    let distribution = type(of: site.distribution)
    var context = RunContext(key: key, firstLane: lane)
    context.drawings = [Program.Drawing(site)]
    return DrawSite.run(
      parameters.map(\.elements), count: site.shape.count, immediate: (0, DrawSite.kind(distribution), 0, 0), &context)
  }
}

extension ArrayOperation {
  /// The operation on numbers that are given, one lane.
  static func run(
    _ inputs: [[Double]], count: Int, immediate: (Int, Int, Int, Int), _ context: inout RunContext
  ) -> [Double] {
    let scratch = scratchCount(outputCount: count, inputCounts: inputs.map(\.count), lanes: 1)
    let total = inputs.reduce(8 + Layout.rounded(count) + scratch + Layout.margin) { $0 + Layout.rounded($1.count) }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: total) { room in
      room.initialize(repeating: 0)
      guard let base = room.baseAddress else { return [] }
      var next = base + 8 + Layout.rounded(count)
      let operands = inputs.map { elements in
        for (i, element) in elements.enumerated() { next[i] = element }
        defer { next += Layout.rounded(elements.count) }
        return Operand(value: next, adjoint: nil, count: elements.count, elementStride: 1, laneStride: 1)
      }
      let output = Operand(value: base + 8, adjoint: nil, count: count, elementStride: 1, laneStride: 1)
      let body = Execution.bind(
        Self.self, output: output, inputs: operands, immediate: immediate, lanes: 1, scratch: next, zero: base)
      withUnsafePointer(to: body) { forward(Instruction($0), &context) }
      return Array(UnsafeBufferPointer(start: base + 8, count: count))
    }
  }
}
