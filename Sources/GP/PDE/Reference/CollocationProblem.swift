/// An equation laplacian(u) + n(u) = F on an interval or a rectangle with u given on its boundary, stated on
/// a uniform grid that has its first and last points on the boundary. On an interval the Laplacian is u''.
///
/// Arrays over the grid hold element [i + n_x j] for the point (x_i, y_j).
public struct CollocationProblem: Sendable {
  /// The points along each axis.
  public let axes: [[Double]]
  /// F at each point.
  public let source: [Double]
  /// The places of the boundary's points in arrays over the grid, each of them once.
  public let boundaryIndices: [Int]
  /// u at these.
  public let boundaryValues: [Double]
  /// n, where there is one.
  public let reaction: Reaction?

  /// u'' + n(u) = F on an interval.
  ///
  /// - Throws: `invalidInterval`, `gridTooSmall` for fewer than 4 points, `nonFinite` for the source or the
  ///   boundary.
  public init(
    on interval: ClosedRange<Double>, points: Int, source: (Double) -> Double, boundary: (Double) -> Double,
    reaction: Reaction? = nil
  ) throws(JointMAPError) {
    try self.init(
      axes: [Self.axis(0, interval, points)], source: { source($0[0]) }, boundary: { boundary($0[0]) },
      reaction)
  }

  /// u_xx + u_yy + n(u) = F on a rectangle.
  ///
  /// - Throws: as on an interval.
  public init(
    on x: ClosedRange<Double>, _ y: ClosedRange<Double>, points: (Int, Int),
    source: (Double, Double) -> Double, boundary: (Double, Double) -> Double, reaction: Reaction? = nil
  ) throws(JointMAPError) {
    try self.init(
      axes: [Self.axis(0, x, points.0), Self.axis(1, y, points.1)], source: { source($0[0], $0[1]) },
      boundary: { boundary($0[0], $0[1]) }, reaction)
  }

  private init(
    axes: [[Double]], source: ([Double]) -> Double, boundary: ([Double]) -> Double, _ reaction: Reaction?
  ) throws(JointMAPError) {
    let counts = axes.map(\.count)
    func value(
      _ what: String, _ function: ([Double]) -> Double, at point: [Double]
    ) throws(JointMAPError) -> Double {
      let value = function(point)
      guard value.isFinite else { throw .nonFinite(what: what, point: point, value: value) }
      return value
    }
    var (sources, indices, values): ([Double], [Int], [Double]) = ([], [], [])
    for index in 0..<counts.reduce(1, *) {
      let places = axes.count == 1 ? [index] : [index % counts[0], index / counts[0]]
      let point = places.indices.map { axes[$0][places[$0]] }
      sources.append(try value("source", source, at: point))
      if places.indices.contains(where: { places[$0] == 0 || places[$0] == counts[$0] - 1 }) {
        indices.append(index)
        values.append(try value("boundary value", boundary, at: point))
      }
    }
    (self.axes, self.source, self.reaction) = (axes, sources, reaction)
    (boundaryIndices, boundaryValues) = (indices, values)
  }

  private static func axis(
    _ axis: Int, _ interval: ClosedRange<Double>, _ points: Int
  ) throws(JointMAPError) -> [Double] {
    let (lower, upper) = (interval.lowerBound, interval.upperBound)
    guard lower.isFinite, upper.isFinite, (upper - lower).isFinite, lower < upper else {
      throw .invalidInterval(axis: axis, lower: lower, upper: upper)
    }
    guard points >= fewestPoints else {
      throw .gridTooSmall(axis: axis, points: points, needed: fewestPoints)
    }
    return (0..<points).map {
      $0 == points - 1 ? upper : lower + (upper - lower) * Double($0) / Double(points - 1)
    }
  }

  /// Two on the boundary and two inside.
  private static let fewestPoints = 4
}
