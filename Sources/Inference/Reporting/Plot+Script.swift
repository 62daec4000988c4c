import Foundation

extension Plot {
  /// Figures whose points lie further out than this are refused: gnuplot takes 1e308 for "no value".
  private static let largestCoordinate = 1e300

  /// The palette: distinct hues of middle lightness, readable on white and on near-black.
  private static let palette = [
    "3B7DD8", "E0752D", "2E9E6B", "B565B5", "C79A1E", "3AA6B9", "CF4B55", "8A7A5C"
  ]

  /// The figure as gnuplot's language; the output is SVG on the standard output.
  func script() throws(ReportError) -> String {
    try check()
    var lines = ["set terminal svg size \(width),\(height) dynamic noenhanced font 'sans-serif,12'"]
    lines += [
      "set encoding utf8", "set border 3 lc rgb '#808080' lw 0.8", "set grid lc rgb '#CC808080' lt 1 lw 0.6"
    ]
    lines += ["set tics nomirror out scale 0.4", "set style fill solid border"]
    // Room above and below the data, except at an end that was asked for.
    let (above, below) = (y.upper == nil ? 0.03 : 0, y.lower == nil ? 0.03 : 0)
    lines += ["set offsets graph 0, graph 0, graph \(above), graph \(below)", "set autoscale xfix"]

    let legend = legend
    lines += ["set tmargin \((title.isEmpty ? 0.8 : 2.2) + 1.2 * Double(legend.rows))", "set rmargin 2"]
    lines += [
      "set bmargin \(x.label.isEmpty ? 2 : 3.3)", "set xtics offset 0, 0.3", "set ytics offset 0.5, 0"
    ]
    lines += ["set xlabel offset 0, 0.5"]
    if !title.isEmpty {
      let place = "screen 0.012, screen \(1 - 14 / Double(height))"
      lines.append("set label 1 \(Gnuplot.quoted(title)) at \(place) left font ',14'")
    }
    if legend.rows > 0 {
      let top = 1 - (title.isEmpty ? 4.0 : 24.0) / Double(height)
      lines.append(
        "set key at screen 0.99, screen \(top) right top horizontal Left reverse samplen 1.2 width -1"
          + " maxcols \(legend.columns)")
    } else {
      lines.append("unset key")
    }
    lines += axisScript(x, name: "x") + axisScript(y, name: "y")
    if layers.contains(where: \.isImage) {
      lines += ["set palette defined (\(Self.colourMap))", "set rmargin 12", "unset grid", "set offsets 0, 0, 0, 0"]
      lines += ["set autoscale fix"]
    }

    for (index, layer) in layers.enumerated() {
      lines.append("$d\(index) << END_OF_LAYER")
      lines += layer.marks.rows()
      lines.append("END_OF_LAYER")
    }
    let commands = layers.enumerated().map { index, layer in "$d\(index) \(layer.style(Self.colour))" }
    lines.append("plot " + commands.joined(separator: ", "))
    return lines.joined(separator: "\n") + "\n"
  }

  /// How the names of layers stand above the plot: all columns are as wide as the longest name.
  private var legend: (columns: Int, rows: Int) {
    let names = layers.compactMap(\.name)
    guard let longest = names.map(\.count).max() else { return (0, 0) }
    // Points: of a letter in a mean, and of a sample with what is around it.
    let (letter, sample) = (6.5, 36.0)
    let columns = max(1, min(names.count, Int(Double(width - 70) / (letter * Double(longest) + sample))))
    return (columns, (names.count + columns - 1) / columns)
  }

  /// Of images: viridis, whose lightness rises evenly.
  private static let colourMap = ["440154", "414487", "2A788E", "22A884", "7AD151", "FDE725"].enumerated()
    .map { "\($0) '#\($1)'" }.joined(separator: ", ")

  private func axisScript(_ axis: Axis, name: String) -> [String] {
    var lines: [String] = []
    if !axis.label.isEmpty { lines.append("set \(name)label \(Gnuplot.quoted(axis.label))") }
    if axis.lower != nil || axis.upper != nil {
      lines.append(
        "set \(name)range [\(axis.lower.map { "\($0)" } ?? "*"):\(axis.upper.map { "\($0)" } ?? "*")]")
    }
    switch axis.ticks {
    case .automatic: break
    case .none: lines.append("unset \(name)tics")
    case .names(let names):
      // Of all labels only those of ticks are formats, in which a percent sign is doubled.
      let ticks = names.enumerated().map { place, name in
        "\(Gnuplot.quoted(name.replacingOccurrences(of: "%", with: "%%"))) \(place)"
      }
      lines.append("set \(name)tics (\(ticks.joined(separator: ", ")))")
    }
    return lines
  }

  /// `#AARRGGBB`, where an alpha of 00 is opaque.
  private static func colour(_ ink: Ink, _ opacity: Double) -> String {
    let alpha = opacity > 0 ? Int(((1 - min(opacity, 1)) * 255).rounded()) : 255
    let rgb =
      switch ink {
      case .series(let index): palette[((index % palette.count) + palette.count) % palette.count]
      case .foreground: "000000"
      case .muted: "808080"
      }
    return "'#" + (alpha < 16 ? "0" : "") + String(alpha, radix: 16, uppercase: true) + rgb + "'"
  }

  /// Refuses lists that do not fit, coordinates that are not drawable, and a figure without any.
  private func check() throws(ReportError) {
    for (name, axis) in [("x", x), ("y", y)] {
      for (index, end) in [axis.lower, axis.upper].enumerated() {
        guard let end, !(abs(end) <= Self.largestCoordinate) else { continue }
        throw .notFinite(what: "\(title): ends of axis \(name)", index: index, value: end)
      }
    }
    var isEmpty = true
    for (number, layer) in layers.enumerated() {
      let what = "\(title.isEmpty ? "figure" : title): \(layer.name ?? "layer \(number)")"
      let lists = layer.marks.lists
      for list in lists {
        guard list.values.count == lists[0].values.count + list.surplus else {
          throw .lengthMismatch(
            what: "\(what), \(list.name)", expected: lists[0].values.count + list.surplus,
            found: list.values.count)
        }
        for (index, value) in list.values.enumerated() where !(abs(value) <= Self.largestCoordinate) {
          throw .notFinite(what: "\(what), \(list.name)", index: index, value: value)
        }
      }
      if !lists[0].values.isEmpty { isEmpty = false }
    }
    if isEmpty { throw .nothingToDraw(figure: title) }
  }
}

extension Plot.Marks {
  /// The lists of numbers, the one that sets the length first; `surplus` is by how much another is longer.
  fileprivate var lists: [(name: String, values: [Double], surplus: Int)] {
    switch self {
    case .line(let x, let y), .points(let x, let y): [("x", x, 0), ("y", y, 0)]
    case .band(let x, let lower, let upper): [("x", x, 0), ("lower", lower, 0), ("upper", upper, 0)]
    case .bars(let edges, let heights), .steps(let edges, let heights):
      [("heights", heights, 0), ("edges", edges, 1)]
    case .segments(let y, let lower, let upper): [("y", y, 0), ("lower", lower, 0), ("upper", upper, 0)]
    case .image(let x, let y, let values):
      [
        ("values", values, 0), ("x", x, x.count - values.count), ("y", y, y.count - values.count),
        ("pairs of x and y", Array(repeating: 0, count: x.count * y.count), 0),
      ]
    }
  }

  /// The rows of the layer's data block. Lists have been checked.
  fileprivate func rows() -> [String] {
    switch self {
    case .line(let x, let y), .points(let x, let y): x.indices.map { "\(x[$0]) \(y[$0])" }
    case .band(let x, let lower, let upper): x.indices.map { "\(x[$0]) \(lower[$0]) \(upper[$0])" }
    case .bars(let edges, let heights):
      heights.indices.map { i in
        "\((edges[i] + edges[i + 1]) / 2) \(heights[i] / 2) \(edges[i]) \(edges[i + 1]) 0 \(heights[i])"
      }
    case .steps(let edges, let heights):
      heights.indices.flatMap { i in ["\(edges[i]) \(heights[i])", "\(edges[i + 1]) \(heights[i])"] }
    case .segments(let y, let lower, let upper):
      y.indices.flatMap { i in ["\(lower[i]) \(y[i])", "\(upper[i]) \(y[i])", ""] }
    case .image(let x, let y, let values):
      values.indices.map { "\(x[$0 % x.count]) \(y[$0 / x.count]) \(values[$0])" }
    }
  }
}

extension Plot.Layer {
  fileprivate var isImage: Bool {
    if case .image = marks { true } else { false }
  }

  fileprivate func style(_ colour: (Plot.Ink, Double) -> String) -> String {
    let colour = "lc rgb \(colour(ink, opacity))"
    let shape =
      switch marks {
      case .line, .steps, .segments: "with lines lt 1 lw \(width) \(colour)"
      case .points: "with points pt 7 ps \(width / 10) \(colour)"
      case .band: "using 1:2:3 with filledcurves fs noborder \(colour)"
      case .bars: "with boxxyerror fs noborder \(colour)"
      case .image: "using 1:2:3 with image"
      }
    return shape + (name.map { " title \(Gnuplot.quoted($0))" } ?? " notitle")
  }
}
