/// Makes a schedule shorter without changing what it computes.
struct Simplification {
  let slots: [Program.Slot]
  /// How often the value of a slot is read, by steps, terms and outputs.
  private(set) var readers: [Int]
  var steps: [Program.Step]

  init(
    _ steps: [Program.Step], scans: [ScanPlan], slots: [Program.Slot], terms: [Program.Term], outputs: [Int]
  ) {
    (self.slots, self.steps, readers) = (slots, [], Array(repeating: 0, count: slots.count))
    for term in terms { readers[term.slot] += 1 }
    for output in outputs { readers[output] += 1 }
    // Backwards, so that what only an unread value reads is unread too.
    for step in steps.reversed() {
      let isScore = step.operation == RunScan.self && scans[step.immediate.0].program.scoreCount > 0
      let isRead = readers[step.output] > 0 || step.furtherOutputs(scans).contains { readers[$0] > 0 }
      guard isScore || isRead else { continue }
      for input in step.inputs { readers[input] += 1 }
      self.steps.append(step)
    }
    self.steps.reverse()
    mergeProducts()
    mergeMeans()
  }

  /// A product that only a sum or a difference reads becomes one operation with it.
  private mutating func mergeProducts() {
    var products: [Int: Int] = [:]
    var isMerged = Array(repeating: false, count: steps.count)
    for (index, step) in steps.enumerated() {
      let count = slots[step.output].shape.count
      if step.operation == Elementary.Multiply.self, readers[step.output] == 1 { products[step.output] = index }
      let isSum = step.operation == Elementary.Add.self
      guard isSum || step.operation == Elementary.Subtract.self else { continue }
      func product(_ input: Int) -> Int? {
        slots[step.inputs[input]].shape.count == count ? products[step.inputs[input]] : nil
      }
      let (left, right) = (product(0), product(1))
      guard let merged = left ?? right else { continue }
      let difference: any ArrayOperation.Type = if left != nil { MultiplySubtract.self } else { SubtractProduct.self }
      let operation: any ArrayOperation.Type = if isSum { MultiplyAdd.self } else { difference }
      isMerged[merged] = true
      steps[index] = Program.Step(
        operation: operation, inputs: steps[merged].inputs + [step.inputs[left != nil ? 1 : 0]], output: step.output,
        immediate: (0, 0, 0, 0), item: step.item)
    }
    steps = zip(steps, isMerged).filter { !$1 }.map(\.0)
  }
}
