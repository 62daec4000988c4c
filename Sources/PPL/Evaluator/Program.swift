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
    /// The item of the body that first needed it, where runs stop at scores.
    var item = 0
  }

  /// A part of a run that stops at scores.
  enum Stage: Sendable {
    case steps(Range<Int>)
    /// The terms of a site have been computed.
    case score(site: Int)
    /// A scan, which stops at scores itself: the number of its step, and its own.
    case scan(step: Int, number: Int)
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

  /// What draws a site.
  final class Drawing: Sendable {
    let site: Site
    let distribution: any Distribution.Type
    /// The same, where its lanes are drawn together.
    let transformed: (any TransformedVariate.Type)?

    init(_ site: Site) {
      (self.site, distribution) = (site, type(of: site.distribution))
      transformed = distribution as? any TransformedVariate.Type
    }
  }

  /// The log density of a site, in a run that stops at scores: its terms count the densities from -1 down.
  struct Density: Sendable {
    let site: Int
    /// Whether the site is drawn: then the density is no score of the run, but of one whose draws are given.
    let isDrawn: Bool
    /// The stage that leaves it.
    let stage: Int
  }

  let slots: [Slot]
  let constants: [(slot: Int, elements: [Double])]
  let inputs: [(slot: Int, source: InputSource)]
  /// Slots that are those of the program that this one is a step of.
  let captures: [Link]
  let dataSteps: [Step]
  let steps: [Step]
  /// The parts of a run that stops at scores; empty for programs that do not.
  let stages: [Stage]
  let scans: [ScanPlan]
  let terms: [Term]
  let densities: [Density]
  /// The names of the sites that `Term.site` counts.
  let termSites: [String]
  let outputs: [Int]
  let drawings: [Drawing]
  let functions: [OpaqueFunction]
  /// The length of the unconstrained position.
  let dimension: Int

  init(
    slots: [Slot], constants: [(slot: Int, elements: [Double])], inputs: [(slot: Int, source: InputSource)],
    captures: [Link], dataSteps: [Step], steps: [Step], stages: [Stage], scans: [ScanPlan], terms: [Term],
    densities: [Density], termSites: [String], outputs: [Int], drawings: [Drawing],
    functions: [OpaqueFunction], dimension: Int
  ) {
    self.slots = slots
    self.constants = constants
    self.inputs = inputs
    self.captures = captures
    self.dataSteps = dataSteps
    self.steps = steps
    self.stages = stages
    self.scans = scans
    self.terms = terms
    self.densities = densities
    self.termSites = termSites
    self.outputs = outputs
    self.drawings = drawings
    self.functions = functions
    self.dimension = dimension
  }
}
