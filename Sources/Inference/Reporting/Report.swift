import Foundation

/// A self-contained page: text, tables, warnings and figures, as a value. `write(to:)` makes one HTML file of
/// it that refers to nothing outside itself.
public struct Report: Sendable, Equatable {
  public var title: String
  /// Below the title, in small print: what was run, when, with which seed.
  public var subtitle: String
  public var blocks: [Block]

  public init(title: String, subtitle: String = "", blocks: [Block] = []) {
    self.title = title
    self.subtitle = subtitle
    self.blocks = blocks
  }

  public enum Block: Sendable, Equatable {
    case heading(String)
    case paragraph(String)
    /// Text in a typewriter's face, with its line breaks.
    case preformatted(String)
    case table(Table)
    /// A box that catches the eye, one line a message. An empty list shows nothing.
    case warnings([String])
    /// As many side by side as there is room for.
    case figures([Figure])
  }

  public struct Table: Sendable, Equatable {
    public var caption: String
    public var columns: [String]
    /// As many cells a row as there are columns. Cells that read as numbers stand to the right.
    public var rows: [[String]]

    public init(columns: [String], rows: [[String]], caption: String = "") {
      self.columns = columns
      self.rows = rows
      self.caption = caption
    }
  }

  public struct Figure: Sendable, Equatable {
    public var plot: Plot
    public var caption: String

    public init(_ plot: Plot, caption: String = "") {
      self.plot = plot
      self.caption = caption
    }
  }
}

extension Report {
  public mutating func heading(_ text: String) { blocks.append(.heading(text)) }
  public mutating func paragraph(_ text: String) { blocks.append(.paragraph(text)) }
  public mutating func preformatted(_ text: String) { blocks.append(.preformatted(text)) }
  public mutating func warnings(_ messages: [String]) { blocks.append(.warnings(messages)) }
  public mutating func figures(_ figures: [Figure]) { blocks.append(.figures(figures)) }

  public mutating func table(columns: [String], rows: [[String]], caption: String = "") {
    blocks.append(.table(Table(columns: columns, rows: rows, caption: caption)))
  }
}

extension Report {
  /// Writes the page, whole or not at all, and makes the directories that lead to it.
  ///
  /// - Throws: what `html(using:)` throws, and `ReportError.cannotWrite` with the path.
  public func write(to path: String, using gnuplot: Gnuplot = Gnuplot()) throws(ReportError) {
    let page = try html(using: gnuplot)
    let file = URL(fileURLWithPath: path)
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(page.utf8).write(to: file, options: .atomic)
    } catch {
      throw .cannotWrite(path: path, reason: error.localizedDescription)
    }
  }
}
