import NumericCore

/// A static program as a network: what every run of it computes, value by value, its scans unrolled. Runs keep their
/// values; a change of a choice runs again what depends on it, and no more.
///
/// Steps are in the order in which a run needs them, so that a run that stops after a score has run a part of them.
final class TraceNetwork: Sendable {
  /// Where values are: with the network, with the run, or made when the results of a run are asked for.
  enum Home: Sendable { case data, run, result }

  struct Slot: BitwiseCopyable, Sendable {
    var home: Home
    var offset: Int
    let count: Int
  }

  /// How elements of the output depend on those of the inputs.
  enum Pattern: Sendable {
    /// All on all.
    case whole
    /// Element on element; inputs of one element on all.
    case elementwise
    /// As `elementwise` in the second input, and as `whole` in the first.
    case gather
    /// Element i is element offset + i * stride of the input.
    case slice(offset: Int, stride: Int)
    /// Element i of the input is element offset + i of the output.
    case part(offset: Int)
  }

  struct Operation: Sendable {
    let array: any ArrayOperation.Type
    let number: (any NumberOperation.Type)?
    let immediate: (Int, Int, Int, Int)
    let pattern: Pattern
  }

  enum Action: Sendable {
    case apply(Operation)
    case call(OpaqueFunction)
    /// Draws the values of a site.
    case draw(Int)
    /// The log densities of a site's values: -infinity outside of the support.
    case prior(Int)
    /// A score.
    case score(Int)
  }

  struct Step: Sendable {
    let action: Action
    /// Its inputs among `inputs`.
    let operands: Range<Int>
    /// -1 for scores.
    let output: Int
  }

  /// Something that adds to the total: the sum of a slot's elements, times a weight.
  struct Term: Sendable {
    let slot: Int
    let weight: Double
  }

  struct Score: Sendable {
    let name: String
    let terms: [Term]
  }

  let slots: [Slot]
  let inputs: [Int]
  let steps: [Step]
  /// What is computed when the results are asked for.
  let resultSteps: [Step]
  let sites: [NetworkSite]
  /// The step that draws each site.
  let drawSteps: [Int]
  let scores: [Score]
  /// The slots of each output, one after the other.
  let outputs: [[Int]]
  /// The slots of sites that are held.
  let held: [(path: String, slot: Int)]
  let consumers: Consumers
  let valueCount: Int
  let resultCount: Int
  let scratchCount: Int
  private let data: UnsafeBlock
  let numbering: SiteNumbering

  init(_ parts: NetworkParts) {
    (steps, resultSteps, inputs) = (parts.steps, parts.resultSteps, parts.inputs)
    (sites, scores, outputs, held) = (parts.sites, parts.scores, parts.outputs, parts.held)
    var drawSteps = Array(repeating: 0, count: parts.sites.count)
    for (number, step) in parts.steps.enumerated() { if case .draw(let site) = step.action { drawSteps[site] = number } }
    self.drawSteps = drawSteps
    var sizes: [Home: Int] = [:]
    var slots = parts.slots
    // Numbers lie side by side; arrays have room up to a multiple of eight.
    for isNumber in [true, false] {
      for home in [Home.data, .run, .result] { sizes[home] = Layout.rounded(sizes[home] ?? 0) }
      for i in slots.indices where (slots[i].count == 1) == isNumber {
        slots[i].offset = sizes[slots[i].home] ?? 0
        sizes[slots[i].home, default: 0] += isNumber ? 1 : Layout.rounded(slots[i].count)
      }
    }
    self.slots = slots
    data = UnsafeBlock(count: (sizes[.data] ?? 0) + Layout.margin)
    valueCount = (sizes[.run] ?? 0) + Layout.margin
    resultCount = (sizes[.result] ?? 0) + Layout.margin
    for (slot, elements) in parts.data {
      let start = data.base + slots[slot].offset
      for (i, element) in elements.enumerated() { start[i] = element }
      // What loops read beyond the end is as good an argument as the last element.
      if elements.count > 1, let last = elements.last {
        for i in elements.count..<Layout.rounded(elements.count) { start[i] = last }
      }
    }
    consumers = Consumers(steps, inputs, slots)
    numbering = SiteNumbering(sites)
    scratchCount = (steps + resultSteps).reduce(Layout.margin) { [slots] most, step in
      let counts = parts.inputs[step.operands].map { slots[$0].count }
      let output = step.output < 0 ? 1 : slots[step.output].count
      let count =
        switch step.action {
        case .apply(let operation): operation.array.scratchCount(outputCount: output, inputCounts: counts, lanes: 1)
        case .draw: DrawSite.scratchCount(outputCount: output, inputCounts: counts, lanes: 1)
        default: 0
        }
      return max(most, count + Layout.margin)
    }
  }

  /// The numbers that are known before all runs.
  var dataValues: UnsafeMutablePointer<Double> { data.base }
}
