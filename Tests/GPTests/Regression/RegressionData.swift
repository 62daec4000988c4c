import Foundation
import GP
import NumericCore

/// Small data for regression: points of the line or plane, and values of a smooth function with noise.
struct RegressionData: Sendable {
  let x: Matrix
  let y: [Double]

  init(count: Int, dimension: Int = 1, isUniform: Bool = false, seed: UInt64 = 5) {
    var x = Matrix(rows: count, columns: dimension)
    let uniforms = RandomKey(seed: seed).uniforms(count * dimension)
    x.withUnsafeMutableBufferPointer { x in
      for i in x.indices { x[i] = isUniform ? 10 + 0.25 * Double(i) : 6 * uniforms[i] }
    }
    let noise = RandomKey(seed: seed).child(1).normals(count)
    self.x = x
    y = (0..<count).map { i in
      var sum = 3 + 0.2 * noise[i]
      for c in 0..<dimension { sum += sin(2 * x[i, c]) + 0.3 * x[i, c] }
      return sum
    }
  }

  /// log N(y; 0, C), without the library's evidence.
  static func logNormalDensity(_ y: [Double], _ covariance: Matrix) throws -> Double {
    let factor = try Cholesky(covariance)
    let z = factor.halfSolve(y)
    return -0.5
      * (z.reduce(0) { $0 + $1 * $1 } + factor.logDeterminant + Double(y.count) * log(2 * Double.pi))
  }

  func without(_ index: Int) -> RegressionData {
    RegressionData(x.rowsWithout(index), y.enumerated().filter { $0.offset != index }.map(\.element))
  }

  private init(_ x: Matrix, _ y: [Double]) { (self.x, self.y) = (x, y) }
}

extension Matrix {
  func rowsWithout(_ index: Int) -> Matrix {
    var result = Matrix(rows: rows - 1, columns: columns)
    for c in 0..<columns { for i in 0..<(rows - 1) { result[i, c] = self[i < index ? i : i + 1, c] } }
    return result
  }

  func row(_ index: Int) -> Matrix {
    var result = Matrix(rows: 1, columns: columns)
    for c in 0..<columns { result[0, c] = self[index, c] }
    return result
  }
}
