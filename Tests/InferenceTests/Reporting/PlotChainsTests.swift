import Inference
import NumericCore
import Testing

@Suite struct PlotChainsTests {
  @Test func aTraceShowsEachChainInOrder() throws {
    let plot = try Plot.trace("mu", chains: [[1, 3, 2], [4, 6, 5]])
    #expect(plot.layers.map(\.name) == ["chain 1", "chain 2"])
    #expect(
      plot.layers.map(\.marks) == [.line(x: [1, 2, 3], y: [1, 3, 2]), .line(x: [1, 2, 3], y: [4, 6, 5])])
    #expect(plot.notes.isEmpty)
    #expect(try XMLReading(plot.svg()).error == nil)
  }

  @Test func drawsThatAreNotFiniteAreLeftOutAndCounted() throws {
    let chains: [[Double]] = [[1, .nan, 2], [3, .infinity, 3]]
    let trace = try Plot.trace("mu", chains: chains)
    #expect(trace.layers[0].marks == .line(x: [1, 3], y: [1, 2]))
    let note = "2 of 6 draws are not finite and not shown."
    #expect(trace.notes == [note])
    #expect(try Plot.ranks("mu", chains: chains).notes == [note])
    #expect(try Plot.density("mu", chains: chains).notes == ["All draws of chain 2 equal 3.0.", note])
    #expect(throws: ReportError.nothingToDraw(figure: "trace of x")) {
      try Plot.trace("x", chains: [[.nan], []])
    }
    #expect(throws: ReportError.nothingToDraw(figure: "density of x")) {
      try Plot.density("x", chains: [[.nan], []])
    }
    #expect(throws: ReportError.nothingToDraw(figure: "ranks of x")) { try Plot.ranks("x", chains: []) }
  }

  /// Nothing that would stick out is lost: the extremes of every stretch are among what is drawn.
  @Test func aLongTraceKeepsTheExtremesOfEveryStretch() throws {
    var stream = RandomStream(RandomKey(seed: 3))
    let chain = (0..<8_000).map { _ in Double.random(in: -1...1, using: &stream) }
    guard case .line(let x, let y) = try Plot.trace("mu", chains: [chain]).layers[0].marks else {
      Issue.record("expected a line")
      return
    }
    #expect(y.count <= 800)
    #expect(zip(x, y).allSatisfy { chain[Int($0) - 1] == $1 })
    #expect(zip(x, x.dropFirst()).allSatisfy { $0 < $1 })
    for start in stride(from: 0, to: 8_000, by: 20) {
      let stretch = chain[start..<start + 20]
      #expect(y.contains(stretch.min()!) && y.contains(stretch.max()!))
    }
  }

  @Test func aDensityIsTheEstimatesCurve() throws {
    let chains = [[0.1, 0.4, 0.5, 1.1], [0.2, 0.3, 0.9, 1.4]]
    let plot = try Plot.density("tau", chains: chains, lower: 0)
    for (chain, layer) in zip(chains, plot.layers) {
      let curve = try KernelDensityEstimate(chain, lower: 0).curve()
      #expect(layer.marks == .line(x: curve.x, y: curve.density))
    }
    #expect(throws: ReportError.outOfBounds(what: "draw", value: 0.1, lower: 0.2, upper: .infinity)) {
      try Plot.density("tau", chains: chains, lower: 0.2)
    }
  }

  @Test func aConstantChainIsAnUprightLine() throws {
    let alone = try Plot.density("c", chains: [[2, 2, 2]])
    #expect(alone.layers.map(\.marks) == [.line(x: [2, 2], y: [0, 1])])
    #expect(try XMLReading(alone.svg()).error == nil)
    let beside = try Plot.density("c", chains: [[2, 2, 2], [1, 2, 3]])
    let peak = try KernelDensityEstimate([1, 2, 3]).curve().density.max()!
    #expect(beside.layers.last?.marks == .line(x: [2, 2], y: [0, peak]))
  }

  /// Chains that interleave have equal shares in every bin; a chain above all others has only the upper
  /// ranks.
  @Test func ranksTellChainsApart() throws {
    let even = (0..<100).map { Double(2 * $0) }
    func heights(_ other: [Double]) throws -> [[Double]] {
      try Plot.ranks("mu", chains: [even, other], bins: 4).layers.dropFirst().map { layer in
        guard case .steps(let edges, let heights) = layer.marks else { return [] }
        #expect(edges == [0, 50, 100, 150, 200])
        return heights
      }
    }
    #expect(try heights(even.map { $0 + 1 }) == [[1, 1, 1, 1], [1, 1, 1, 1]])
    #expect(try heights(even.map { $0 + 1_000 }) == [[2, 2, 0, 0], [0, 0, 2, 2]])
    // Ties share the mean rank, which is in the middle.
    #expect(
      try Plot.ranks("mu", chains: [[5, 5, 5], [5, 5, 5]], bins: 3).layers[1].marks
        == .steps(edges: [0, 2, 4, 6], heights: [0, 3, 0]))
    #expect(throws: ReportError.notPositive(what: "bins", value: 0)) {
      try Plot.ranks("mu", chains: [even], bins: 0)
    }
  }

  @Test func manyChainsGoWithoutALegend() throws {
    let chains = (0..<9).map { [Double($0), Double($0) + 1] }
    #expect(try Plot.trace("mu", chains: chains).layers.allSatisfy { $0.name == nil })
  }
}
