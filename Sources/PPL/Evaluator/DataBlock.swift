import NumericCore

/// The numbers that data alone determine: made once for a program and its data, read by every execution. In the program of
/// a scan's steps they are made once a step, for all lanes.
final class DataBlock: @unchecked Sendable {
  /// Starts with zeros that operands which are not there point to.
  private let values: UnsafeMutablePointer<Double>
  private let pointers: [UnsafeMutablePointer<Double>]
  private let scratch: UnsafeMutablePointer<Double>
  private let schedule: Schedule
  private let context: UnsafeMutablePointer<RunContext>

  var zero: UnsafeMutablePointer<Double> { values }

  /// - Parameters:
  ///   - constants: in the order of the program's.
  ///   - captured: where slots are that belong to an outer program's data.
  init(_ program: Program, constants: [[Double]], captured: [Int: UnsafeMutablePointer<Double>] = [:]) {
    var offsets = Array(repeating: 0, count: program.slots.count)
    var total = 8
    for (slot, description) in program.slots.enumerated() where description.isData && captured[slot] == nil {
      offsets[slot] = total
      total += Layout.rounded(description.shape.count)
    }
    let values = Execution.block(total + Layout.margin)
    values.update(repeating: 0, count: 8)
    let pointers = offsets.indices.map { captured[$0] ?? values + offsets[$0] }
    for (constant, elements) in zip(program.constants, constants) {
      let start = pointers[constant.slot]
      for (i, element) in elements.enumerated() { start[i] = element }
      // What loops read beyond the end is as good an argument as the last element.
      if let last = elements.last {
        for i in elements.count..<Layout.rounded(elements.count) { start[i] = last }
      }
    }
    (self.values, self.pointers) = (values, pointers)
    context = .allocate(capacity: 1)
    context.initialize(to: RunContext())
    let scratch = Execution.block(Execution.scratchRoom(program.dataSteps, program, lanes: 1))
    self.scratch = scratch
    var next = scratch
    schedule = Schedule(
      program.dataSteps.map { step in
        defer { next += Execution.scratchRoom([step], program, lanes: 1) }
        return .array(Execution.bind(step, program, lanes: 1, scratch: next, zero: values) { (pointers[$0], nil) })
      })
    run()
  }

  deinit {
    context.deinitialize(count: 1)
    context.deallocate()
    values.deallocate()
    scratch.deallocate()
    schedule.deallocate()
  }

  /// Where the numbers of a data slot are.
  func pointer(to slot: Int) -> UnsafeMutablePointer<Double> { pointers[slot] }

  /// Computes what follows from the numbers that were put in.
  @inline(__always) func run() { schedule.forward(&context.pointee) }
}
