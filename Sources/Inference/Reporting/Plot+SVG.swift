import Foundation

extension Plot {
  /// The figure as one `<svg>` element, without a prologue, ready to stand in a page.
  ///
  /// Axes and texts take the page's colour (`currentColor`), the background is transparent, nothing outside
  /// is referred to. gnuplot gives the same identifiers to the parts of all its drawings: `prefix` goes
  /// before each, so that figures with different prefixes can share a page.
  ///
  /// - Throws: `ReportError` where lists differ in length, a coordinate is not finite (or beyond 1e300),
  ///   there is nothing to draw, or gnuplot is missing or fails.
  public func svg(using gnuplot: Gnuplot = Gnuplot(), identifierPrefix prefix: String = "")
    throws(ReportError) -> String
  {
    let drawing = try gnuplot.run(script())
    guard let start = drawing.range(of: "<svg"), let end = drawing.range(of: "</svg>", options: .backwards)
    else {
      throw .gnuplotFailed(status: 0, message: "no drawing in \(drawing.utf8.count) bytes of output")
    }
    return Self.adopt(drawing[start.lowerBound..<end.upperBound], title: title, prefix: prefix)
  }

  /// Rewrites gnuplot's tags, and tags only: what stands between them are the user's words.
  private static func adopt(_ drawing: Substring, title: String, prefix: String) -> String {
    var result = ""
    result.reserveCapacity(drawing.utf8.count)
    var skipped: String?
    for piece in drawing.split(separator: "<") {
      let close = piece.firstIndex(of: ">") ?? piece.endIndex
      let tag = piece[..<close]
      let name = tag.prefix { !$0.isWhitespace && $0 != ">" }
      if let element = skipped {
        if name == "/" + element { skipped = nil }
        continue
      }
      // Names and tool versions that gnuplot adds; the first title would show as a tooltip.
      if name == "title" || name == "desc" || name == "filter" {
        skipped = String(name)
        continue
      }
      result += "<" + rewritten(String(tag), prefix: prefix)
      if name == "svg" {
        result += " role=\"img\" aria-label=\"\(XML.escaped(title))\""
      }
      result += piece[close...]
    }
    return result
  }

  private static func rewritten(_ tag: String, prefix: String) -> String {
    var tag = tag
    for quote in ["'", "\""] {
      tag = tag.replacingOccurrences(of: " id=\(quote)", with: " id=\(quote)\(prefix)")
      tag = tag.replacingOccurrences(of: "href=\(quote)#", with: "href=\(quote)#\(prefix)")
      for black in ["black", "rgb(  0,   0,   0)", "rgb(0,0,0)"] {
        tag = tag.replacingOccurrences(of: "=\(quote)\(black)\(quote)", with: "=\(quote)currentColor\(quote)")
        tag = tag.replacingOccurrences(
          of: "= \(quote)\(black)\(quote)", with: "=\(quote)currentColor\(quote)")
      }
    }
    return tag.replacingOccurrences(of: " shape-rendering='crispEdges'", with: "")
  }
}
