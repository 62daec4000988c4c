import Foundation
import Inference

/// The problems of the paper, larger grids, and problems that are generated, all at default settings; and the paper's own
/// method.
struct ReferenceTable: Encodable {
  let paper: [Outcome]
  let larger: [Outcome]
  let generated: [GeneratedProblems.Summary]
  let calibration: [Calibration]
  let noisy: [NoisyCalibration]
  let reference: ReferenceMethod

  /// Problems drawn from the prior, in each dimension.
  private static let draws = 200
  /// Generated problems with noise, in each dimension.
  private static let noisyProblems = 30

  /// Names and grids of the second part.
  private static let largerGrids: [(String, [Int])] = [
    ("P7", [400, 400]), ("A3", [400, 400]), ("P6", [1000, 1000]), ("A3", [1000, 1000]), ("cube", [100, 100, 100]),
  ]

  /// - Parameters:
  ///   - count: of generated problems, of all kinds together.
  ///   - referenceSteps: of the paper's own method, at least 1000.
  init(count: Int, seed: UInt64, referenceSteps: Int, progress: (String) -> Void) throws {
    paper = try Problem.paper.map { problem in
      progress(problem.name)
      return try Outcome.solving(problem).0
    }
    larger = try Self.largerGrids.compactMap { name, grid in
      progress("\(name) on \(grid)")
      return try Problem.named(name).map { try Outcome.solving($0, grid: grid).0 }
    }
    let kinds = GeneratedProblems.Kind.allCases
    generated = kinds.enumerated().map { i, kind in
      let share = count / kinds.count + (i < count % kinds.count ? 1 : 0)
      return GeneratedProblems.summary(kind, count: max(share, 1), seed: seed &+ UInt64(i), progress: progress)
    }
    calibration = try [1, 2].map {
      try Calibration(dimensions: $0, count: Self.draws, seed: seed, progress: progress)
    }
    noisy = try [1, 2].map {
      try NoisyCalibration(dimensions: $0, count: Self.noisyProblems, seed: seed, progress: progress)
    }
    reference = try ReferenceMethod(steps: referenceSteps, progress: progress)
  }

  func text() -> String {
    """
    The problems of Fang et al. (ICLR 2024) at default settings: relative L2 errors; the published one is the smaller of \
    their two covariances'

    \(Self.table(paper, published: true))

    Larger grids

    \(Self.table(larger, published: false))

    Generated problems: relative errors on the test grid; solved means below \(GeneratedProblems.threshold)

    \(aligned(
      [["equation", "grid", "solved", "median", "90%", "largest", "CPU s each"]]
        + generated.map { s in
          [
            s.kind, s.grid.map(String.init).joined(separator: " x "), "\(s.solved) of \(s.count)", Self.error(s.median),
            Self.error(s.ninetieth), Self.error(s.largest), String(format: "%.3f", s.seconds / Double(s.count)),
          ]
        }))

    Problems drawn from the prior, with the prior given: 90% intervals of u at a random point

    \(aligned(
      [["equation", "grid", "intervals that hold u", "expected", "mean NLPD"]]
        + calibration.map { c in
          [
            c.equation, c.grid.map(String.init).joined(separator: " x "), "\(c.held) of \(c.count)",
            "\(c.fewest) to \(c.most)", String(format: "%.3f", c.meanNegativeLogDensity),
          ]
        }))

    Generated problems, sources with noise of 1 to 5%: share of places whose 90% intervals hold u, median error

    \(aligned(
      [["equation", "grid", "problems", "held", "standard error", "error", "CPU s"]]
        + noisy.map { c in
          [
            c.equation, c.grid.map(String.init).joined(separator: " x "), "\(c.count)", String(format: "%.3f", c.held),
            String(format: "%.3f", c.standardError), Self.error(c.error), String(format: "%.2f", c.seconds),
          ]
        }))

    \(reference.text())
    """
  }

  private static func table(_ outcomes: [Outcome], published: Bool) -> String {
    let header =
      ["", "grid", "nodes", "test grid"] + (published ? ["published", "asked", ""] : [])
      + ["CPU s", "components", "residual"]
    return aligned(
      [header]
        + outcomes.map { o in
          let beside =
            published
            ? [
              o.published.map(error) ?? "", o.demand.map(error) ?? "",
              o.isGoodEnough.map { $0 ? "reached" : "NOT REACHED" } ?? "",
            ] : []
          return [o.problem, o.gridText, error(o.errorAtNodes), error(o.errorOnTestGrid)] + beside
            + [String(format: "%.3f", o.seconds), o.componentsText, error(o.relativeResidual)]
        })
  }

  private static func error(_ value: Double) -> String { String(format: "%.1e", value) }
}
