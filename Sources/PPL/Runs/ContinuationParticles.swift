import NumericCore

/// The runs of a dynamic program: one continuation for each particle.
final class ContinuationParticles: Particles {
  /// The number of particles that a core takes at a time.
  private static let blockSize = 64

  private var runs: [PartialRun]
  private var key: RandomKey
  private let outputs: [AnyRandom]
  private let variables: [Variable]

  init(_ start: PartialRun, _ outputs: [AnyRandom], _ variables: [Variable], count: Int, key: RandomKey) {
    runs = Array(repeating: start, count: count)
    (self.outputs, self.variables, self.key) = (outputs, variables, key)
  }

  private init(_ other: ContinuationParticles, key: RandomKey) {
    (runs, outputs, variables, self.key) = (other.runs, other.outputs, other.variables, key)
  }

  func copy(key: RandomKey) -> any Particles { ContinuationParticles(self, key: key) }

  func advance(_ increments: inout [Double]) throws -> Bool {
    let key = key
    let scores = try runs.concurrentMap(block: Self.blockSize) { run, i in
      try run.nextScore(key: key, lane: Mutation.isActive(.futureShared) ? 0 : i)
    }
    return increments.take(scores)
  }

  func site(ofParticle particle: Int) -> String { runs[particle].lastSite }

  func resample(_ ancestors: [Int], key: RandomKey) {
    runs = ancestors.map { runs[$0] }
    self.key = key
  }

  /// The cost of delayed sampling so far, of all runs.
  var arcReversals: Int { runs.reduce(0) { $0 + ($1.delayed?.reversals ?? 0) } }

  func values() throws -> VariableColumns {
    var columns = variables.flatMap { Array(repeating: [Double](), count: $0.shape.count) }
    for lane in runs.indices {
      var column = 0
      for output in outputs {
        runs[lane].demand(output)
        _ = try runs[lane].nextScore(key: key, lane: Mutation.isActive(.futureShared) ? 0 : lane)
        for element in runs[lane].elements(of: output) {
          columns[column].append(element)
          column += 1
        }
      }
    }
    return VariableColumns(variables: variables, columns: columns)
  }
}

extension PartialRun {
  /// Runs on to the next score with draws of the priors; nil at the end.
  mutating func nextScore(key: RandomKey, lane: Int) throws -> Double? {
    delayed?.source = (key, lane)
    while true {
      switch try next() {
      case .choice(let choice):
        try choice.check()
        supply(choice.draw(run: key, lane: lane))
      case .score(_, let score): return score
      case .finished: return nil
      }
    }
  }
}
