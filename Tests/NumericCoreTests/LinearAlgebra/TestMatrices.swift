import Foundation
import NumericCore
import Testing

/// Of independent standard normal numbers.
func randomMatrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
  var stream = RandomStream(RandomKey(seed: seed))
  var result = Matrix(rows: rows, columns: columns)
  for j in 0..<columns { for i in 0..<rows { result[i, j] = stream.normal() } }
  return result
}

/// Wishart of `degrees` (by default 2 n + 1) degrees of freedom over that number: positive definite.
func randomCovariance(_ n: Int, degrees: Int? = nil, seed: UInt64) -> Matrix {
  let degrees = degrees ?? 2 * n + 1
  let x = randomMatrix(n, degrees, seed: seed)
  return x.timesTranspose(x).scaled(by: 1 / Double(degrees))
}

/// 2 on the diagonal, -1 beside it: its eigenvalues are 2 - 2 cos(k pi / (n + 1)).
func secondDifference(_ n: Int) -> Matrix {
  var result = Matrix.diagonal(Array(repeating: 2, count: n))
  for i in 1..<max(n, 1) {
    result[i, i - 1] = -1
    result[i - 1, i] = -1
  }
  return result
}

func secondDifferenceSpectrum(_ n: Int) -> [Double] {
  (0..<n).map { 2 - 2 * cos(Double($0 + 1) * .pi / Double(n + 1)) }
}

extension Matrix {
  func scaled(by factor: Double) -> Matrix {
    var result = self
    result.withUnsafeMutableBufferPointer { for i in $0.indices { $0[i] *= factor } }
    return result
  }

  var largestMagnitude: Double { elements.reduce(0) { max($0, $1.magnitude) } }
}

/// Elements agree to `tolerance` times the larger dimension, relative to `scale` or the largest element of `expected`.
func expectEqual(
  _ value: Matrix, _ expected: Matrix, tolerance: Double = 1e-13, scale: Double? = nil, _ label: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    value.rows == expected.rows && value.columns == expected.columns, "\(label): shape",
    sourceLocation: sourceLocation)
  let bound = tolerance * Double(max(value.rows, value.columns, 1)) * (scale ?? max(expected.largestMagnitude, 1e-300))
  let error = zip(value.elements, expected.elements).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
  #expect(error <= bound, "\(label): off by \(error), allowed \(bound)", sourceLocation: sourceLocation)
  #expect(value.elements.allSatisfy { $0.isFinite }, sourceLocation: sourceLocation)
}

func expectOrthonormalColumns(_ q: Matrix, sourceLocation: SourceLocation = #_sourceLocation) {
  expectEqual(q.transposeTimes(q), .identity(q.columns), scale: 1, "orthogonality", sourceLocation: sourceLocation)
}
