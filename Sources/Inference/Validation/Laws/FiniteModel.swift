import PPL

/// A finite program with a name, and the measure that it denotes: what a transformation of programs is held
/// against.
public struct FiniteModel: Sendable {
  public let name: String
  public let exact: ExactPosterior
  let program: PopulationProgram
  /// The same, of runs that remember their choices.
  let tracedProgram: PopulationProgram
  /// What is compared: the mass, and the mass of values of elements of variables.
  let integrals: [Integral]

  /// The integral of a function against the measure: of 1, or of the indicator of a value in a column of the
  /// draws.
  struct Integral: Sendable {
    let name: String
    let event: (column: Int, value: Double)?
    let exact: Double
  }

  /// The smallest share of the mass that a value's indicator is tested with: rarer ones have means whose law
  /// is far from normal. A choice, as is the number of repetitions of `PopulationLaws` that it goes with.
  static let smallestShare = 0.1

  /// Enumerates a program, and prepares it for populations. The sharpest tests are of few values, each with a
  /// tenth of the mass at least, and of scores that do not vary by orders of magnitude.
  ///
  /// - Throws: `ModelError` as `Enumeration`.
  public init<Value>(_ name: String, _ model: Model<Value>, limit: Int = 100_000) throws {
    self.name = name
    program = try PopulationProgram(model, recordsSteps: true)
    tracedProgram = try PopulationProgram(model, recordsSteps: true, keepsTraces: true)
    exact = try ExactEnumeration(limit: limit).run(model)
    var integrals = [Integral(name: "1", event: nil, exact: exact.evidence)]
    var column = 0
    for variable in exact.runs.variables {
      let measure = try exact.measure(of: variable.name)
      for element in 0..<variable.shape.count {
        let masses = measure.map { $0[element] }
        let label = variable.shape.isScalar ? variable.name : "\(variable.name)[\(element)]"
        for (value, mass) in zip(masses.elements, masses.masses) where mass >= Self.smallestShare * exact.evidence {
          integrals.append(Integral(name: "\(label) = \(shortened(value))", event: (column, value), exact: mass))
        }
        column += 1
      }
    }
    self.integrals = integrals
  }
}
