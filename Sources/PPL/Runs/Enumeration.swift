import NumericCore

/// All runs of a program whose choices are discrete and finite in number: the measure that it denotes, exact but for
/// rounding.
///
/// The program is run once. At each choice the run is copied, and a copy goes on with each value that has a probability
/// above 0, on plates with each combination of values; depth first, on a stack of its own. A score of weight 0 ends a run:
/// recursion that scores or probabilities of 0 bound is finite. Choices that no score and no output depends on are not
/// made. Static and dynamic programs are run alike.
///
/// Cost: a copy of a run for each branch, and the evaluation of the distribution's log density for each choice.
public struct Enumeration: Sendable {
  /// Arbitrary: some seconds.
  public static let defaultLimit = 200_000

  /// A number for each run in the column of each element of each variable: named sites of the static part and returned
  /// values. Two runs may give the same numbers.
  public let runs: VariableColumns
  /// For each run the logarithm of its weight, the product of the probabilities of its choices and of its scores; finite.
  public let logWeights: [Double]

  /// - Parameters:
  ///   - limit: the number of branches, those of all choices together.
  ///   - recordsSteps: whether the draws of latents in scans are among the variables. What the model returns is in any
  ///     case.
  /// - Throws: `ModelError`: `unsupportedSite` for a choice that is continuous, improper, without an upper bound, or of
  ///   vectors, for probabilities that do not sum to 1, and for a score that is not a number or infinite;
  ///   `tooManyBranches` above the limit, also where a program that ends with probability 1 has infinitely many runs;
  ///   `invalidParameter`; and what a continuation throws.
  public init<Value>(
    _ model: Model<Value>, limit: Int = Enumeration.defaultLimit, recordsSteps: Bool = true
  ) throws {
    let instance = try model.instantiate()
    let scope = Scope()
    (runs, logWeights) = try Scope.$current.withValue(scope) {
      let (items, outputs) = try instance.forward(predicting: false, recordsSteps: recordsSteps)
      try scope.finish()
      var search = BranchSearch(PartialRun(items, outputs: outputs.map(\.element)), outputs.map(\.element), limit: limit)
      try search.run()
      let variables = outputs.map { Variable(name: $0.name, shape: $0.element.shape, kind: $0.element.kind) }
      return (VariableColumns(variables: variables, columns: search.columns), search.logWeights)
    }
    withExtendedLifetime((instance, scope)) {}
  }
}

/// A depth-first search of all runs.
private struct BranchSearch {
  private struct Branch {
    var run: PartialRun
    var logWeight: Double
    /// Whether the program has come to its end, and what is asked for is being computed.
    var isFinished = false
  }

  private let outputs: [AnyRandom]
  private let limit: Int
  private var branches: [Branch]
  private var count = 0
  private(set) var columns: [[Double]]
  private(set) var logWeights: [Double] = []

  init(_ start: PartialRun, _ outputs: [AnyRandom], limit: Int) {
    (self.outputs, self.limit) = (outputs, limit)
    branches = [Branch(run: start, logWeight: 0)]
    columns = Array(repeating: [], count: outputs.reduce(0) { $0 + $1.shape.count })
  }

  mutating func run() throws {
    while let branch = branches.popLast() { try follow(branch) }
  }

  /// Goes on to the next choice and branches there, or to the end.
  private mutating func follow(_ branch: Branch) throws {
    var branch = branch
    while true {
      switch try branch.run.next() {
      case .choice(let choice): return try ramify(branch, at: choice)
      case .score(let site, let score):
        guard score < .infinity else {
          throw ModelError.unsupportedSite(site: site, reason: "its score is \(score)", location: nil)
        }
        if score == -.infinity { return }
        branch.logWeight += score
      case .finished where branch.isFinished: return record(branch)
      case .finished:
        branch.isFinished = true
        for output in outputs.reversed() { branch.run.demand(output) }
      }
    }
  }

  private mutating func record(_ branch: Branch) {
    logWeights.append(branch.logWeight)
    for (column, element) in outputs.flatMap({ branch.run.memory[$0]?.elements ?? [] }).enumerated() {
      columns[column].append(element)
    }
  }

  /// Puts a branch for each combination of the elements' values on the stack, the first one on top.
  private mutating func ramify(_ branch: Branch, at choice: Choice) throws {
    let elements = try choice.alternatives(in: branch.run, limit: limit)
    let combinations = elements.reduce(1) { product, values in
      let (next, isTooLarge) = product.multipliedReportingOverflow(by: values.count)
      return isTooLarge ? .max : next
    }
    guard combinations <= limit - count else {
      throw ModelError.tooManyBranches(site: choice.site.path, limit: limit)
    }
    count += combinations
    for number in (0..<combinations).reversed() {
      var (rest, next, values) = (number, branch, [Double]())
      for alternatives in elements {
        let alternative = alternatives[rest % alternatives.count]
        rest /= alternatives.count
        values.append(alternative.value)
        if !Mutation.isActive(.choiceProbabilityLost) { next.logWeight += alternative.logProbability }
      }
      next.run.supply(values)
      branches.append(next)
    }
  }
}
