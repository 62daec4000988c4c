import Foundation
import PPL

/// A model whose posterior is known: what an inference as a whole is held against.
public struct ReferenceModel: Sendable {
  /// The posterior mean of a function of an element of a variable.
  public struct Expectation: Sendable {
    public let name: String
    let variable: String
    let element: Int
    let function: @Sendable (Double) -> Double
    let exact: Double

    /// - Parameter name: of the function, such as "x^2".
    public init(
      _ name: String, of variable: String, element: Int = 0, equals exact: Double,
      _ function: @escaping @Sendable (Double) -> Double = { $0 }
    ) {
      (self.name, self.variable, self.element) = (name, variable, element)
      (self.exact, self.function) = (exact, function)
    }
  }

  public let name: String
  /// Nil where it is not known.
  public let evidence: Double?
  public let expectations: [Expectation]
  let sample: @Sendable (any PosteriorSampler, UInt64) async throws -> PosteriorSample

  /// - Parameter expectations: by formulas, quadrature or publications.
  public init<Value>(
    _ name: String, _ model: Model<Value>, evidence: Double? = nil, expectations: [Expectation]
  ) {
    (self.name, self.evidence, self.expectations) = (name, evidence, expectations)
    sample = { try await $0.posteriorSample(of: model, seed: $1) }
  }

  /// A finite model, enumerated: the posterior probabilities of values, those above a tenth.
  ///
  /// - Throws: `ModelError` as `Enumeration`; `FiniteChainError.zeroMass`.
  public init<Value>(enumerating name: String, _ model: Model<Value>) throws {
    let exact = try ExactEnumeration(recordsSteps: false).run(model)
    var expectations: [Expectation] = []
    for variable in exact.runs.variables {
      let law = try exact.probabilities(of: variable.name)
      for element in 0..<variable.shape.count {
        let marginal = law.map { $0[element] }
        for (value, probability) in zip(marginal.elements, marginal.masses)
        where probability >= FiniteModel.smallestShare {
          let label = variable.shape.isScalar ? variable.name : "\(variable.name)[\(element)]"
          expectations.append(
            Expectation("\(label) = \(shortened(value))", of: variable.name, element: element, equals: probability) {
              $0 == value ? 1 : 0
            })
        }
      }
    }
    self.init(name, model, evidence: exact.evidence, expectations: expectations)
  }
}
