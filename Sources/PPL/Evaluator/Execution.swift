import NumericCore

/// A program bound to buffers: what one thread runs, again and again, without allocating.
///
/// Values lie lane beside lane: element e of lane l of a slot is at `values[e * lanes + l]`. Lanes are one, or a
/// multiple of eight.
///
/// The value takes a run of `plain` and one of `fused`. With the gradient, adjoints are first set to what they start
/// from; `plain` runs forward, `fused` leaves values and derivatives in one pass, and `reversed` goes backwards.
final class Execution: @unchecked Sendable {
  let program: Program
  let lanes: Int
  private let data: DataBlock
  private let layout: Layout
  private let captured: [Int: Buffers]
  private let values: UnsafeMutablePointer<Double>
  private let adjoints: UnsafeMutablePointer<Double>
  private let scratch: UnsafeMutablePointer<Double>

  /// What the value needs, but for what `fused` does.
  private let plain: Schedule
  /// Terms of the total that nothing else reads: their derivatives come in one pass with their values.
  private let fused: Schedule
  private let reversed: Schedule

  private struct Term {
    let site: Int
    let value: UnsafeMutablePointer<Double>
    /// 0 where one number serves all lanes.
    let stride: Int
    let weight: Double
  }
  private struct Weighted {
    let at: UnsafeMutablePointer<Double>
    var weight: Double
  }
  /// All terms, by site.
  private let termsBySite: UnsafeMutableBufferPointer<Term>
  /// The stages of a run that stops at scores: those that are steps.
  private let stageSchedules: [Schedule?]
  /// The stage that comes next.
  var stage = 0
  /// The terms of the total that depend on the run, with their weights.
  private let terms: UnsafeMutableBufferPointer<Weighted>
  private let constantTotal: Double
  /// What adjoints are before a run: the weights of terms, and 0 for all else.
  private let initialAdjoints: UnsafeMutablePointer<Double>
  /// The randomness of a run, and its tables.
  let context: UnsafeMutablePointer<RunContext>

  /// Where a slot's values are, and its adjoints if it has any.
  typealias Buffers = (value: UnsafeMutablePointer<Double>, adjoint: UnsafeMutablePointer<Double>?)

  /// - Parameters:
  ///   - gradient: whether room for adjoints is made.
  ///   - isStep: whether the program is that of a scan's steps.
  ///   - fuses: whether derivatives may be taken while values are computed, where that saves a pass.
  ///   - captured: where slots are that belong to the program that this one is a step of.
  init(
    _ program: Program, data: DataBlock, lanes: Int, gradient: Bool, isStep: Bool = false, fuses: Bool = true,
    captured: [Int: Buffers] = [:]
  ) {
    precondition(lanes == 1 || lanes % 8 == 0, "\(lanes) lanes")
    (self.program, self.data, self.lanes, self.captured) = (program, data, lanes, captured)
    let fuses = fuses && gradient && lanes == 1
    let layout = Layout(program, lanes: lanes, gradient: gradient, fuses: fuses)
    self.layout = layout
    let (values, adjoints) = (Self.block(layout.valueCount), Self.block(gradient ? layout.adjointCount : 1))
    adjoints.update(repeating: 0, count: gradient ? layout.adjointCount : 1)
    scratch = Self.block(Self.scratchRoom(program.steps, program, lanes: lanes))
    (self.values, self.adjoints) = (values, adjoints)

    func buffers(_ slot: Int) -> Buffers {
      if program.slots[slot].isData { return (data.pointer(to: slot), nil) }
      if let buffers = captured[slot] { return buffers }
      let adjoint = gradient && layout.adjoints[slot] >= 0 ? adjoints + layout.adjoints[slot] : nil
      return (values + layout.values[slot], adjoint)
    }
    var (plain, fused, reversed) = ([Schedule.Step](), [Schedule.Step](), [Schedule.Step]())
    var next = scratch
    var stageSteps = Array<[Schedule.Step]>(repeating: [], count: program.stages.count)
    let stageOfStep = program.stageOfStep
    for (index, step) in program.steps.enumerated() where !layout.views.contains(index) {
      var body = Self.bind(
        step, program, lanes: lanes, scratch: next, zero: data.zero, buffers: buffers
      ) { input in
        let operand = Layout.Operand(step: index, input: input)
        return layout.passed.contains(operand) ? .passed : layout.first.contains(operand) ? .first : .added
      }
      next += Self.scratchRoom([step], program, lanes: lanes)
      body.operation = withUnsafePointer(to: body) { step.operation.specialised(to: Instruction($0)) }
      let isNumber = lanes == 1 && body.outerCount * body.innerCount == 1
      let bound: Schedule.Step
      if isNumber, let operation = body.operation as? any NumberOperation.Type {
        bound = .number(NumberStep(operation, body, sink: adjoints + layout.sink))
      } else {
        bound = .array(body)
      }
      if let stage = stageOfStep[index] {
        stageSteps[stage].append(bound)
        continue
      }
      let isFused = step.isFused && fuses
      if isFused { fused.append(bound) } else { plain.append(bound) }
      let inputs = body.inputs
      let hasDerivatives = [inputs.0, inputs.1, inputs.2, inputs.3, inputs.4].contains { $0.adjoint != nil }
      if body.output.adjoint != nil && !isFused && (hasDerivatives || step.operation == RunScan.self) {
        reversed.append(bound)
      }
    }
    (self.plain, self.fused) = (Schedule(plain), Schedule(fused))
    self.reversed = Schedule(reversed.reversed())
    stageSchedules = stageSteps.map { $0.isEmpty ? nil : Schedule($0) }
    // What is data to a step may differ at the next one.
    if !isStep { self.plain.prepare() }

    var terms: [Weighted] = []
    var constantTotal = 0.0
    var termsBySite: [Term] = []
    initialAdjoints = Self.block(layout.zeroedCount)
    initialAdjoints.update(repeating: 0, count: layout.zeroedCount)
    let fusedSlots = Set(fuses ? program.steps.filter(\.isFused).map(\.output) : [])
    for term in program.terms {
      let (value, adjoint) = buffers(term.slot)
      let weight = term.weight.map { data.pointer(to: $0)[0] } ?? 1
      termsBySite.append(
        Term(site: term.site, value: value, stride: program.slots[term.slot].isData ? 0 : 1, weight: weight))
      if program.slots[term.slot].isData {
        constantTotal += weight * value[0]
      } else {
        if let known = terms.firstIndex(where: { $0.at == value }) {
          terms[known].weight += weight
        } else {
          terms.append(Weighted(at: value, weight: weight))
        }
        guard let adjoint, !fusedSlots.contains(term.slot) else { continue }
        for l in 0..<lanes { initialAdjoints[adjoint - adjoints + l] += weight }
      }
    }
    self.terms = .allocate(capacity: terms.count)
    self.termsBySite = .allocate(capacity: termsBySite.count)
    _ = self.terms.initialize(fromContentsOf: terms)
    _ = self.termsBySite.initialize(fromContentsOf: termsBySite)
    self.constantTotal = constantTotal
    context = .allocate(capacity: 1)
    context.initialize(to: RunContext())
    context.pointee.functions = program.functions
    context.pointee.drawings = program.drawings
    context.pointee.scans = program.scans.map { plan in
      ScanExecution(plan, lanes: lanes, gradient: gradient, isData: { program.slots[$0].isData }, buffers: buffers)
    }
  }

  deinit {
    context.deinitialize(count: 1)
    context.deallocate()
    values.deallocate()
    adjoints.deallocate()
    scratch.deallocate()
    terms.deallocate()
    termsBySite.deallocate()
    initialAdjoints.deallocate()
    plain.deallocate()
    fused.deallocate()
    reversed.deallocate()
    for schedule in stageSchedules { schedule?.deallocate() }
  }

  /// Room for numbers that starts with a line of the cache. It is filled with a number that every function takes
  /// without a slow path: loops compute with what lies behind the ends of arrays.
  static func block(_ count: Int) -> UnsafeMutablePointer<Double> {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: 8 * max(count, 1), alignment: 64)
    let block = raw.bindMemory(to: Double.self, capacity: max(count, 1))
    block.initialize(repeating: 0.5, count: count)
    return block
  }

  /// Copies a few numbers for less than a call costs. They are read in small parts: what was stored in small parts just
  /// before is at hand, where a wider read would have to wait for the memory.
  @inline(__always)
  static func copy(_ from: UnsafePointer<Double>, to: UnsafeMutablePointer<Double>, count: Int) {
    var i = 0
    while i &+ 8 <= count {
      UnsafeRawPointer(from + i).loadUnaligned(as: Vector8.self).store(to + i, rest: 8)
      i &+= 8
    }
    while i < count {
      to[i] = from[i]
      i &+= 1
    }
  }

  // MARK: Running

  /// Where a slot's values are, lane beside lane (data: one lane).
  func pointer(to slot: Int) -> UnsafeMutablePointer<Double> {
    program.slots[slot].isData ? data.pointer(to: slot) : captured[slot]?.value ?? values + layout.values[slot]
  }

  /// Where a slot's adjoint is accumulated; nil where it has none.
  func adjointPointer(to slot: Int) -> UnsafeMutablePointer<Double>? {
    if let buffers = captured[slot] { return buffers.adjoint }
    return layout.adjoints[slot] >= 0 ? adjoints + layout.adjoints[slot] : nil
  }

  /// All values of this execution's own, in one block: what can be kept, and put back for the reverse run.
  @inline(__always) var valueBlock: (start: UnsafeMutablePointer<Double>, count: Int) {
    (values, layout.valueCount - Layout.margin)
  }

  /// The unconstrained position: coordinate i of lane l at `[i * lanes + l]`.
  var position: UnsafeMutablePointer<Double> { values }
  /// The gradient, lying like the position.
  var gradient: UnsafeMutablePointer<Double> { adjoints }

  /// Sets the position of the only lane.
  @inline(__always) func move(to coordinates: Span<Double>) {
    let count = program.dimension
    precondition(coordinates.count == count, "a position of \(coordinates.count) coordinates, expected \(count)")
    coordinates.withUnsafeBufferPointer { from in
      if let start = from.baseAddress { Self.copy(start, to: values, count: count) }
    }
  }

  /// Copies the gradient of the only lane.
  @inline(__always) func copyGradient(to gradient: inout MutableSpan<Double>) {
    let count = program.dimension
    precondition(gradient.count == count, "a gradient of \(gradient.count) elements, expected \(count)")
    gradient.withUnsafeMutableBufferPointer { to in
      if let start = to.baseAddress { Self.copy(adjoints, to: start, count: count) }
    }
  }

  /// Runs all steps on what the inputs hold.
  @inline(__always) func forward() {
    plain.forward(&context.pointee)
    fused.forward(&context.pointee)
  }

  /// The total of lane l, after a run.
  @inline(__always) func total(lane: Int = 0) -> Double {
    var sum = constantTotal
    guard var term = terms.baseAddress else { return sum }
    let end = term + terms.count
    while term < end {
      sum += term.pointee.weight * term.pointee.at[lane]
      term += 1
    }
    return sum
  }

  /// The total by site, in the order of `Program.termSites`, after a run.
  func totalBySite(lane: Int = 0) -> [Double] {
    var sums = Array(repeating: 0.0, count: program.termSites.count)
    for term in termsBySite { sums[term.site] += term.weight * term.value[lane &* term.stride] }
    return sums
  }

  /// Adds what each site scored, lane by lane, to where its total is kept; sites whose total is nil score nothing.
  @inline(__always) func addTotals(to totals: UnsafeMutableBufferPointer<UnsafeMutablePointer<Double>?>) {
    if lanes == 1 {
      for term in termsBySite { totals[term.site]?[0] += term.weight * term.value[0] }
      return
    }
    for term in termsBySite {
      guard let total = totals[term.site] else { continue }
      if term.stride == 0 {
        for l in 0..<lanes { total[l] += term.weight * term.value[0] }
      } else {
        for l in 0..<lanes { total[l] += term.weight * term.value[l] }
      }
    }
  }

  /// Adds what one site scored, lane by lane.
  func addScore(ofSite site: Int, to scores: UnsafeMutablePointer<Double>) {
    for term in termsBySite where term.site == site {
      for l in 0..<lanes { scores[l] += term.weight * term.value[l &* term.stride] }
    }
  }

  /// Runs the steps of a stage.
  func run(stage: Int) { stageSchedules[stage]?.forward(&context.pointee) }

  /// The slot, of those that have room of their own, that a slot's values are in; nil for data, and for what belongs to
  /// an outer program.
  func ownSlot(_ slot: Int) -> Int? {
    program.slots[slot].isData || captured[slot] != nil ? nil : layout.wholeSlot(slot)
  }

  /// Runs all steps, and leaves the gradient of each lane's total.
  @inline(__always) func forwardAndReverse() {
    prepareAdjoints()
    forwardTakingDerivatives()
    reverse()
  }

  /// Puts the derivatives of the total by its terms in their adjoints, and 0 in all others.
  @inline(__always) func prepareAdjoints() { Self.copy(initialAdjoints, to: adjoints, count: layout.zeroedCount) }

  /// Runs all steps, those that are fused with their derivatives.
  @inline(__always) func forwardTakingDerivatives() {
    plain.forward(&context.pointee)
    fused.forwardReverse(&context.pointee)
  }

  /// Runs the derivatives of all steps that are not fused, the last one first.
  @inline(__always) func reverse() { reversed.reverse(&context.pointee) }
}
