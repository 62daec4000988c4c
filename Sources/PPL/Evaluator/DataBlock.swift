import NumericCore

/// The numbers that data alone determine: made once for a program and its data, read by every execution. In the program of
/// a scan's steps they are made once a step, for all lanes.
final class DataBlock: @unchecked Sendable {
  private let values: UnsafeMutablePointer<Double>
  private let pointers: [UnsafeMutablePointer<Double>]
  private let scratch: UnsafeMutablePointer<Double>
  private let instructions: UnsafeMutablePointer<Instruction>
  let stepCount: Int
  private var context = RunContext()

  /// What operands that are not there point to: zero.
  var zero: UnsafeMutablePointer<Double> { values }

  /// - Parameters:
  ///   - constants: in the order of the program's.
  ///   - captured: where slots are that belong to an outer program's data.
  init(_ program: Program, constants: [[Double]], captured: [Int: UnsafeMutablePointer<Double>] = [:]) {
    var offsets = Array(repeating: 0, count: program.slots.count)
    var total = 4
    for (slot, description) in program.slots.enumerated() where description.isData && captured[slot] == nil {
      offsets[slot] = total
      total += (description.shape.count + 3) & ~3
    }
    values = .allocate(capacity: total)
    values.initialize(repeating: 0, count: total)
    let base = values
    let pointers = offsets.indices.map { captured[$0] ?? base + offsets[$0] }
    self.pointers = pointers
    for (constant, elements) in zip(program.constants, constants) {
      for (i, element) in elements.enumerated() { pointers[constant.slot][i] = element }
    }
    scratch = .allocate(capacity: max(Execution.scratchRoom(program.dataSteps, program, lanes: 1), 1))
    stepCount = program.dataSteps.count
    instructions = .allocate(capacity: max(stepCount, 1))
    var next = scratch
    for (i, step) in program.dataSteps.enumerated() {
      (instructions + i).initialize(
        to: Execution.bind(step, program, lanes: 1, scratch: next, zero: values) { (pointers[$0], nil) })
      next += Execution.scratchRoom([step], program, lanes: 1)
    }
    run()
  }

  deinit {
    values.deallocate()
    scratch.deallocate()
    instructions.deinitialize(count: stepCount)
    instructions.deallocate()
  }

  /// Where the numbers of a data slot are.
  func pointer(to slot: Int) -> UnsafeMutablePointer<Double> { pointers[slot] }

  /// Computes what follows from the numbers that were put in.
  func run() {
    for i in 0..<stepCount { instructions[i].operation.forward(instructions[i], &context) }
  }
}
