/// Which steps of a network read a slot, in order. Slices of an array are apart, by the elements that they read, so that a
/// change of one element leaves the others' slices alone.
struct Consumers: Sendable {
  /// Lists one after the other, and where each begins.
  private struct Lists: Sendable {
    private let starts: Table<Int>
    private let steps: Table<Int>

    init(_ lists: [[Int]]) {
      var starts = [0]
      starts.reserveCapacity(lists.count + 1)
      for list in lists { starts.append(starts[starts.count - 1] + list.count) }
      (self.starts, steps) = (Table(starts), Table(lists.flatMap { $0 }))
    }

    @inline(__always) func forEach(_ list: Int, _ body: (Int) -> Void) {
      for i in starts[list]..<starts[list + 1] { body(steps[i]) }
    }

    @inline(__always) func forEach(_ body: (Int) -> Void) { for i in 0..<steps.count { body(steps[i]) } }
  }

  private let ofSlots: Lists
  /// The number of a slot among those that have slices; -1 where it has none.
  private let sliced: Table<Int>
  private let ofElements: [Lists]

  init(_ steps: [TraceNetwork.Step], _ inputs: [Int], _ slots: [TraceNetwork.Slot]) {
    var lists = Array(repeating: [Int](), count: slots.count)
    var slices: [Int: [[Int]]] = [:]
    for (number, step) in steps.enumerated() {
      for slot in inputs[step.operands] where slots[slot].home == .run {
        if case .apply(let operation) = step.action, case .slice(let offset, let stride) = operation.pattern {
          let elements = (0..<slots[step.output].count).map { offset + $0 * stride }
          for e in elements {
            slices[slot, default: Array(repeating: [], count: slots[slot].count)][e].append(number)
          }
        } else if lists[slot].last != number {
          lists[slot].append(number)
        }
      }
    }
    ofSlots = Lists(lists)
    var (sliced, ofElements) = (Array(repeating: -1, count: slots.count), [Lists]())
    for (slot, elements) in slices.sorted(by: { $0.key < $1.key }) {
      sliced[slot] = ofElements.count
      ofElements.append(Lists(elements))
    }
    (self.sliced, self.ofElements) = (Table(sliced), ofElements)
  }

  /// Calls a function for each step that reads an element of a slot, or any of its elements; a step may be met again.
  @inline(__always) func forEach(slot: Int, element: Int?, _ body: (Int) -> Void) {
    ofSlots.forEach(slot, body)
    if sliced[slot] < 0 { return }
    if let element {
      ofElements[sliced[slot]].forEach(element, body)
    } else {
      ofElements[sliced[slot]].forEach(body)
    }
  }
}
