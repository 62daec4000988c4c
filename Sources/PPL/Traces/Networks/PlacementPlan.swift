/// What has to be placed for a node, in order: found once, and done again in each step of a scan.
struct PlacementPlan {
  final class Entry {
    let arena: Arena
    let index: Int
    let node: Node
    /// Where its place is kept, and those of its inputs.
    let cell: Int
    let operands: [Int]
    /// The cell of the same operation on the same inputs, which is placed before; -1 where there is none.
    let twin: Int
    let operation: OperationTraits?

    init(
      arena: Arena, index: Int, node: Node, cell: Int, operands: [Int], twin: Int, operation: OperationTraits?
    ) {
      (self.arena, self.index, self.node, self.cell) = (arena, index, node, cell)
      (self.operands, self.twin, self.operation) = (operands, twin, operation)
    }
  }

  var entries: [Entry] = []
}

/// What is asked of an operation each time it becomes a step.
struct OperationTraits {
  let number: (any NumberOperation.Type)?
  let isGather: Bool
  let isSlice: Bool
  let isStack: Bool
  let isElementwise: Bool

  init(_ operation: any ArrayOperation.Type) {
    number = operation as? any NumberOperation.Type
    (isGather, isSlice, isStack) = (operation == Gather.self, operation == Slice.self, operation == Stack.self)
    isElementwise = operation.isElementwise
  }

  func pattern(_ immediate: (Int, Int, Int, Int), isAlike: Bool) -> TraceNetwork.Pattern {
    if isGather { return .gather }
    if isSlice { return .slice(offset: immediate.0, stride: immediate.1) }
    return isElementwise && isAlike ? .elementwise : .whole
  }
}
