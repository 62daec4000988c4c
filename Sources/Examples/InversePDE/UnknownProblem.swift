import Foundation
import GP
import NumericCore

/// A problem with unknown numbers, and where its observations come from.
enum UnknownProblem: String, CaseIterable {
  /// Temperatures along a rod that is held at one end and loses heat to what surrounds it: u'' = m (u - a) with u = b at
  /// the held end and no flow at the other; m, a and b are not known.
  case rod
  /// The place and the strength of a source in a plate, its edges at 0: laplacian(u) = -s exp(-|r - r0|^2 / (2 w^2)), from
  /// sensors; s and r0 are not known.
  case source

  var coordinates: [String] { self == .rod ? ["x"] : ["x", "y"] }
  var grid: [Int] { self == .rod ? [80] : [60, 60] }

  /// What a simulation takes for the truth.
  var truth: [Double] { self == .rod ? [6, 20, 90] : [40, 0.62, 0.31] }

  /// - Parameters:
  ///   - ends: of each axis.
  ///   - observations: for the rod, where the search starts.
  ///   - width: of the source, in the axes' units.
  func inverse(
    _ ends: [[Double]], _ observations: [InverseProblem.Observation], width: Double
  ) -> InverseProblem {
    let lengths = ends.map { $0[1] - $0[0] }
    switch self {
    case .rod:
      let (lower, length) = (ends[0][0], lengths[0])
      let first = observations.min { $0.point[0] - lower < $1.point[0] - lower }?.value ?? 0
      let last = observations.max { $0.point[0] < $1.point[0] }?.value ?? 0
      return InverseProblem(parameters: [
        .init("loss", mean: 1 / (length * length), standardDeviation: .infinity),
        .init("ambient", mean: last, standardDeviation: .infinity),
        .init("held end", mean: first, standardDeviation: .infinity),
      ]) { theta in
        PDE(on: .box(ends[0])) { u in
          Equation(laplacian(u) - theta[0] * u == Field(-theta[0] * theta[1]))
          Boundary(.dirichlet(Field(theta[2])), on: .lower(.x))
          Boundary(.neumann(0), on: .upper(.x))
        }
      }
    case .source:
      return InverseProblem(parameters: [
        .init("strength", mean: 0, standardDeviation: .infinity),
        .init("x", mean: 0.5 * (ends[0][0] + ends[0][1]), standardDeviation: 0.5 * lengths[0]),
        .init("y", mean: 0.5 * (ends[1][0] + ends[1][1]), standardDeviation: 0.5 * lengths[1]),
      ]) { theta in
        PDE(on: .box(ends[0], ends[1])) { u in
          Equation(
            laplacian(u)
              == { x, y in
                let (dx, dy) = (x - theta[1], y - theta[2])
                return -theta[0] * exp(-0.5 * (dx * dx + dy * dy) / (width * width))
              })
          Boundary(.dirichlet(0))
        }
      }
    }
  }

  /// Observations of the truth on [0, 1] or its square, with noise.
  func simulate(count: Int, noise: Double, seed: UInt64, width: Double) throws -> [InverseProblem.Observation] {
    let ends = coordinates.map { _ in [0.0, 1] }
    let key = RandomKey(seed: seed)
    let places = coordinates.indices.map { key.child(UInt64($0)).uniforms(count) }
    let solution = try inverse(ends, [], width: width).solution(of: truth, grid: grid)
    let normals = key.child(9).normals(count)
    return try (0..<count).map { i in
      let point = places.map { $0[i] }
      let value = try solution.values(on: point.map { [$0] })[0]
      return InverseProblem.Observation(at: point, value: value + noise * normals[i])
    }
  }
}
