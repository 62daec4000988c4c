import Inference
import Testing

@Suite struct PlotSummariesTests {
  /// At x = c the draws are c + 0, 1 ... 100: quantile p is c + 100 p.
  @Test func bandsAreQuantilesInTheOrderOfX() throws {
    let x = [3.0, 1, 2]
    let predictive = x.map { c in (0...100).reversed().map { c + Double($0) } }
    let plot = try Plot.band("b", at: x, predictive: predictive, observed: (x: [9], y: [8]))
    let expected: [Plot.Marks] = [
      .band(x: [1, 2, 3], lower: [6, 7, 8], upper: [96, 97, 98]),
      .band(x: [1, 2, 3], lower: [26, 27, 28], upper: [76, 77, 78]),
      .line(x: [1, 2, 3], y: [51, 52, 53]),
      .points(x: [9], y: [8])
    ]
    #expect(plot.layers.map(\.marks) == expected)
    #expect(try XMLReading(plot.svg()).error == nil)
  }

  @Test func bandsRefuseWhatDoesNotFit() throws {
    #expect(throws: ReportError.lengthMismatch(what: "b: predictive draws", expected: 2, found: 1)) {
      try Plot.band("b", at: [1, 2], predictive: [[1]])
    }
    #expect(throws: ReportError.notFinite(what: "b: x", index: 1, value: .infinity)) {
      try Plot.band("b", at: [1, .infinity], predictive: [[1], [1]])
    }
    #expect(throws: ReportError.nothingToDraw(figure: "b, predictive draws at x = 2.0")) {
      try Plot.band("b", at: [1, 2], predictive: [[1], [.nan]])
    }
    #expect(
      try Plot.band("b", at: [1], predictive: [[1, .nan]]).notes == [
        "1 of 2 draws is not finite and not shown."
      ])
  }

  @Test func intervalsHaveOneRowAQuantityFromTheTop() throws {
    let draws = (0...100).map(Double.init)
    let plot = try Plot.intervals("i", of: [("first", draws), ("second", draws.map { -$0 })])
    let expected: [Plot.Marks] = [
      .segments(y: [1, 0], lower: [5, -95], upper: [95, -5]),
      .segments(y: [1, 0], lower: [25, -75], upper: [75, -25]),
      .points(x: [50, -50], y: [1, 0])
    ]
    #expect(plot.layers.map(\.marks) == expected)
    #expect(plot.y.ticks == .names(["second", "first"]))
    #expect(try XMLReading(plot.svg()).named("text").contains { $0.text.contains("second") })
    #expect(throws: ReportError.nothingToDraw(figure: "i, none")) {
      try Plot.intervals("i", of: [("none", [])])
    }
    #expect(try XMLReading(Plot.intervals("i", of: [("one", [2, 2])]).svg()).error == nil)
  }

  @Test func aHistogramHasAreaOne() throws {
    let draws = (0..<1_000).map { Double($0 * $0) / 1e4 }
    for bins in [nil, 7] {
      guard case .bars(let edges, let heights) = try Plot.histogram("h", draws, bins: bins).layers[0].marks
      else {
        Issue.record("expected bars")
        return
      }
      let area = zip(heights, zip(edges, edges.dropFirst())).reduce(0) { $0 + $1.0 * ($1.1.1 - $1.1.0) }
      #expect(abs(area - 1) < 1e-12)
      #expect(edges.first == 0 && edges.last == 99.8001)
      // Freedman and Diaconis: IQR 49.92, so a width of 9.98 and 10 bins.
      #expect(heights.count == bins ?? 10)
    }
  }

  @Test func aHistogramCountsEachDrawOnce() throws {
    let plot = try Plot.histogram("h", [0, 0, 1, 2, 4, .nan], bins: 2)
    #expect(plot.layers[0].marks == .bars(edges: [0, 2, 4], heights: [0.3, 0.2]))
    #expect(plot.notes == ["1 of 6 draws is not finite and not shown."])
    #expect(try Plot.histogram("h", [3, 3]).layers[0].marks == .bars(edges: [2.5, 3.5], heights: [1]))
    #expect(try XMLReading(Plot.histogram("h", [3, 3]).svg()).error == nil)
    #expect(throws: ReportError.nothingToDraw(figure: "h")) { try Plot.histogram("h", []) }
    #expect(throws: ReportError.notPositive(what: "bins", value: -1)) {
      try Plot.histogram("h", [1, 2], bins: -1)
    }
  }

  @Test(arguments: [[-1.7e308, 1.7e308], [0, .leastNonzeroMagnitude], [1e308, 1.7e308, 1.5e308, -1e308]])
  func aHistogramOfExtremeDrawsIsMadeOrRefused(_ draws: [Double]) throws {
    guard case .bars(let edges, let heights) = try Plot.histogram("h", draws).layers[0].marks else {
      Issue.record("expected bars")
      return
    }
    #expect(edges.first == draws.min() && edges.last == draws.max())
    #expect(heights.count == edges.count - 1)
  }
}
