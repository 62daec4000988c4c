import Foundation
import Inference
import Testing

@Suite struct PlotTests {
  static let everyMark = Plot(
    title: "all", x: .init("x"), y: .init("y"),
    layers: [
      .init(
        .band(x: [0, 1, 2], lower: [0, 0, 1], upper: [1, 2, 3]), name: "band", ink: .series(0), opacity: 0.2),
      .init(.bars(edges: [0, 1, 2], heights: [1, 2]), name: "bars", ink: .series(1)),
      .init(.steps(edges: [0, 1, 2], heights: [1, 2]), name: "steps", ink: .series(2)),
      .init(.line(x: [0, 1, 2], y: [1, 2, 1]), name: "line", ink: .series(-1)),
      .init(.segments(y: [0, 1], lower: [0, 1], upper: [1, 2]), name: "segments", ink: .muted),
      .init(.points(x: [0, 1, 2], y: [1, 2, 1]), name: "points", ink: .foreground)
    ])

  @Test func aDrawingIsWellFormedAndHasOnePartALayer() throws {
    let svg = try Self.everyMark.svg(identifierPrefix: "p-")
    let reading = XMLReading(svg)
    #expect(reading.error == nil)
    #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>"))
    let parts = reading.identifiers.filter { $0.hasPrefix("p-gnuplot_plot_") }
    #expect(parts.count == Self.everyMark.layers.count)
    #expect(reading.named("svg").first?.attributes["aria-label"] == "all")
  }

  @Test func identifiersArePrefixedAndReferencesResolve() throws {
    let reading = try XMLReading(Self.everyMark.svg(identifierPrefix: "p-"))
    #expect(reading.identifiers.allSatisfy { $0.hasPrefix("p-") })
    #expect(Set(reading.identifiers).count == reading.identifiers.count)
    #expect(!reading.references.isEmpty)
    for reference in reading.references {
      #expect(reading.identifiers.contains(String(reference.dropFirst())))
    }
  }

  @Test func inkIsThePagesColour() throws {
    let reading = try XMLReading(Self.everyMark.svg())
    let colours = reading.elements.flatMap { element in
      ["color", "stroke", "fill"].compactMap { element.attributes[$0] }
    }
    #expect(colours.contains("currentColor"))
    #expect(!colours.contains { $0 == "black" || $0.filter { !$0.isWhitespace } == "rgb(0,0,0)" })
  }

  @Test func anImageIsOnePictureAndHasAValueForEachPair() throws {
    let image = Plot(
      title: "map", layers: [.init(.image(x: [0, 1, 2], y: [5, 6], values: [1, 2, 3, 4, 5, 6]), ink: .series(0))])
    let reading = try XMLReading(image.svg(identifierPrefix: "p-"))
    #expect(reading.error == nil)
    let pictures = reading.named("image").compactMap { $0.attributes["xlink:href"] ?? $0.attributes["href"] }
    #expect(pictures.count == 1 && pictures[0].hasPrefix("data:image/png;base64,"))
    let wrong = Plot(title: "t", layers: [.init(.image(x: [0, 1], y: [0, 1], values: [1, 2, 3]), name: "n", ink: .series(0))])
    #expect(throws: ReportError.lengthMismatch(what: "t: n, pairs of x and y", expected: 3, found: 4)) {
      try wrong.svg()
    }
  }

  /// Axes are affine: equal steps of the data are equal steps of the drawing, upwards and to the right.
  @Test func pointsAreWhereTheyBelong() throws {
    let plot = Plot(
      title: "", x: .init(lower: 0, upper: 10), y: .init(lower: -5, upper: 5),
      layers: [.init(.points(x: [2, 5, 8], y: [-4, 0, 4]), ink: .foreground)])
    let places = try XMLReading(plot.svg()).named("use").compactMap { use -> [Double]? in
      guard let transform = use.attributes["transform"], transform.hasPrefix("translate(") else { return nil }
      return transform.dropFirst("translate(".count).prefix { $0 != ")" }.split(separator: ",").compactMap {
        Double($0)
      }
    }
    try #require(places.count == 3)
    for axis in 0...1 {
      let (first, second) = (places[1][axis] - places[0][axis], places[2][axis] - places[1][axis])
      #expect(abs(first - second) < 0.03)
      #expect(axis == 0 ? first > 20 : first < -20)
    }
  }

  @Test(arguments: [
    "it's <b>\"bold\"</b> & more", "`touch /tmp/never` @macro \\n %d", "a_{b}^2 ~ {/Symbol x}",
    "&#x3b1; &lt; &#10;", "σ² ≤ 日本",
    "id='x' fill=\"black\" href='#y'"
  ])
  func labelsStandForThemselves(_ label: String) throws {
    let plot = Plot(
      title: label, x: .init(label), y: .init(ticks: .names([label])),
      layers: [.init(.line(x: [0, 1], y: [0, 1]), name: label, ink: .foreground)])
    let reading = try XMLReading(plot.svg(identifierPrefix: "p-"))
    #expect(reading.error == nil)
    #expect(reading.named("text").filter { $0.text.trimmingCharacters(in: .whitespaces) == label }.count == 4)
  }

  @Test func controlCharactersInLabelsBecomeSpaces() throws {
    let plot = Plot(title: "a\nb\u{0}c", layers: [.init(.line(x: [0, 1], y: [0, 1]), ink: .foreground)])
    #expect(try XMLReading(plot.svg()).named("text").contains { $0.text == "a b c" })
  }

  @Test(arguments: [1e-300, 1e-5, 1.0, 1e299])
  func constantAndExtremeValuesAreDrawn(_ value: Double) throws {
    let plot = Plot(title: "t", layers: [.init(.line(x: [0, 1], y: [value, value]), ink: .series(0))])
    #expect(try XMLReading(plot.svg()).error == nil)
  }

  @Test(arguments: [Double.nan, -1, 2])
  func anyOpacityIsDrawn(_ opacity: Double) throws {
    let plot = Plot(
      title: "t", layers: [.init(.line(x: [0, 1], y: [0, 1]), ink: .series(0), opacity: opacity)])
    #expect(try XMLReading(plot.svg()).error == nil)
  }

  @Test func refusesWhatItCannotDraw() {
    func drawing(_ marks: Plot.Marks) -> () throws -> String {
      { try Plot(title: "t", layers: [.init(marks, name: "n", ink: .foreground)]).svg() }
    }
    #expect(
      throws: ReportError.lengthMismatch(what: "t: n, y", expected: 2, found: 1),
      performing: drawing(.line(x: [0, 1], y: [0])))
    #expect(
      throws: ReportError.lengthMismatch(what: "t: n, edges", expected: 2, found: 1),
      performing: drawing(.bars(edges: [0], heights: [1])))
    #expect(
      throws: ReportError.notFinite(what: "t: n, x", index: 1, value: .infinity),
      performing: drawing(.points(x: [0, .infinity], y: [0, 1])))
    #expect(
      throws: ReportError.notFinite(what: "t: n, y", index: 0, value: 1e305),
      performing: drawing(.points(x: [0], y: [1e305])))
    #expect(throws: ReportError.nothingToDraw(figure: "t"), performing: drawing(.line(x: [], y: [])))
    #expect(throws: ReportError.nothingToDraw(figure: "t")) { try Plot(title: "t", layers: []).svg() }
    #expect(throws: ReportError.notFinite(what: "t: ends of axis y", index: 1, value: .infinity)) {
      try Plot(title: "t", y: .init(upper: .infinity), layers: []).svg()
    }
  }
}
