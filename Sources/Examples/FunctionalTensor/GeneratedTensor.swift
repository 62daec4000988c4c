import Foundation
import GP
import NumericCore

/// A tensor whose truth is known: a sum of products of draws from Matern processes at irregular coordinates,
/// seen in some cells with noise.
struct GeneratedTensor {
  /// What is held out, and what the noise is.
  enum Task: String, Codable, CaseIterable {
    /// Cells, at random.
    case cells = "cells"
    /// The same, with Student-t noise of 4 degrees of freedom.
    case heavyTails = "cells, heavy-tailed noise"
    /// All cells at a fifth of the coordinates of the first mode.
    case coordinates = "whole coordinates"

    var degreesOfFreedom: Double? { self == .heavyTails ? 4 : nil }
  }

  let rank: Int
  let smoothness: MaternSmoothness
  /// The standard deviation of the noise, or its scale, and its share of the signal's.
  let noise: Double
  let noiseShare: Double
  let seen: TensorData
  let heldOut: TensorData
  /// The values of the cells that are held out without their noise.
  let truth: [Double]

  private static var heldOutCells: Int { 500 }

  /// 2 to 4 modes with 15 to 60 coordinates each, rank 1 to 3, any smoothness, length scales of 0.1 to 0.6 of
  /// the range, 400 to 2,500 cells with noise of 5 to 30% of the signal.
  init(seed: UInt64, task: Task = .cells) throws {
    let key = RandomKey(seed: seed).child("generated tensor")
    let settings = key.child("settings").uniforms(5)
    let modes = 2 + Int(settings[0] * 3)
    let rank = 1 + Int(settings[1] * 3)
    let smoothness = MaternSmoothness.allCases[Int(settings[2] * 3)]
    let count = Int(400 * pow(6.25, settings[3]))
    let noiseShare = 0.05 + 0.25 * settings[4]
    let columns = try (0..<modes).map { try Column(key.child("mode").child(UInt64($0)), rank, smoothness) }
    let total = count + Self.heldOutCells
    let cells = columns.indices.map { mode in
      key.child("cells").child(UInt64(mode)).uniforms(total).map {
        Int($0 * Double(columns[mode].points.count))
      }
    }
    let signal = (0..<total).map { cell in
      (0..<rank).reduce(0.0) { sum, r in
        sum + columns.indices.reduce(1.0) { $0 * columns[$1].functions[r][cells[$1][cell]] }
      }
    }
    let mean = signal.reduce(0, +) / Double(total)
    let deviation = (signal.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(total)).squareRoot()
    let errors = try Self.errors(total, task, key.child("noise"))
    let noise = noiseShare * deviation
    func data(_ rows: [Int]) throws -> TensorData {
      try TensorData(
        coordinates: columns.indices.map { mode in rows.map { columns[mode].points[cells[mode][$0]] } },
        values: rows.map { signal[$0] + noise * errors[$0] })
    }
    let isNew = key.child("new").uniforms(columns[0].points.count).map { $0 < 0.2 }
    let isHeldOut = (0..<total).map { task == .coordinates ? isNew[cells[0][$0]] : $0 >= count }
    let rows = (0..<total).filter { isHeldOut[$0] }
    (seen, heldOut) = (try data((0..<total).filter { !isHeldOut[$0] }), try data(rows))
    truth = rows.map { signal[$0] }
    (self.rank, self.smoothness, self.noise, self.noiseShare) = (rank, smoothness, noise, noiseShare)
  }

  private static func errors(_ count: Int, _ task: Task, _ key: RandomKey) throws -> [Double] {
    guard let degrees = task.degreesOfFreedom else { return key.normals(count) }
    var stream = RandomStream(key)
    return try (0..<count).map { _ in try stream.studentT(degrees: degrees) }
  }

  /// A mode: its coordinates, and draws of its functions there.
  private struct Column {
    let points: [Double]
    let functions: [[Double]]

    init(_ key: RandomKey, _ rank: Int, _ smoothness: MaternSmoothness) throws {
      let settings = key.child("settings").uniforms(1 + rank)
      points = key.child("points").uniforms(15 + Int(settings[0] * 46)).map { 10 * $0 }
      functions = try (0..<rank).map { [points] r in
        let lengthScale = 10 * 0.1 * pow(6, settings[1 + r])
        var covariance = Matrix(rows: points.count, columns: points.count)
        for i in points.indices {
          for j in points.indices {
            covariance[i, j] = Self.correlation(abs(points[i] - points[j]) / lengthScale, smoothness)
          }
        }
        // What rounding takes from the smallest eigenvalues.
        covariance.addToDiagonal(1e-9)
        let factor = try Cholesky(covariance).lower
        let draws = key.child("draws").child(UInt64(r)).normals(points.count)
        return points.indices.map { i in (0...i).reduce(0) { $0 + factor[i, $1] * draws[$1] } }
      }
    }

    /// Rasmussen and Williams 2006, equation 4.17.
    private static func correlation(_ distance: Double, _ smoothness: MaternSmoothness) -> Double {
      switch smoothness {
      case .half:
        return exp(-distance)
      case .threeHalves:
        let z = 3.0.squareRoot() * distance
        return (1 + z) * exp(-z)
      case .fiveHalves:
        let z = 5.0.squareRoot() * distance
        return (1 + z + z * z / 3) * exp(-z)
      }
    }
  }
}
