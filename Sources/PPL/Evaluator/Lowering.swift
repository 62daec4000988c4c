import NumericCore

/// Builds a `Program`: walks the graph from what is asked for, shares what is equal, and separates what data alone
/// determine.
///
/// The body of a scan is lowered to a program of its own, by a lowering inside of this one. What does not depend on the
/// step is left to the outer program, which computes it once.
final class Lowering {
  /// What stands in for a latent: a transform of the position, a given value, a draw.
  enum Treatment: Sendable {
    case expression(AnyRandom)
    /// A value from outside of the site's loop that has the values of all steps.
    case steps(AnyRandom)
    case given
    case drawn
  }

  /// Where a value is: in a slot of this program, or of the one that this one is a step of.
  enum Place {
    case here(Int)
    case outside(Int)
  }

  struct ApplicationKey: Hashable {
    let operation: ObjectIdentifier
    let inputs: [Int]
    let immediate: [Int]
  }

  /// Whose log densities are terms of runs that stop at scores.
  enum Densities {
    case none
    /// Those of sites that are given: they are scores.
    case ofGiven
    /// Those of sites that are drawn too.
    case ofAll
  }

  let treatment: (Site) throws -> Treatment
  let densities: Densities
  /// What is added to the total; nil where runs stop at scores, which are lowered in their order.
  private let scoreTerms: [ScoreTerm]?
  /// Whether runs stop at scores.
  var stopsAtScores: Bool { scoreTerms == nil }
  /// The lowering that this one is a step of; nil at the top.
  unowned let outer: Lowering?
  /// The loop whose steps these are; nil at the top.
  let loop: Loop?
  /// How often the program runs for once of the outer one.
  let repetitions: Int

  // Where the values of what was met are.
  var placeOfNode: [NodeID: Place] = [:]
  var slotOfApplication: [ApplicationKey: Int] = [:]
  var slotOfSite: [String: Int] = [:]
  var slotOfInput: [InputSource: Int] = [:]
  var slotOfCapture: [Int: Int] = [:]
  var retained: [AnyRandom] = []
  var scans: [ScanLowering] = []

  // The program so far.
  private(set) var slots: [Program.Slot] = []
  private(set) var producer: [Int: Program.Step] = [:]
  private(set) var dataSteps: [Program.Step] = []
  private(set) var steps: [Program.Step] = []
  private(set) var terms: [Program.Term] = []
  private(set) var termSites: [String] = []
  /// What the terms of each density are of: the slot of its site, and whether that is drawn.
  private var densitySites: [(slot: Int, isDrawn: Bool)] = []
  private(set) var outputs: [Int] = []
  private var items: [RunItem] = []
  private var currentItem = 0
  var constants: [(slot: Int, elements: [Double])] = []
  var inputs: [(slot: Int, source: InputSource)] = []
  var captures: [Program.Link] = []
  var sequences: [Program.Link] = []
  var drawings: [Program.Drawing] = []
  var functions: [OpaqueFunction] = []
  /// Slots that depend on the position through an opaque function: their derivatives are not known.
  var severed: Set<Int> = []

  /// - Parameters:
  ///   - terms: what adds up to the total; those of a loop are lowered with its scan, where that is asked for.
  ///   - treatment: what stands in for a latent.
  init(terms: [ScoreTerm] = [], treatment: @escaping (Site) throws -> Treatment) throws {
    (scoreTerms, self.treatment, outer, loop, repetitions) = (terms, treatment, nil, nil, 1)
    densities = .none
    try addScores(of: [])
  }

  /// The lowering of a program whose runs stop at scores.
  init(
    stoppingAt items: [RunItem], densities: Densities = .none, treatment: @escaping (Site) throws -> Treatment
  ) throws {
    (scoreTerms, self.treatment, outer, loop, repetitions) = (nil, treatment, nil, nil, 1)
    self.densities = densities
    try addScores(of: items)
  }

  /// The lowering of a scan's steps.
  init(_ body: ScanBody, inside outer: Lowering) {
    (scoreTerms, treatment, densities) = (outer.scoreTerms, outer.treatment, outer.densities)
    (self.outer, loop, repetitions) = (outer, body.loop, body.count)
  }

  // MARK: What is asked for

  /// Asks for a value.
  func output(_ expression: AnyRandom) throws { outputs.append(slot(at: try place(of: expression))) }

  /// Asks for what is scored while a value is computed.
  func run(_ expression: AnyRandom) throws { _ = try place(of: expression) }

  /// Adds the terms of this loop (at the top: of no loop) to the total, or lowers the items of the body.
  func addScores(of items: [RunItem]) throws {
    guard let scoreTerms else { return try addStages(items) }
    for term in scoreTerms where term.loop == loop {
      termSites.append(term.site)
      for expression in term.expressions {
        switch try place(of: expression) {
        case .here(let slot): try addTerm(slot, weight: nil)
        case .outside(let slot): try outer?.addRepeatedTerm(slot, weight: nil, times: repetitions, site: term.site)
        }
      }
    }
  }

  private func addStages(_ items: [RunItem]) throws {
    self.items = items
    for item in items {
      switch item {
      case .run(let run): _ = try place(of: run)
      case .score(let site, let expressions, _):
        termSites.append(site)
        for expression in expressions { try addTerm(slot(at: place(of: expression)), weight: nil) }
      }
      currentItem += 1
    }
  }

  /// A term of a loop that is the same at each step.
  private func addRepeatedTerm(_ slot: Int, weight: Int?, times: Int, site: String) throws {
    guard times > 0 else { return }
    termSites.append(site)
    try addTerm(slot, weight: scaled(weight, by: self.slot(at: placeOfConstant(Double(times)))))
  }

  /// Adds what a scan scores under the name of a site.
  func addScanTotal(_ slot: Int, site: String) {
    termSites.append(site)
    terms.append(Program.Term(site: termSites.count - 1, slot: slot, weight: nil))
  }

  /// Adds the log density of a site, whose place is known, under a number of its own.
  func addDensity(of site: Site, at value: AnyRandom, _ slot: Int, isDrawn: Bool) throws {
    densitySites.append((slot, isDrawn))
    let number = -densitySites.count
    for expression in site.distribution.terms(of: value) + site.distribution.support.terms(of: value) {
      try addTerm(self.slot(at: place(of: expression)), weight: nil, number)
    }
  }

  /// - Parameter number: of the site that the term is of; the last one's that was named if there is none.
  private func addTerm(_ slot: Int, weight: Int?, _ number: Int? = nil) throws {
    if severed.contains(slot), number == nil { throw severance(site: termSites[termSites.count - 1]) }
    if let step = producer[slot] {
      let (a, b) = (step.inputs.first ?? 0, step.inputs.last ?? 0)
      if step.operation == Elementary.Negate.self {
        return try addTerm(a, weight: scaled(weight, by: self.slot(at: placeOfConstant(-1))), number)
      } else if step.operation == Elementary.Add.self {
        try addTerm(a, weight: weight, number)
        return try addTerm(b, weight: weight, number)
      } else if step.operation == Elementary.Subtract.self {
        try addTerm(a, weight: weight, number)
        return try addTerm(b, weight: scaled(weight, by: self.slot(at: placeOfConstant(-1))), number)
      } else if step.operation == Elementary.Multiply.self, isWeight(a) != isWeight(b) {
        let (factor, rest) = isWeight(a) ? (a, b) : (b, a)
        return try addTerm(rest, weight: scaled(weight, by: factor), number)
      }
    }
    if !stopsAtScores, let outer, let slot = outerSlot(slot) {
      let site = termSites[termSites.count - 1]
      return try outer.addRepeatedTerm(slot, weight: weight.flatMap(outerSlot), times: repetitions, site: site)
    }
    terms.append(Program.Term(site: number ?? termSites.count - 1, slot: slot, weight: weight))
  }

  /// The outer slot that a slot is; nil where it is this program's own.
  private func outerSlot(_ slot: Int) -> Int? { captures.first { $0.inner == slot }?.outer }

  /// Whether a number is known before a run and the same at all steps of a loop.
  private func isWeight(_ slot: Int) -> Bool {
    slots[slot].isData && (outer == nil || outerSlot(slot) != nil)
  }

  private func scaled(_ weight: Int?, by factor: Int) -> Int {
    guard let weight else { return factor }
    func place(_ slot: Int) -> Place { outerSlot(slot).map { .outside($0) } ?? .here(slot) }
    let product = apply(
      Application(operation: Elementary.Multiply.self), [place(weight), place(factor)], shape: .scalar, kind: .real)
    return slot(at: product)
  }

  func severance(site: String) -> ModelError {
    .unsupportedSite(
      site: site, reason: "its log density depends on a continuous latent through a Swift closure, which has no derivative",
      location: nil)
  }

  // MARK: Slots and steps

  func newSlot(_ shape: Shape, _ kind: NumberKind, isData: Bool, hasGradient: Bool) -> Int {
    slots.append(Program.Slot(shape: shape, kind: kind, isData: isData, hasGradient: hasGradient))
    return slots.count - 1
  }

  func add(_ step: Program.Step) {
    var step = step
    step.item = currentItem
    if slots[step.output].isData { dataSteps.append(step) } else { steps.append(step) }
    producer[step.output] = step
  }

  /// A slot of this program that has the value at a place.
  func slot(at place: Place) -> Int {
    switch place {
    case .here(let slot): return slot
    case .outside(let slot):
      guard let outer else { preconditionFailure("nothing is outside of the top") }
      if let known = slotOfCapture[slot] { return known }
      let description = outer.slots[slot]
      let own = newSlot(
        description.shape, description.kind, isData: description.isData, hasGradient: description.hasGradient)
      if outer.severed.contains(slot) { severed.insert(own) }
      captures.append(Program.Link(outer: slot, inner: own))
      slotOfCapture[slot] = own
      return own
    }
  }

  /// The program of all that was asked for.
  func finish(dimension: Int = 0) -> Program {
    let plans = scans.map { $0.finish() }
    var ordered = self.steps
    for i in ordered.indices where ordered[i].operation == RunScan.self {
      ordered[i].inputs += plans[ordered[i].immediate.0].inputs
    }
    ordered.order(plans)
    let simplification = Simplification(ordered, scans: plans, slots: slots, terms: terms, outputs: outputs)
    var steps = simplification.steps
    let plainTerms = Set(terms.filter { $0.weight == nil }.map(\.slot))
    for i in steps.indices where steps[i].operation.isFusible && steps[i].immediate.0 == 0 {
      let slot = steps[i].output
      steps[i].isFused = slots[slot].hasGradient && simplification.readers[slot] == 1 && plainTerms.contains(slot)
    }
    let stages = stopsAtScores ? Program.Stage.stages(of: items, steps) : []
    let densities = densities(stages, steps, plans)
    return Program(
      slots: slots, constants: constants, inputs: inputs, captures: captures, dataSteps: dataSteps, steps: steps,
      stages: stages, scans: plans, terms: terms, densities: densities, termSites: termSites, outputs: outputs,
      drawings: drawings, functions: functions, dimension: dimension)
  }

  /// The log densities of sites, each with the first stage after which all of its terms are there.
  private func densities(
    _ stages: [Program.Stage], _ steps: [Program.Step], _ scans: [ScanPlan]
  ) -> [Program.Density] {
    if densitySites.isEmpty { return [] }
    var stageOfSlot: [Int: Int] = [:]
    for (number, stage) in stages.enumerated() {
      for index in stage.steps {
        for slot in [steps[index].output] + steps[index].furtherOutputs(scans) { stageOfSlot[slot] = number }
      }
    }
    return densitySites.enumerated().map { index, density in
      let site = -1 - index
      let slots = terms.filter { $0.site == site }.map(\.slot) + [density.slot]
      return Program.Density(
        site: site, isDrawn: density.isDrawn, stage: slots.compactMap { stageOfSlot[$0] }.max() ?? 0)
    }
  }
}

extension Program.Step {
  /// What a scan writes besides its output.
  func furtherOutputs(_ scans: [ScanPlan]) -> [Int] {
    operation == RunScan.self ? scans[immediate.0].furtherOutputs : []
  }
}

extension [Program.Step] {
  /// Puts each step after those that write what it reads, and leaves the order as it is where that is so: a scan may be
  /// asked for more after it was met.
  fileprivate mutating func order(_ scans: [ScanPlan]) {
    guard !scans.isEmpty else { return }
    var writers: [Int: [Int]] = [:]
    for (i, step) in enumerated() {
      writers[step.output, default: []].append(i)
      for slot in step.furtherOutputs(scans) { writers[slot, default: []].append(i) }
    }
    var (ordered, isPlaced) = ([Program.Step](), Array<Bool>(repeating: false, count: count))
    ordered.reserveCapacity(count)
    for first in indices {
      var stack = [first]
      while let i = stack.last {
        let waiting = isPlaced[i] ? [] : self[i].inputs.flatMap { writers[$0] ?? [] }.filter { !isPlaced[$0] && $0 != i }
        if waiting.isEmpty {
          stack.removeLast()
          if !isPlaced[i] { ordered.append(self[i]) }
          isPlaced[i] = true
        } else {
          stack += waiting.reversed()
        }
      }
    }
    self = ordered
  }
}
