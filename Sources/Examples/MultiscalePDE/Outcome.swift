import CommandSupport
import Foundation
import GP

/// A problem solved, and held against its known solution.
struct Outcome: Encodable {
  let problem: String
  let grid: [Int]
  /// Relative L2 errors at the nodes and on a test grid.
  let errorAtNodes, errorOnTestGrid: Double
  /// CPU time of `solve`.
  let seconds: Double
  /// Along each axis.
  let components: [Int]
  let coefficients, iterations: Int
  let relativeResidual, boundaryResidual, condition, jitter: Double
  let warnings: [String]
  let published, demand: Double?

  /// Points of the test grid along an axis: the paper's number, and fewer in three dimensions.
  static func testPoints(dimensions: Int) -> Int { dimensions < 3 ? 300 : 100 }

  /// - Throws: `PDEError`.
  static func solving(_ problem: Problem, grid: [Int]? = nil) throws -> (Outcome, PDESolution) {
    let (solution, seconds) = try timed { try problem.pde.solve(grid: grid ?? problem.grid) }
    return (try Outcome(problem, solution, seconds: seconds), solution)
  }

  private init(_ problem: Problem, _ solution: PDESolution, seconds: Double) throws {
    let report = solution.report
    self.problem = problem.name
    grid = solution.grid.map(\.count)
    errorAtNodes = try Self.error(solution, problem.exact, on: solution.grid)
    let points = Self.testPoints(dimensions: problem.dimensions)
    errorOnTestGrid = try Self.error(solution, problem.exact, on: problem.ends.map { evenly(points, $0) })
    self.seconds = seconds
    components = report.covariances.map(\.components.count)
    (coefficients, iterations) = (report.coefficients, report.iterations)
    (relativeResidual, boundaryResidual) = (report.relativeResidual, report.boundaryResidual)
    (condition, jitter, warnings) = (report.condition, report.jitter, report.warnings)
    (published, demand) = (problem.published?.error, problem.published?.demand)
  }

  /// |u - exact| / |exact|
  private static func error(_ solution: PDESolution, _ exact: Function, on axes: [[Double]]) throws -> Double {
    relativeError(try solution.values(on: axes), exact.values(on: axes))
  }

  var isGoodEnough: Bool? { demand.map { errorOnTestGrid <= $0 } }
  var gridText: String { grid.map(String.init).joined(separator: " x ") }
  var componentsText: String { components.map(String.init).joined(separator: ", ") }
}

/// |values - exact| / |exact|
func relativeError(_ values: [Double], _ exact: [Double]) -> Double {
  let (difference, size) = zip(values, exact).reduce((0.0, 0.0)) { sums, pair in
    (sums.0 + (pair.0 - pair.1) * (pair.0 - pair.1), sums.1 + pair.1 * pair.1)
  }
  return (difference / size).squareRoot()
}
