import Foundation

/// The problems on an interval of Fang et al. (ICLR 2024).
struct LineProblem: Sendable {
  let name: String
  let ends: (lower: Double, upper: Double)
  let points: Int
  let exact: @Sendable (Double) -> Double
  /// u''.
  let second: @Sendable (Double) -> Double
  var reaction = false

  func source(_ x: Double) -> Double {
    let u = exact(x)
    return second(x) + (reaction ? u * (u * u - 1) : 0)
  }

  private static let beats: @Sendable (Double) -> Double = {
    0.5 * (94 * 94 * sin(94 * $0) - 106 * 106 * sin(106 * $0))
  }

  static let all = [
    LineProblem(
      name: "P1", ends: (0, 2 * .pi), points: 400, exact: { sin(100 * $0) }, second: { -1e4 * sin(100 * $0) }),
    LineProblem(
      name: "P2", ends: (0, 1), points: 900, exact: { sin($0) + 0.1 * sin(20 * $0) + 0.05 * sin(100 * $0) },
      second: { -sin($0) - 40 * sin(20 * $0) - 500 * sin(100 * $0) }),
    LineProblem(
      name: "P3", ends: (0, 2 * .pi), points: 400, exact: { sin(6 * $0) * cos(100 * $0) }, second: beats),
    LineProblem(
      name: "P4", ends: (0, 2 * .pi), points: 900, exact: { $0 * sin(200 * $0) },
      second: { 400 * cos(200 * $0) - 4e4 * $0 * sin(200 * $0) }),
    LineProblem(
      name: "P5", ends: (0, 1), points: 400, exact: { sin(500 * $0) - 2 * ($0 - 0.5) * ($0 - 0.5) },
      second: { -2.5e5 * sin(500 * $0) - 4 }),
    LineProblem(
      name: "A1", ends: (0, 2 * .pi), points: 400, exact: { sin(100 * $0) }, second: { -1e4 * sin(100 * $0) },
      reaction: true),
    LineProblem(
      name: "A2", ends: (0, 2 * .pi), points: 400, exact: { sin(6 * $0) * cos(100 * $0) }, second: beats,
      reaction: true),
  ]
}
