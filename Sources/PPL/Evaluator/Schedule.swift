/// Operations bound to their buffers, in the order in which they run: runs of numbers and of arrays in turn.
struct Schedule {
  /// Where the numbers and the arrays of a run end.
  private struct Run {
    var numbers: UnsafePointer<NumberStep>
    var arrays: UnsafePointer<Instruction.Body>
  }

  enum Step {
    case number(NumberStep)
    case array(Instruction.Body)
  }

  private let numbers: UnsafeMutablePointer<NumberStep>
  private let arrays: UnsafeMutablePointer<Instruction.Body>
  private let runs: UnsafeMutableBufferPointer<Run>

  init(_ steps: [Step]) {
    numbers = .allocate(capacity: steps.count)
    arrays = .allocate(capacity: steps.count)
    var (number, array, runs) = (numbers, arrays, [Run]())
    var isLastNumber = false
    for step in steps {
      switch step {
      case .number(let step):
        if !isLastNumber { runs.append(Run(numbers: number, arrays: array)) }
        number.initialize(to: step)
        number += 1
        isLastNumber = true
      case .array(let step):
        if runs.isEmpty { runs.append(Run(numbers: number, arrays: array)) }
        array.initialize(to: step)
        array += 1
        isLastNumber = false
      }
      runs[runs.count - 1] = Run(numbers: number, arrays: array)
    }
    self.runs = .allocate(capacity: runs.count)
    _ = self.runs.initialize(fromContentsOf: runs)
  }

  func deallocate() {
    numbers.deallocate()
    arrays.deallocate()
    runs.deallocate()
  }

  /// Calls each step in order.
  @inline(__always) private func forEach(
    number: (UnsafePointer<NumberStep>) -> Void, array: (UnsafePointer<Instruction.Body>) -> Void
  ) {
    var nextNumber = UnsafePointer(numbers)
    var nextArray = UnsafePointer(arrays)
    for run in runs {
      while nextNumber < run.numbers {
        number(nextNumber)
        nextNumber += 1
      }
      while nextArray < run.arrays {
        array(nextArray)
        nextArray += 1
      }
    }
  }

  func prepare() {
    forEach(number: { _ in }, array: { $0.pointee.operation.prepare(Instruction($0)) })
  }

  @inline(__always) func forward(_ context: inout RunContext) {
    forEach(
      number: { $0.pointee.operation.forward($0) },
      array: { $0.pointee.operation.forward(Instruction($0), &context) })
  }

  @inline(__always) func forwardReverse(_ context: inout RunContext) {
    forEach(
      number: { $0.pointee.operation.forwardReverse($0) },
      array: { $0.pointee.operation.forwardReverse(Instruction($0), &context) })
  }

  @inline(__always) func reverse(_ context: inout RunContext) {
    forEach(
      number: { $0.pointee.operation.reverse($0) },
      array: { $0.pointee.operation.reverse(Instruction($0), &context) })
  }
}
