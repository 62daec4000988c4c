import Foundation

extension Plot {
  /// The probabilities of the outer and of the inner interval that summaries show. Conventional and
  /// arbitrary.
  private static let outer = (low: 0.05, high: 0.95)
  private static let inner = (low: 0.25, high: 0.75)

  /// What a model predicts along `x`: the median, the central 50% and 90% intervals, and the observations on
  /// top.
  ///
  /// - Parameters:
  ///   - x: where the predictions are, in any order.
  ///   - predictive: all draws of the prediction at `x[i]` in `predictive[i]`. Draws that are not finite are
  ///     left out, and a note says how many.
  ///   - observed: the coordinates of the observations, all finite.
  /// - Throws: `ReportError.lengthMismatch`, `notFinite`, or `nothingToDraw` where no draw at some x is
  ///   finite.
  public static func band(
    _ title: String, at x: [Double], predictive: [[Double]],
    observed: (x: [Double], y: [Double])? = nil, xLabel: String = "x", yLabel: String = "y"
  ) throws(ReportError) -> Plot {
    guard predictive.count == x.count else {
      throw .lengthMismatch(what: "\(title): predictive draws", expected: x.count, found: predictive.count)
    }
    if let index = x.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(what: "\(title): x", index: index, value: x[index])
    }
    let order = x.indices.sorted { x[$0] < x[$1] }
    let samples = order.map { SortedSample(predictive[$0]) }
    guard !samples.isEmpty else { throw .nothingToDraw(figure: title) }
    if let empty = samples.firstIndex(where: { $0.values.isEmpty }) {
      throw .nothingToDraw(figure: "\(title), predictive draws at x = \(x[order[empty]])")
    }
    let sorted = order.map { x[$0] }
    func curve(_ p: Double) -> [Double] { samples.map { $0.quantile(p) } }

    var layers = [
      Layer(
        .band(x: sorted, lower: curve(outer.low), upper: curve(outer.high)), name: "90%", ink: .series(0),
        opacity: 0.18),
      Layer(
        .band(x: sorted, lower: curve(inner.low), upper: curve(inner.high)), name: "50%", ink: .series(0),
        opacity: 0.32),
      Layer(.line(x: sorted, y: curve(0.5)), name: "median", ink: .series(0), width: 2)
    ]
    if let observed {
      layers.append(
        Layer(
          .points(x: observed.x, y: observed.y), name: "observed", ink: .foreground, opacity: 0.75, width: 4))
    }
    return Plot(
      title: title, x: Axis(xLabel), y: Axis(yLabel), layers: layers,
      notes: droppedNote(samples.reduce(0) { $0 + $1.dropped }, of: predictive))
  }

  /// One row a quantity, from the top: its median, its central 50% interval (thick) and its 90% interval
  /// (thin).
  ///
  /// Draws that are not finite are left out, and a note says how many.
  ///
  /// - Throws: `ReportError.nothingToDraw` where a quantity has no finite draw.
  public static func intervals(
    _ title: String, of quantities: [(name: String, draws: [Double])], xLabel: String = ""
  ) throws(ReportError) -> Plot {
    let samples = quantities.map { SortedSample($0.draws) }
    guard !samples.isEmpty else { throw .nothingToDraw(figure: title) }
    if let empty = samples.firstIndex(where: { $0.values.isEmpty }) {
      throw .nothingToDraw(figure: "\(title), \(quantities[empty].name)")
    }
    // The names are at 0, 1, ... from below: the first quantity comes last.
    let y = samples.indices.map { Double(samples.count - 1 - $0) }
    func ends(_ p: Double) -> [Double] { samples.map { $0.quantile(p) } }
    let layers = [
      Layer(
        .segments(y: y, lower: ends(outer.low), upper: ends(outer.high)), name: "90%", ink: .series(0),
        width: 1.4),
      Layer(
        .segments(y: y, lower: ends(inner.low), upper: ends(inner.high)), name: "50%", ink: .series(0),
        width: 4),
      Layer(.points(x: ends(0.5), y: y), name: "median", ink: .foreground, width: 6)
    ]
    let (left, right) = (
      samples.map { $0.quantile(outer.low) }.min() ?? 0, samples.map { $0.quantile(outer.high) }.max() ?? 0
    )
    let margin = 0.04 * (right - left)
    let range: (lower: Double?, upper: Double?) = margin > 0 ? (left - margin, right + margin) : (nil, nil)
    var plot = Plot(
      title: title, x: Axis(xLabel, lower: range.lower, upper: range.upper),
      y: Axis(
        lower: -0.6, upper: Double(samples.count) - 0.4, ticks: .names(quantities.reversed().map(\.name))),
      layers: layers, notes: droppedNote(samples.reduce(0) { $0 + $1.dropped }, of: quantities.map(\.draws)))
    plot.height = 110 + 22 * samples.count
    return plot
  }

  /// The most bins that are chosen unasked.
  private static let mostBins = 100

  /// A histogram of area 1. Draws that are not finite are left out, and a note says how many.
  ///
  /// - Parameter bins: how many; by default from the width `2 IQR n^(-1/3)` (Freedman and Diaconis, 'On the
  ///   histogram as a density estimator', 1981), at most 100, and `log2 n + 1` (Sturges) where the IQR is 0.
  ///   Draws that are all equal get one bin of width 1 around them, or of their last digit where that is
  ///   wider.
  /// - Throws: `ReportError.nothingToDraw` where no draw is finite, `notPositive` for the number of bins.
  public static func histogram(_ title: String, _ draws: [Double], bins: Int? = nil) throws(ReportError)
    -> Plot
  {
    if let bins, bins <= 0 { throw .notPositive(what: "bins", value: Double(bins)) }
    let sample = SortedSample(draws)
    guard let smallest = sample.values.first, let largest = sample.values.last else {
      throw .nothingToDraw(figure: title)
    }
    var edges = [smallest - max(0.5, smallest.ulp), smallest + max(0.5, smallest.ulp)]
    if smallest < largest {
      let count = bins ?? defaultBins(sample)
      edges = (0...count).map { i in
        let t = Double(i) / Double(count)
        return (1 - t) * smallest + t * largest
      }
    }
    let count = Double(edges.count - 1)
    let width = (edges[edges.count - 1] - edges[0]) / count
    var heights = [Double](repeating: 0, count: edges.count - 1)
    for value in sample.values {
      // Halves, because a difference of two large numbers may overflow.
      let place = (value / 2 - edges[0] / 2) / (edges[edges.count - 1] / 2 - edges[0] / 2) * count
      heights[place < count ? Int(place) : heights.count - 1] += 1
    }
    for bin in heights.indices { heights[bin] /= Double(sample.values.count) * width }
    return Plot(
      title: title, y: Axis(lower: 0, ticks: .none),
      layers: [Layer(.bars(edges: edges, heights: heights), ink: .series(0), opacity: 0.6)],
      notes: droppedNote(sample.dropped, of: [draws]))
  }

  private static func defaultBins(_ sample: SortedSample) -> Int {
    let n = Double(sample.values.count)
    let width = 2 * (sample.quantile(0.75) - sample.quantile(0.25)) / cbrt(n)
    guard width > 0, width.isFinite else { return Int(log2(n).rounded(.up)) + 1 }
    return Int(min(((sample.quantile(1) - sample.quantile(0)) / width).rounded(.up), Double(mostBins)))
  }
}
