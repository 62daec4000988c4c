import Foundation
import NumericCore
import PPL

/// Exact inference in a program of finitely many discrete choices, by running all of them: what the sampling of other
/// methods is held against.
///
///     let posterior = try ExactEnumeration().run(model)
///     posterior.evidence
///     try posterior.probabilities(of: "state")[[2]]
///
/// Any program is taken, static or dynamic, whose choices are discrete with finite support: see `Enumeration` of `PPL`.
public struct ExactEnumeration: Sendable {
  /// The number of branches that are allowed for, those of all choices together.
  public var limit: Int
  /// Whether the draws of latents in scans are kept.
  public var recordsSteps: Bool

  public init(limit: Int = Enumeration.defaultLimit, recordsSteps: Bool = true) {
    (self.limit, self.recordsSteps) = (limit, recordsSteps)
  }

  /// - Throws: `ModelError` for a program that cannot be enumerated within the limit; it names the site.
  ///   `InferenceError.invalidSetting` for a limit below 1.
  public func run<Value>(_ model: Model<Value>) throws -> ExactPosterior {
    try checkCount("limit", limit)
    return ExactPosterior(try Enumeration(model, limit: limit, recordsSteps: recordsSteps))
  }
}

/// The measure that a program denotes: all of its runs, with their weights.
public struct ExactPosterior: Sendable {
  /// The runs, one in each row; several may have the same values.
  public let runs: VariableColumns
  public let logWeights: [Double]
  /// The logarithm of the mass; -infinity where every run has weight 0.
  public let logEvidence: Double

  init(_ enumeration: Enumeration) {
    (runs, logWeights) = (enumeration.runs, enumeration.logWeights)
    logEvidence = logSumExp(logWeights)
  }

  /// The mass: the probability of the data, where all scores are those of data.
  public var evidence: Double { exp(logEvidence) }

  /// The unnormalised measure of a variable: for each of its values, the sum of the weights of the runs that have it.
  ///
  /// - Throws: `InferenceError.unknownVariable`.
  public func measure(of name: String) throws -> FiniteMeasure<[Double]> {
    let columns = try columns(of: name)
    return try FiniteMeasure(logWeights.enumerated().map { run, logWeight in (columns.map { $0[run] }, exp(logWeight)) })
  }

  /// The posterior probability of each value of a variable.
  ///
  /// - Throws: `InferenceError.unknownVariable`; `FiniteChainError.zeroMass` where every run has weight 0.
  public func probabilities(of name: String) throws -> FiniteMeasure<[Double]> {
    let columns = try columns(of: name)
    guard logEvidence > -.infinity else { throw FiniteChainError.zeroMass }
    return try FiniteMeasure(
      logWeights.enumerated().map { run, logWeight in (columns.map { $0[run] }, exp(logWeight - logEvidence)) })
  }

  /// The posterior mean of an element of a variable.
  ///
  /// - Throws: as `probabilities(of:)`.
  public func mean(of name: String, element: Int = 0) throws -> Double {
    let probabilities = try probabilities(of: name)
    guard try columns(of: name).indices.contains(element) else {
      throw InferenceError.unknownVariable("\(name)[\(element)]", known: runs.variables.map(\.name))
    }
    return probabilities.integral { $0[element] }
  }

  private func columns(of name: String) throws -> [[Double]] {
    guard let columns = runs[name] else {
      throw InferenceError.unknownVariable(name, known: runs.variables.map(\.name))
    }
    return columns
  }
}
