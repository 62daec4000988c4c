import NumericCore

/// The numbers that data alone determine: made once for a program and its data, read by every execution.
final class DataBlock: @unchecked Sendable {
  let values: UnsafeMutablePointer<Double>
  let offsets: [Int]

  /// - Parameter constants: in the order of the program's.
  init(_ program: Program, constants: [[Double]]) {
    var offsets = Array(repeating: -1, count: program.slots.count)
    var total = 8  // zeros that operands which are not there point to
    for (slot, description) in program.slots.enumerated() where description.isData {
      offsets[slot] = total
      total += Layout.rounded(description.shape.count)
    }
    self.offsets = offsets
    values = Execution.block(total + Layout.margin)
    values.update(repeating: 0, count: 8)
    for (constant, elements) in zip(program.constants, constants) {
      let start = values + offsets[constant.slot]
      for (i, element) in elements.enumerated() { start[i] = element }
      // What loops read beyond the end is as good an argument as the last element.
      if let last = elements.last {
        for i in elements.count..<Layout.rounded(elements.count) { start[i] = last }
      }
    }
    let room = Execution.scratchRoom(program.dataSteps, program, lanes: 1)
    let scratch = UnsafeMutablePointer<Double>.allocate(capacity: room)
    defer { scratch.deallocate() }
    var context = RunContext()
    var used = 0
    for step in program.dataSteps {
      let body = Execution.bind(
        step, program, lanes: 1, scratch: scratch + used, zero: values
      ) { slot in (values + offsets[slot], nil) }
      used += Execution.scratchRoom([step], program, lanes: 1)
      withUnsafePointer(to: body) { step.operation.forward(Instruction($0), &context) }
    }
  }

  deinit { values.deallocate() }
}
