/// A function of a point, of one to three coordinates: a source, a coefficient, boundary data.
///
///     Field { x in sin(100 * x) }
///     Field { x, y in x * y }
public struct Field: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  enum Formula: Sendable {
    case constant(Double)
    case line(@Sendable (Double) -> Double)
    case plane(@Sendable (Double, Double) -> Double)
    case space(@Sendable (Double, Double, Double) -> Double)
    case measured([Double])
  }
  let formula: Formula

  public init(_ value: Double) { formula = .constant(value) }
  public init(_ f: @escaping @Sendable (Double) -> Double) { formula = .line(f) }
  public init(_ f: @escaping @Sendable (Double, Double) -> Double) { formula = .plane(f) }
  public init(_ f: @escaping @Sendable (Double, Double, Double) -> Double) { formula = .space(f) }

  /// A source that is known, perhaps with noise, at the points of the grid that a problem is solved on and nowhere else:
  /// element [i + n_x (j + n_y k)] is at (x_i, y_j, z_k). Where it is NaN it is missing, and the equation is not asked to
  /// hold there. Whether the grid resolves it is not asked.
  public init(measured values: [Double]) { formula = .measured(values) }

  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { self.init(Double(value)) }

  /// How many coordinates it takes; nil where any number will do.
  var dimensions: Int? {
    switch formula {
    case .constant, .measured: nil
    case .line: 1
    case .plane: 2
    case .space: 3
    }
  }

  /// The value at a point; coordinates that it does not take are not read.
  func value(at point: GridPoint) -> Double {
    switch formula {
    case .constant(let value): value
    case .line(let f): f(point[0])
    case .plane(let f): f(point[0], point[1])
    case .space(let f): f(point[0], point[1], point[2])
    case .measured: .nan
    }
  }

  /// The values on a grid.
  ///
  /// - Throws: `wrongCoordinates`; `nonFinite` with the first point where it is not, NaN of a measured source apart;
  ///   `wrongMeasurements`.
  func values(on grid: TensorGrid, as what: String) throws(PDEError) -> [Double] {
    if case .measured(let values) = formula {
      guard what == Self.source, values.count == grid.count else {
        throw .wrongMeasurements(what: what, count: values.count, points: grid.count)
      }
      if let i = values.firstIndex(where: { $0.isInfinite }) {
        let point = grid.point(i)
        throw .nonFinite(what: what, point: grid.axes.indices.map { point[$0] }, value: values[i])
      }
      return values
    }
    if let count = dimensions, count != grid.axes.count {
      throw .wrongCoordinates(count: count, dimensions: grid.axes.count)
    }
    if case .constant(let value) = formula, value.isFinite { return Array(repeating: value, count: grid.count) }
    let values = (0..<grid.count).map { value(at: grid.point($0)) }
    if let i = values.firstIndex(where: { !$0.isFinite }) {
      let point = grid.point(i)
      throw .nonFinite(what: what, point: grid.axes.indices.map { point[$0] }, value: values[i])
    }
    return values
  }

  /// What a field is called in errors where it may be measured.
  static let source = "source"

  var isMeasured: Bool {
    if case .measured = formula { true } else { false }
  }
}
