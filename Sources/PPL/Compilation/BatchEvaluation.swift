import NumericCore

/// A named value of many draws.
public struct Variable: Sendable, Hashable {
  public let name: String
  public let shape: Shape
  public let kind: NumberKind

  public init(name: String, shape: Shape, kind: NumberKind = .real) {
    (self.name, self.shape, self.kind) = (name, shape, kind)
  }
}

/// What a batch of draws is given for its inputs.
enum BatchInput {
  /// Unconstrained positions, draw after draw.
  case positions([Double])
  /// The values of sites: for each element of a site, a number for each draw.
  case sites([String: [[Double]]])
}

/// Expressions to be evaluated for many draws, with draws as lanes.
struct BatchEvaluation: Sendable {
  /// Enough lanes to fill vectors, few enough to stay in cache.
  private static let lanes = 128

  let variables: [Variable]
  private let program: Program
  private let data: DataBlock

  /// - Parameter treatment: what stands in for a latent.
  init(
    _ outputs: [(name: String, element: AnyRandom)], terms: [ScoreTerm] = [], runs: [AnyRandom] = [],
    dimension: Int = 0, treatment: @escaping (Site) throws -> Lowering.Treatment
  ) throws {
    let lowering = try Lowering(terms: terms, treatment: treatment)
    for output in outputs { try lowering.output(output.element) }
    for run in runs { try lowering.run(run) }
    variables = outputs.map { Variable(name: $0.name, shape: $0.element.shape, kind: $0.element.kind) }
    program = lowering.finish(dimension: dimension)
    data = DataBlock(program, constants: program.constants.map(\.elements))
  }

  /// For each element of each variable, in order, a number for each draw; and the total of each draw.
  ///
  /// The draws of sites are keyed by the run's key, the site and the number of the draw.
  func run(
    _ input: BatchInput, count: Int, key: RandomKey, first: Int = 0
  ) throws -> (columns: [[Double]], totals: [Double]) {
    let firstLane = first
    // Whole vectors: with no lane left over for a scalar loop, a lane's numbers do not depend on how many there are.
    let lanes = min(Self.lanes, (max(count, 1) + 7) & ~7)
    let execution = Execution(program, data: data, lanes: lanes, gradient: false)
    execution.context.pointee.key = key
    let width = variables.reduce(0) { $0 + $1.shape.count }
    var columns = Array(repeating: [Double](), count: width)
    for i in columns.indices { columns[i].reserveCapacity(count) }
    var totals: [Double] = []
    for first in stride(from: 0, to: count, by: lanes) {
      let filled = min(lanes, count - first)
      execution.context.pointee.firstLane = firstLane + first
      execution.context.pointee.laneCount = filled
      // Lanes beyond the last draw repeat it; what they give is not read.
      switch input {
      case .positions(let positions):
        let dimension = program.dimension
        for l in 0..<lanes {
          let draw = min(first + l, count - 1)
          for i in 0..<dimension { execution.position[i * lanes + l] = positions[draw * dimension + i] }
        }
      case .sites(let sites):
        for (slot, source) in program.inputs {
          guard case .site(let path) = source, let values = sites[path] else { continue }
          let to = execution.pointer(to: slot)
          for (e, column) in values.enumerated() {
            for l in 0..<lanes { to[e * lanes + l] = column[min(first + l, count - 1)] }
          }
        }
      }
      execution.forward()
      if let failure = execution.context.pointee.failure { throw failure }
      var column = 0
      for (variable, slot) in zip(variables, program.outputs) {
        let from = execution.pointer(to: slot)
        let isData = program.slots[slot].isData
        for e in 0..<variable.shape.count {
          for l in 0..<filled { columns[column].append(isData ? from[e] : from[e * lanes + l]) }
          column += 1
        }
      }
      for l in 0..<filled {
        let total = execution.total(lane: l)
        if total.isNaN {
          let site = execution.totalBySite(lane: l).firstIndex(where: \.isNaN).map { program.termSites[$0] }
          throw ModelError.scoreNotANumber(site: site ?? "", particle: firstLane + first + l)
        }
        totals.append(total)
      }
    }
    return (columns, totals)
  }
}
