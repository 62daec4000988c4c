import Foundation

extension Report {
  /// The page: HTML that is well-formed XML too. Figures are inlined as SVG. All texts are escaped.
  ///
  /// - Throws: `ReportError` where a table's row has not one cell a column, and what `Plot.svg(using:)`
  ///   throws.
  public func html(using gnuplot: Gnuplot = Gnuplot()) throws(ReportError) -> String {
    var body = "<header>\n<h1>\(XML.escaped(title))</h1>\n"
    if !subtitle.isEmpty { body += "<p class=\"subtitle\">\(XML.escaped(subtitle))</p>\n" }
    body += "</header>\n"
    var figureCount = 0
    for block in blocks {
      switch block {
      case .heading(let text): body += "<h2>\(XML.escaped(text))</h2>\n"
      case .paragraph(let text): body += "<p>\(XML.escaped(text))</p>\n"
      case .preformatted(let text): body += "<pre>\(XML.escaped(text))</pre>\n"
      case .table(let table): body += try table.html()
      case .warnings(let messages): body += Self.html(warnings: messages)
      case .figures(let figures):
        guard !figures.isEmpty else { continue }
        body += "<div class=\"figures\">\n"
        for figure in figures {
          figureCount += 1
          body += try figure.html(using: gnuplot, identifierPrefix: "figure\(figureCount)-")
        }
        body += "</div>\n"
      }
    }
    return """
      <!DOCTYPE html>
      <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(XML.escaped(title))</title>
      <style>
      \(Self.styleSheet)
      </style>
      </head>
      <body>
      <main>
      \(body)</main>
      </body>
      </html>

      """
  }

  private static func html(warnings messages: [String]) -> String {
    guard !messages.isEmpty else { return "" }
    let items = messages.map { "<li>\(XML.escaped($0))</li>\n" }.joined()
    return
      "<aside class=\"warnings\" role=\"note\">\n<strong>Warnings</strong>\n<ul>\n\(items)</ul>\n</aside>\n"
  }
}

extension Report.Table {
  fileprivate func html() throws(ReportError) -> String {
    for (number, row) in rows.enumerated() where row.count != columns.count {
      throw .lengthMismatch(
        what: "table\(caption.isEmpty ? "" : " '\(caption)'"), row \(number)", expected: columns.count,
        found: row.count)
    }
    // A column of numbers is one in which every cell that says anything is a number.
    let isNumeric = columns.indices.map { column in
      rows.contains { Double($0[column]) != nil }
        && rows.allSatisfy { $0[column].isEmpty || Double($0[column]) != nil }
    }
    func line(_ cells: [String], _ tag: String) -> String {
      let line = zip(cells, isNumeric).map { cell, numeric in
        "<\(tag)\(numeric ? " class=\"number\"" : "")>\(XML.escaped(cell))</\(tag)>"
      }
      return "<tr>" + line.joined() + "</tr>\n"
    }
    let head = caption.isEmpty ? "" : "<caption>\(XML.escaped(caption))</caption>\n"
    return """
      <div class="scroll"><table>
      \(head)<thead>\(line(columns, "th"))</thead>
      <tbody>
      \(rows.map { line($0, "td") }.joined())</tbody>
      </table></div>

      """
  }
}

extension Report.Figure {
  fileprivate func html(using gnuplot: Gnuplot, identifierPrefix: String) throws(ReportError) -> String {
    let drawing = try plot.svg(using: gnuplot, identifierPrefix: identifierPrefix)
    let notes = plot.notes.map { "<span class=\"note\">\(XML.escaped($0))</span>" }
    let texts = ([XML.escaped(caption)] + notes).filter { !$0.isEmpty }
    let caption = texts.isEmpty ? "" : "<figcaption>\(texts.joined(separator: " "))</figcaption>\n"
    return "<figure>\n\(drawing)\n\(caption)</figure>\n"
  }
}
