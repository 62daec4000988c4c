/// Operations bound to their buffers, in the order in which they run: runs of numbers and of arrays in turn.
struct Schedule {
  private struct Run {
    var numbers = 0
    var arrays = 0
  }

  enum Step {
    case number(NumberStep)
    case array(Instruction.Body)
  }

  private let numbers: UnsafeMutableBufferPointer<NumberStep>
  private let arrays: UnsafeMutableBufferPointer<Instruction.Body>
  private let runs: UnsafeMutableBufferPointer<Run>
  private let runCount: Int

  init(_ steps: [Step]) {
    var (numbers, arrays, runs) = ([NumberStep](), [Instruction.Body](), [Run()])
    for step in steps {
      switch step {
      case .number(let number):
        if runs[runs.count - 1].arrays > 0 { runs.append(Run()) }
        runs[runs.count - 1].numbers += 1
        numbers.append(number)
      case .array(let array):
        runs[runs.count - 1].arrays += 1
        arrays.append(array)
      }
    }
    func buffer<T>(_ elements: [T]) -> UnsafeMutableBufferPointer<T> {
      let buffer = UnsafeMutableBufferPointer<T>.allocate(capacity: max(elements.count, 1))
      _ = buffer.initialize(fromContentsOf: elements)
      return buffer
    }
    (self.numbers, self.arrays, self.runs) = (buffer(numbers), buffer(arrays), buffer(runs))
    runCount = runs.count
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
    guard var nextNumber = UnsafePointer(numbers.baseAddress), var nextArray = UnsafePointer(arrays.baseAddress)
    else { return }
    for r in 0..<runCount {
      let run = runs[r]
      for _ in 0..<run.numbers {
        number(nextNumber)
        nextNumber += 1
      }
      for _ in 0..<run.arrays {
        array(nextArray)
        nextArray += 1
      }
    }
  }

  func prepare() {
    forEach(number: { _ in }, array: { $0.pointee.operation.prepare(Instruction($0)) })
  }

  func forward(_ context: inout RunContext) {
    forEach(
      number: { $0.pointee.operation.forward($0) },
      array: { $0.pointee.operation.forward(Instruction($0), &context) })
  }

  func forwardReverse(_ context: inout RunContext) {
    forEach(
      number: { $0.pointee.operation.forwardReverse($0) },
      array: { $0.pointee.operation.forwardReverse(Instruction($0), &context) })
  }

  func reverse(_ context: inout RunContext) {
    forEach(
      number: { $0.pointee.operation.reverse($0) },
      array: { $0.pointee.operation.reverse(Instruction($0), &context) })
  }
}
