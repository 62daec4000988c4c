import Foundation

/// A picture of draws or data. Points that are not finite are left out.
public struct Plot: Sendable {
  private let script: String
  private let size: (width: Int, height: Int)

  private static let colours = ["#3538cd", "#0e9384", "#dd2590", "#e04f16", "#4e5ba6", "#669f2a", "#7a5af8", "#b42318"]

  /// SVG text, made by gnuplot.
  public func svg() throws(ReportError) -> String { try Gnuplot.svg(script, width: size.width, height: size.height) }

  /// The draws of a number in their order, a line for each chain.
  public static func trace(_ chains: [[Double]], title: String) -> Plot {
    lines(chains.map { $0.enumerated().map { (Double($0.offset + 1), $0.element) } }, title: title, x: "draw", width: 0.6)
  }

  /// The density of the draws of a number, a line for each chain.
  public static func density(_ chains: [[Double]], title: String) -> Plot {
    lines(chains.map { KernelDensity.estimate($0) }, title: title, x: "value", width: 1.6)
  }

  /// Data over a covariate, with the median and the 50% and 90% intervals of predictions.
  ///
  /// - Parameters:
  ///   - predictions: for each element of `at`, its draws.
  public static func bands(
    x: [Double], y: [Double], at: [Double], predictions: [[Double]], title: String, xLabel: String, yLabel: String
  ) -> Plot {
    let rows = zip(at, predictions).sorted { $0.0 < $1.0 }.map { x, draws in
      [x] + Diagnostics.quantiles(draws.filter(\.isFinite), [0.05, 0.25, 0.5, 0.75, 0.95])
    }
    let script = """
      \(block("bands", rows))\(block("data", zip(x, y).map { [$0, $1] }))
      set title \(Gnuplot.quoted(title)); set xlabel \(Gnuplot.quoted(xLabel)); set ylabel \(Gnuplot.quoted(yLabel))
      set key top left
      plot $bands using 1:2:6 with filledcurves lc rgb '#e0e7ff' title '90%', \
        $bands using 1:3:5 with filledcurves lc rgb '#a4bcfd' title '50%', \
        $bands using 1:4 with lines lw 2 lc rgb '#3538cd' title 'median', \
        $data using 1:2 with points pt 7 ps 0.6 lc rgb '#1d2939' title 'data'

      """
    return Plot(script: script, size: (720, 430))
  }

  /// Observed data beside the intervals of their predictions, in the order of the data.
  public static func intervals(observed: [Double], predictions: [[Double]], title: String, yLabel: String) -> Plot {
    let rows = zip(observed, predictions).enumerated().map { i, pair in
      [Double(i + 1), pair.0] + Diagnostics.quantiles(pair.1.filter(\.isFinite), [0.05, 0.25, 0.5, 0.75, 0.95])
    }
    let script = """
      \(block("rows", rows))
      set title \(Gnuplot.quoted(title)); set xlabel 'datum'; set ylabel \(Gnuplot.quoted(yLabel))
      set xrange [0.4:\(Double(max(rows.count, 1)) + 0.6)]; set xtics 1; set key top right
      plot $rows using 1:3:7 with filledcurves lc rgb '#e0e7ff' title '90%', \
        $rows using 1:4:6 with filledcurves lc rgb '#a4bcfd' title '50%', \
        $rows using 1:5 with lines lw 2 lc rgb '#3538cd' title 'median', \
        $rows using 1:2 with points pt 7 ps 0.8 lc rgb '#1d2939' title 'data'

      """
    return Plot(script: script, size: (720, 430))
  }

  private static func lines(_ series: [[(Double, Double)]], title: String, x: String, width: Double) -> Plot {
    var script = ""
    for (i, points) in series.enumerated() { script += block("s\(i)", points.map { [$0.0, $0.1] }) }
    script += "set title \(Gnuplot.quoted(title)); set xlabel \(Gnuplot.quoted(x)); unset key\nplot "
    script += series.indices.map {
      "$s\($0) using 1:2 with lines lw \(width) lc rgb '\(colours[$0 % colours.count])'"
    }.joined(separator: ", ")
    return Plot(script: script + "\n", size: (480, 280))
  }

  /// A named block of rows; rows with a number that is not finite are left out, and an empty block has one that
  /// gnuplot passes over.
  private static func block(_ name: String, _ rows: [[Double]]) -> String {
    let finite = rows.filter { $0.allSatisfy(\.isFinite) }
    let lines = finite.map { $0.map { "\($0)" }.joined(separator: " ") }
    let text = lines.isEmpty ? "NaN NaN NaN NaN NaN NaN NaN" : lines.joined(separator: "\n")
    return "$\(name) << EOD\n\(text)\nEOD\n"
  }
}

/// Gaussian kernel density estimates.
enum KernelDensity {
  /// The estimate on a grid that reaches three bandwidths beyond the draws; Silverman's bandwidth, 0.9 min(sd, IQR /
  /// 1.34) n^(-1/5). Draws are put into 512 bins first. Nothing for fewer than two different draws.
  static func estimate(_ draws: [Double], points: Int = 256) -> [(Double, Double)] {
    let x = draws.filter(\.isFinite)
    guard x.count > 1, let low = x.min(), let high = x.max(), high > low else { return [] }
    let quartiles = Diagnostics.quantiles(x, [0.25, 0.75])
    let deviation = Diagnostics.standardDeviation(x)
    let range = (quartiles[1] - quartiles[0]) / 1.34
    let bandwidth = 0.9 * (range > 0 ? min(deviation, range) : deviation) * pow(Double(x.count), -0.2)
    let bins = 512
    var weights = Array(repeating: 0.0, count: bins)
    let width = (high - low) / Double(bins)
    for value in x { weights[min(bins - 1, Int((value - low) / width))] += 1 / Double(x.count) }
    let (start, end) = (low - 3 * bandwidth, high + 3 * bandwidth)
    return (0..<points).map { i in
      let at = start + (end - start) * Double(i) / Double(points - 1)
      var total = 0.0
      for bin in 0..<bins where weights[bin] > 0 {
        let z = (at - (low + (Double(bin) + 0.5) * width)) / bandwidth
        if abs(z) < 8 { total += weights[bin] * exp(-0.5 * z * z) }
      }
      return (at, total / (bandwidth * (2 * Double.pi).squareRoot()))
    }
  }
}
