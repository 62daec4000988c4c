import CommandSupport
import Foundation
import GP
import NumericCore

/// Whether 90% intervals hold u where the source is known with noise of 1 to 5%: on generated problems, whose solutions
/// are no draws from a prior, with all of the covariance and the noise chosen by the evidence.
struct NoisyCalibration: Encodable {
  let equation: String
  let grid: [Int]
  let count: Int
  /// The mean over problems of the share of places whose intervals held u, and its standard error.
  let held, standardError: Double
  /// Medians: the relative error, and CPU seconds of solution and intervals.
  let error, seconds: Double

  init(dimensions: Int, count: Int, seed: UInt64, progress: (String) -> Void) throws {
    let isLine = dimensions == 1
    (equation, grid) = (isLine ? "u'' = F" : "Δu = F", Array(repeating: isLine ? 200 : 50, count: dimensions))
    self.count = count
    let axes = grid.map { evenly($0, [0, 1]) }
    // Away from the boundary, where u is known.
    let places = grid.map { _ in evenly(isLine ? 40 : 9, [0.07, 0.93]) }
    var (shares, errors, times) = ([Double](), [Double](), [Double]())
    for number in 0..<count {
      progress("noise in \(equation): \(number + 1) of \(count)")
      let key = RandomKey(seed: seed).child(UInt64(number))
      let u = RandomSolution(key.child(0), dimensions: dimensions, highest: isLine ? 12 : 5)
      let exact: Function = isLine ? .line { u([$0]) } : .plane { u([$0, $1]) }
      let image: Function = isLine ? .line { u.laplacian([$0]) } : .plane { u.laplacian([$0, $1]) }
      let source = image.values(on: axes)
      let size = (source.reduce(0) { $0 + $1 * $1 } / Double(source.count)).squareRoot()
      let noise = (0.01 + 0.04 * key.child(1).uniforms(1)[0]) * size
      let measured = zip(source, key.child(2).normals(source.count)).map { $0 + noise * $1 }
      let problem = PDE(on: isLine ? .box([0, 1]) : .box([0, 1], [0, 1])) { v in
        Equation(laplacian(v) == Field(measured: measured))
        Boundary(exact.boundaryValue)
      }
      let ((values, deviations), seconds) = try timed { [grid] in
        let solution = try problem.solve(grid: grid)
        return (try solution.values(on: places), try solution.standardDeviations(on: places))
      }
      times.append(seconds)
      let truth = exact.values(on: places)
      let held = values.indices.count { (values[$0] - truth[$0]).magnitude <= normalQuantile(0.95) * deviations[$0] }
      shares.append(Double(held) / Double(values.count))
      errors.append(relativeError(values, truth))
    }
    let mean = shares.reduce(0, +) / Double(count)
    let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(count - 1, 1))
    (held, standardError) = (mean, (variance / Double(count)).squareRoot())
    (error, seconds) = (errors.sorted()[count / 2], times.sorted()[count / 2])
  }
}
