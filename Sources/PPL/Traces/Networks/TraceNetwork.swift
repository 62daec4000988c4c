import NumericCore
import Synchronization

/// A static program as a network: what every run of it computes, value by value, its scans unrolled. Runs keep their
/// values; a change of a choice runs again what depends on it, and no more.
///
/// Steps are in the order in which a run needs them, so that a run that stops after a score has run a part of them.
final class TraceNetwork: Sendable {
  /// Where values are: with the network, with the run, or made when the results of a run are asked for.
  enum Home: Sendable { case data, run, result }

  struct Slot: BitwiseCopyable, Sendable {
    var home: Home
    /// Where it lies: the page, and the first element there.
    var page = 0
    var offset = 0
    let count: Int
  }

  /// How elements of the output depend on those of the inputs.
  enum Pattern: Sendable, BitwiseCopyable {
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

    @inline(__always) var isElementwise: Bool {
      if case .elementwise = self { true } else { false }
    }
  }

  struct Operation: Sendable, BitwiseCopyable {
    let array: any ArrayOperation.Type
    let number: (any NumberOperation.Type)?
    let immediate: (Int, Int, Int, Int)
    let pattern: Pattern
  }

  enum Action: Sendable, BitwiseCopyable {
    case apply(Operation)
    /// Calls a plain Swift function.
    case call(Int)
    /// Draws the values of a site.
    case draw(Int)
    /// The log densities of a site's values: -infinity outside of the support.
    case prior(Int)
    /// A score.
    case score(Int)
  }

  struct Step: Sendable, BitwiseCopyable {
    let action: Action
    /// Its inputs among `inputs`: the first one, and how many.
    let firstOperand: Int
    let operandCount: Int
    var operands: Range<Int> { firstOperand..<(firstOperand + operandCount) }
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

  let slots: Table<Slot>
  let inputs: Table<Int>
  let steps: Table<Step>
  /// What is computed when the results are asked for.
  let resultSteps: [Step]
  let functions: [OpaqueFunction]
  let sites: [NetworkSite]
  /// The step that draws each site.
  let drawSteps: [Int]
  let scores: [Score]
  /// The slots of each output, one after the other.
  let outputs: [[Int]]
  let outputCount: Int
  /// The slots of sites that are held.
  let held: [(path: String, slot: Int)]
  let consumers: Consumers
  /// The slots that depend on a continuous site by operations that have derivatives, or by a Swift function.
  let isSmooth: Table<Bool>
  let numbering: SiteNumbering
  /// The room of each page: first that of the data, last that of the results.
  let pageSizes: [Int]
  let data: UnsafeBlock
  let scratchCount: Int
  private let spare = Mutex<[NetworkWorkspace]>([])

  init(_ parts: NetworkParts) {
    (steps, resultSteps, inputs) = (Table(parts.steps), parts.resultSteps, Table(parts.inputs))
    (functions, sites, scores) = (parts.functions, parts.sites, parts.scores)
    (outputs, held) = (parts.outputs, parts.held)
    var drawSteps = Array(repeating: 0, count: parts.sites.count)
    for (number, step) in parts.steps.enumerated() {
      if case .draw(let site) = step.action { drawSteps[site] = number }
    }
    self.drawSteps = drawSteps
    var slots = parts.slots
    pageSizes = slots.place()
    self.slots = Table(slots)
    outputCount = parts.outputs.joined().reduce(0) { [slots] in $0 + slots[$1].count }
    data = UnsafeBlock(count: pageSizes[0])
    for (slot, elements) in parts.data {
      let start = data.base + slots[slot].offset
      for (i, element) in elements.enumerated() { start[i] = element }
      // What loops read beyond the end is as good an argument as the last element.
      if elements.count > 1, let last = elements.last {
        for i in elements.count..<Layout.rounded(elements.count) { start[i] = last }
      }
    }
    consumers = Consumers(parts.steps, parts.inputs, slots)
    isSmooth = Table(parts.smoothSlots)
    numbering = SiteNumbering(sites)
    scratchCount = (parts.steps + resultSteps).reduce(Layout.margin) { [slots] most, step in
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

  /// Calls a function with room that nobody else uses meanwhile.
  func withWorkspace<Result>(_ body: (NetworkWorkspace) throws -> Result) rethrows -> Result {
    let workspace = spare.withLock { $0.popLast() } ?? NetworkWorkspace(self)
    defer { spare.withLock { $0.append(workspace) } }
    return try body(workspace)
  }
}

extension [TraceNetwork.Slot] {
  /// Arbitrary: few enough numbers for a copy to be cheap, enough for the table of pages to be short.
  private static var pageSize: Int { 512 }

  /// Puts slots on pages in their order, which is that of a run, so that what runs have in common is on pages that they
  /// share: numbers in eights, arrays with room up to a multiple of eight. A large array has a page of its own.
  ///
  /// - Returns: the room of each page.
  mutating func place() -> [Int] {
    var sizes = [0, 0]
    var number: (page: Int, next: Int, end: Int) = (0, 0, 0)
    var last = 0
    for i in indices {
      let room = Layout.rounded(self[i].count)
      switch self[i].home {
      case .data:
        (self[i].page, self[i].offset) = (0, sizes[0])
        sizes[0] += room
      case .result:
        self[i].offset = last
        last += room
      case .run:
        if self[i].count == 1, number.next < number.end {
          (self[i].page, self[i].offset) = (number.page, number.next)
          number.next += 1
          continue
        }
        if sizes[sizes.count - 1] > 0, sizes[sizes.count - 1] + room > Self.pageSize { sizes.append(0) }
        let (page, offset) = (sizes.count - 1, sizes[sizes.count - 1])
        (self[i].page, self[i].offset) = (page, offset)
        if self[i].count == 1 { number = (page, offset + 1, offset + 8) }
        sizes[page] += room
      }
    }
    sizes.append(last)
    for i in indices where self[i].home == .result { self[i].page = sizes.count - 1 }
    return sizes.map { $0 + Layout.margin }
  }
}
