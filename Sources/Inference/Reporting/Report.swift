import Foundation

/// A report as one HTML file that needs nothing else: text, tables and SVG pictures.
public struct Report: Sendable {
  private let title: String
  private var body = ""

  public init(title: String) { self.title = title }

  public mutating func heading(_ text: String) { body += "<h2>\(Self.escaped(text))</h2>\n" }

  public mutating func paragraph(_ text: String) { body += "<p>\(Self.escaped(text))</p>\n" }

  /// A list of things to know before the results are read.
  public mutating func warnings(_ texts: [String]) {
    guard !texts.isEmpty else { return }
    body += "<ul class=\"warnings\">\(texts.map { "<li>\(Self.escaped($0))</li>" }.joined())</ul>\n"
  }

  public mutating func table(header: [String], rows: [[String]]) {
    func row(_ cells: [String], _ tag: String) -> String {
      "<tr>\(cells.map { "<\(tag)>\(Self.escaped($0))</\(tag)>" }.joined())</tr>\n"
    }
    body += "<div class=\"scroll\"><table><thead>\(row(header, "th"))</thead><tbody>"
    body += rows.map { row($0, "td") }.joined() + "</tbody></table></div>\n"
  }

  /// Pictures side by side. Each is an image of its own, so that their ids do not meet.
  public mutating func figures(_ plots: [Plot]) throws(ReportError) {
    body += "<div class=\"figures\">\n"
    for plot in plots {
      let encoded = Data(try plot.svg().utf8).base64EncodedString()
      body += "<img alt=\"plot\" src=\"data:image/svg+xml;base64,\(encoded)\" />\n"
    }
    body += "</div>\n"
  }

  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>\(Self.escaped(title))</title>
    <style>
    body { font: 16px/1.5 system-ui, sans-serif; color: #1d2939; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
    h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2rem }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem }
    th, td { padding: .25rem .75rem; text-align: right; border-bottom: 1px solid #eaecf0 }
    th:first-child, td:first-child { text-align: left; font-weight: 600 }
    .scroll { overflow-x: auto } .warnings { background: #fffaeb; border-left: 4px solid #f79009; padding: .75rem 2rem }
    .figures { display: flex; flex-wrap: wrap; gap: .5rem } .figures img { max-width: 100%; flex: 1 1 28rem }
    </style>
    </head>
    <body>
    <h1>\(Self.escaped(title))</h1>
    \(body)</body>
    </html>

    """
  }

  /// Writes the file, whole or not at all; makes the folders that lead to it.
  public func write(to path: String) throws(ReportError) {
    let url = URL(fileURLWithPath: path)
    do {
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(html.utf8).write(to: url, options: .atomic)
    } catch {
      throw .notWritable(path: path, reason: "\(error.localizedDescription)")
    }
  }

  static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
  }
}

extension Report {
  /// A posterior: warnings, the summary, and for the first scalar columns a trace and a density.
  public init<Value>(_ posterior: Posterior<Value>, title: String, columns limit: Int = 12) throws(ReportError) {
    self.init(title: title)
    let summary = posterior.summary()
    let (header, rows) = summary.cells
    paragraph("\(posterior.draws.chains) chains, \(posterior.draws.count) draws, seed \(posterior.seed).")
    warnings(posterior.warnings)
    heading("Summary")
    table(header: header, rows: rows)
    heading("Traces and densities")
    if rows.count > limit { paragraph("The first \(limit) of \(rows.count) columns.") }
    var plots: [Plot] = []
    for (name, column) in zip(posterior.draws.scalarNames, posterior.draws.scalarColumns).prefix(limit) {
      let chains = posterior.draws.chainwise(column)
      plots += [.trace(chains, title: name), .density(chains, title: name)]
    }
    try figures(plots)
  }
}
