import GP

/// A differential equation with a known solution. The solution gives boundary data and the errors that are printed;
/// the solver sees no more of it.
struct Problem: Sendable {
  let name: String
  /// As they are written on paper.
  let equation, solution: String
  /// Of the domain, axis by axis.
  let ends: [[Double]]
  /// What the last axis, where it is not space, is called.
  var time = false
  /// The grid of the table, axis by axis.
  let grid: [Int]
  let exact: Function
  let pde: PDE
  /// Errors by others; nil where the problem is ours.
  var published: Published?

  /// What Fang et al. (2024) reached.
  struct Published: Sendable {
    /// The smaller of the errors of their two covariances on the test grid, in the logs published with their code.
    let error: Double
    /// Times this is the error that is asked for here.
    let factor: Double
    var demand: Double { factor * error }
  }

  var dimensions: Int { ends.count }
  var axisNames: [String] {
    time ? Array(["x", "y", "z"].prefix(dimensions - 1)) + ["t"] : Array(["x", "y", "z"].prefix(dimensions))
  }

  static let all = paper + further
  static func named(_ name: String) -> Problem? { all.first { $0.name.lowercased() == name.lowercased() } }
}

/// A function of one to three coordinates.
enum Function: Sendable {
  case line(@Sendable (Double) -> Double)
  case plane(@Sendable (Double, Double) -> Double)
  case space(@Sendable (Double, Double, Double) -> Double)

  /// The values on the product of points along each axis, the first axis fastest.
  func values(on axes: [[Double]]) -> [Double] {
    switch self {
    case .line(let f): axes[0].map(f)
    case .plane(let f): axes[1].flatMap { y in axes[0].map { f($0, y) } }
    case .space(let f): axes[2].flatMap { z in axes[1].flatMap { y in axes[0].map { f($0, y, z) } } }
    }
  }

  var boundaryValue: BoundaryCondition {
    switch self {
    case .line(let f): .dirichlet(f)
    case .plane(let f): .dirichlet(f)
    case .space(let f): .dirichlet(f)
    }
  }
}

/// `count` points that divide an interval evenly, its ends included.
func evenly(_ count: Int, _ ends: [Double]) -> [Double] {
  (0..<count).map { $0 == count - 1 ? ends[1] : ends[0] + (ends[1] - ends[0]) * Double($0) / Double(count - 1) }
}
