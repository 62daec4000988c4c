/// What a network is made of.
struct NetworkParts {
  var slots: [TraceNetwork.Slot] = []
  var data: [Int: [Double]] = [:]
  var inputs: [Int] = []
  var steps: [TraceNetwork.Step] = []
  var resultSteps: [TraceNetwork.Step] = []
  var functions: [OpaqueFunction] = []
  var sites: [NetworkSite] = []
  var scores: [TraceNetwork.Score] = []
  var outputs: [[Int]] = []
  var held: [(path: String, slot: Int)] = []

  /// Leaves out what nothing needs, and keeps what results alone need for when they are asked for.
  mutating func prune() {
    var (isNeeded, isWanted) = (Array(repeating: false, count: slots.count), Array(repeating: false, count: slots.count))
    for slot in outputs.joined() { isWanted[slot] = true }
    var (needed, wanted) = ([TraceNetwork.Step](), [TraceNetwork.Step]())
    for step in steps.reversed() {
      let isUsed =
        switch step.action {
        case .draw, .prior, .score: true
        case .apply, .call: isNeeded[step.output]
        }
      if isUsed {
        needed.append(step)
        for slot in inputs[step.operands] { isNeeded[slot] = true }
      } else if isWanted[step.output] {
        wanted.append(step)
        for slot in inputs[step.operands] { isWanted[slot] = true }
        slots[step.output].home = .result
      }
    }
    (steps, resultSteps) = (needed.reversed(), wanted.reversed())
  }
}
