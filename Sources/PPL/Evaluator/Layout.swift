/// Where the slots of a program lie in the blocks of an execution.
///
/// The position comes first and in order, so that it and its gradient are each one block; numbers follow side by side,
/// arrays with room up to a multiple of eight. What need not be written or added up twice lies in one place: a slice in
/// the whole, and the adjoints of terms of a sum in that of the sum.
struct Layout {
  /// The input of a step, both by number.
  struct Operand: Hashable {
    let step: Int
    let input: Int
  }

  /// Offsets into the block of values, and into that of adjoints; -1 for slots that are not there.
  private(set) var values: [Int]
  private(set) var adjoints: [Int]
  private(set) var valueCount = 0
  private(set) var adjointCount = 0
  /// Adjoints up to here are zeroed before each run; those behind are stored first.
  private(set) var zeroedCount = 0
  /// Where adjoints that nobody wants go.
  private(set) var sink = 0
  /// Steps whose output is a part of their input: there is nothing to do.
  private(set) var views: Set<Int> = []
  /// Operands whose adjoint lies where that of their step's output does.
  private(set) var passed: Set<Operand> = []
  /// Operands whose adjoint nothing has been added to before.
  private(set) var first: Set<Operand> = []

  /// The slot that a slice is a part of, and from which element on.
  private var whole: [Int: (slot: Int, offset: Int)] = [:]
  /// The slot whose adjoint a slot shares.
  private var shared: [Int: Int] = [:]

  /// Slots whose adjoints others read or set: inputs and outputs, and what belongs to an outer program.
  private let isSeen: Set<Int>

  /// Room behind the last slot, for loops that read ahead.
  static let margin = 32

  /// Room for an array; one that is empty has some, too.
  static func rounded(_ count: Int) -> Int { (max(count, 1) + 7) & ~7 }

  /// What belongs to the program that this one is a step of.
  private let captured: Set<Int>

  /// - Parameter fuses: whether fused steps take their derivatives before all others.
  init(_ program: Program, lanes: Int, gradient: Bool, fuses: Bool) {
    let slots = program.slots
    captured = Set(program.captures.map(\.inner))
    values = Array(repeating: -1, count: slots.count)
    adjoints = values
    isSeen = captured.union(program.inputs.map(\.slot) + program.outputs)
    findViews(program)
    let wholes = Set(whole.values.map(\.slot))
    var zeroed = Set(slots.indices)
    if gradient && lanes == 1 {
      shareAdjoints(program, wholes, fuses: fuses)
      zeroed = findFirst(program, wholes, fuses: fuses)
    }

    let positionCount = Self.rounded(program.dimension * lanes)
    (valueCount, adjointCount) = (positionCount, positionCount)
    for (slot, source) in program.inputs {
      if case .position(let offset) = source { (values[slot], adjoints[slot]) = (offset * lanes, offset * lanes) }
    }
    func place(_ isPlaced: (Int) -> Bool, room: (Int) -> Int, in offsets: inout [Int], _ total: inout Int) {
      for slot in slots.indices
      where !slots[slot].isData && !captured.contains(slot) && offsets[slot] < 0 && whole[slot] == nil && isPlaced(slot) {
        offsets[slot] = total
        total += room(slots[slot].shape.count * lanes)
      }
      total = Self.rounded(total)
    }
    func isNumber(_ slot: Int) -> Bool { lanes == 1 && slots[slot].shape.count == 1 }
    place(isNumber, room: { $0 }, in: &values, &valueCount)
    place({ _ in true }, room: Self.rounded, in: &values, &valueCount)
    if gradient {
      let shared = shared
      // The adjoint of a fused step's output is 1, and nobody reads it.
      let unread = Set(fuses ? program.steps.filter(\.isFused).map(\.output) : [])
      func hasOwn(_ slot: Int) -> Bool { slots[slot].hasGradient && shared[slot] == nil && !unread.contains(slot) }
      (sink, adjointCount) = (adjointCount, adjointCount + 1)
      place({ isNumber($0) && hasOwn($0) }, room: { $0 }, in: &adjoints, &adjointCount)
      place({ zeroed.contains($0) && hasOwn($0) }, room: Self.rounded, in: &adjoints, &adjointCount)
      zeroedCount = adjointCount
      place(hasOwn, room: Self.rounded, in: &adjoints, &adjointCount)
      for slot in slots.indices where shared[slot] != nil { adjoints[slot] = adjoints[owner(slot)] }
    }
    for (slot, part) in whole {
      values[slot] = values[part.slot] + part.offset * lanes
      if slots[slot].hasGradient { adjoints[slot] = adjoints[part.slot] + part.offset * lanes }
    }
    valueCount += Self.margin
    adjointCount += Self.margin
  }

  /// The slot whose values a slot's are a part of.
  func wholeSlot(_ slot: Int) -> Int { whole[slot]?.slot ?? slot }

  private func owner(_ slot: Int) -> Int {
    var slot = slot
    while let next = shared[slot] { slot = next }
    return slot
  }

  private mutating func findViews(_ program: Program) {
    for (index, step) in program.steps.enumerated() where step.operation == Slice.self && step.immediate.1 == 1 {
      let (slot, offset) = whole[step.inputs[0]] ?? (step.inputs[0], 0)
      if captured.contains(slot) { continue }
      whole[step.output] = (slot, offset + step.immediate.0)
      views.insert(index)
    }
  }

  private mutating func shareAdjoints(_ program: Program, _ wholes: Set<Int>, fuses: Bool) {
    var readers = Array(repeating: 0, count: program.slots.count)
    for step in program.steps { for input in step.inputs { readers[input] += 1 } }
    for term in program.terms { readers[term.slot] += 1 }
    for (index, step) in program.steps.enumerated()
    where program.slots[step.output].hasGradient && !(step.isFused && fuses) {
      for input in step.operation.passesAdjointTo {
        let slot = step.inputs[input]
        guard program.slots[slot].hasGradient, readers[slot] == 1, !isSeen.contains(slot), !wholes.contains(slot),
          whole[slot] == nil, program.slots[slot].shape.count == program.slots[step.output].shape.count
        else { continue }
        passed.insert(Operand(step: index, input: input))
        shared[slot] = step.output
      }
    }
  }

  /// In the order of a run: fused steps, then all others backwards.
  ///
  /// - Returns: the slots whose adjoint has to be zeroed.
  private mutating func findFirst(_ program: Program, _ wholes: Set<Int>, fuses: Bool) -> Set<Int> {
    var zeroed = Set(program.slots.indices)
    var seen: Set<Int> = []
    let steps = Array(program.steps.enumerated())
    let order =
      steps.filter { $0.element.isFused && fuses } + steps.reversed().filter { !($0.element.isFused && fuses) }
    for (index, step) in order where program.slots[step.output].hasGradient && !views.contains(index) {
      let count = step.inputs.reduce(1) { max($0, program.slots[$1].shape.count) }
      for (input, slot) in step.inputs.enumerated() where program.slots[slot].hasGradient {
        if passed.contains(Operand(step: index, input: input)) { continue }
        let owner = owner(whole[slot]?.slot ?? slot)
        guard seen.insert(owner).inserted, step.operation.storesFirstAdjoints, count > 1,
          program.slots[slot].shape.count == count, whole[slot] == nil, !wholes.contains(owner),
          !isSeen.contains(owner)
        else { continue }
        zeroed.remove(owner)
        first.insert(Operand(step: index, input: input))
      }
    }
    return zeroed
  }
}
