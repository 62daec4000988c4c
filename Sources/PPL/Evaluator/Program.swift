import NumericCore

/// A graph lowered to a straight-line schedule: slots for values, and steps that fill them in order.
///
/// It holds no buffers: an `Execution` does, one for each thread and number of lanes.
final class Program: Sendable {
  struct Slot: Sendable {
    let shape: Shape
    let kind: NumberKind
    /// Known before a run: computed once, when data are bound.
    let isData: Bool
    /// Depends on the position through differentiable operations.
    let hasGradient: Bool
  }

  struct Step: Sendable {
    let operation: any ArrayOperation.Type
    var inputs: [Int]
    let output: Int
    let immediate: (Int, Int, Int, Int)
    /// Value and derivatives come in one pass: the output is a term of the total and nothing else reads it.
    var isFused = false
  }

  /// A term of the total: a scalar slot and the data slot that multiplies it (nil: 1).
  struct Term: Sendable {
    let site: Int
    let slot: Int
    let weight: Int?
  }

  /// Slots of two programs, one of which is a step of the other.
  struct Link: Sendable {
    let outer: Int
    let inner: Int
  }

  struct Drawing: Sendable {
    let distribution: any Distribution.Type
    /// The same, where its lanes are drawn together.
    let transformed: (any TransformedVariate.Type)?
    let key: RandomKey
    let path: String

    init(_ distribution: any Distribution.Type, key: RandomKey, path: String) {
      (self.distribution, self.key, self.path) = (distribution, key, path)
      transformed = distribution as? any TransformedVariate.Type
    }
  }

  let slots: [Slot]
  let constants: [(slot: Int, elements: [Double])]
  let inputs: [(slot: Int, source: InputSource)]
  /// Slots that are those of the program that this one is a step of.
  let captures: [Link]
  let dataSteps: [Step]
  let steps: [Step]
  let scans: [ScanPlan]
  let terms: [Term]
  /// The names of the sites that `Term.site` counts.
  let termSites: [String]
  let outputs: [Int]
  let drawings: [Drawing]
  let functions: [OpaqueFunction]
  /// The length of the unconstrained position.
  let dimension: Int

  init(
    slots: [Slot], constants: [(slot: Int, elements: [Double])], inputs: [(slot: Int, source: InputSource)],
    captures: [Link], dataSteps: [Step], steps: [Step], scans: [ScanPlan], terms: [Term], termSites: [String], outputs: [Int], drawings: [Drawing],
    functions: [OpaqueFunction], dimension: Int
  ) {
    self.slots = slots
    self.constants = constants
    self.inputs = inputs
    self.captures = captures
    self.dataSteps = dataSteps
    self.steps = steps
    self.scans = scans
    self.terms = terms
    self.termSites = termSites
    self.outputs = outputs
    self.drawings = drawings
    self.functions = functions
    self.dimension = dimension
  }
}
