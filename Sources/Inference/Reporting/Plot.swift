/// A figure as a value: layers of marks over one pair of axes. `svg(using:)` draws it.
public struct Plot: Sendable, Equatable {
  public var title: String
  public var x: Axis
  public var y: Axis
  /// Drawn in order, the last on top.
  public var layers: [Layer]
  /// What the reader should know about what is not shown, such as draws that are not finite.
  public var notes: [String]
  /// In pixels at the figure's natural size; the drawing scales.
  public var width = 520
  public var height = 300

  public init(title: String, x: Axis = Axis(), y: Axis = Axis(), layers: [Layer], notes: [String] = []) {
    self.title = title
    self.x = x
    self.y = y
    self.layers = layers
    self.notes = notes
  }

  public struct Axis: Sendable, Equatable {
    public var label: String
    /// Where the axis starts and ends; found from the data where nil.
    public var lower: Double?
    public var upper: Double?
    public var ticks: Ticks

    public init(_ label: String = "", lower: Double? = nil, upper: Double? = nil, ticks: Ticks = .automatic) {
      self.label = label
      self.lower = lower
      self.upper = upper
      self.ticks = ticks
    }
  }

  public enum Ticks: Sendable, Equatable {
    case automatic
    case none
    /// One name at each of the places 0, 1, 2...
    case names([String])
  }

  public struct Layer: Sendable, Equatable {
    /// The name in the legend; no entry where nil.
    public var name: String?
    public var ink: Ink
    /// From 0, invisible, to 1.
    public var opacity: Double
    /// Of lines and points, in pixels.
    public var width: Double
    public var marks: Marks

    public init(_ marks: Marks, name: String? = nil, ink: Ink, opacity: Double = 1, width: Double = 1.5) {
      self.marks = marks
      self.name = name
      self.ink = ink
      self.opacity = opacity
      self.width = width
    }
  }

  public enum Ink: Sendable, Equatable {
    /// The colour number `index` of the palette, which repeats after its last.
    case series(Int)
    /// The colour of the text around the figure.
    case foreground
    /// A grey for what stands back.
    case muted
  }

  /// What is drawn. Lists of one case have the same length, except that `edges` are one more than `heights`, and that an
  /// image has a value for each pair of x and y.
  public enum Marks: Sendable, Equatable {
    case line(x: [Double], y: [Double])
    case points(x: [Double], y: [Double])
    /// The area between two curves.
    case band(x: [Double], lower: [Double], upper: [Double])
    /// A filled rectangle from 0 to each height.
    case bars(edges: [Double], heights: [Double])
    /// The tops of a histogram's bars, joined.
    case steps(edges: [Double], heights: [Double])
    /// A horizontal segment at each y.
    case segments(y: [Double], lower: [Double], upper: [Double])
    /// A colour for each value on the grid of x and y, whose points are evenly spaced: value [i + x.count * j] is at
    /// (x[i], y[j]). A scale stands beside it; the layer's ink is not used.
    case image(x: [Double], y: [Double], values: [Double])
  }
}
