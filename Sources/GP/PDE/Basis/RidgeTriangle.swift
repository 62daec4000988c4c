import Foundation
import NumericCore

/// The upper bidiagonal R with R'R = B'B + rho of an upper bidiagonal B, by rotations of the rows of B with those of
/// sqrt(rho) 1.
struct RidgeTriangle {
  private var diagonal, superdiagonal: [Double]
  /// Of each row of B with what is left of the ridge.
  private var mixing: [Rotation] = []
  /// Of what that leaves in the next column with the ridge there: the sine, and the share that leaves the equations.
  private var filling: [Rotation] = []

  private typealias Rotation = (cosine: Double, sine: Double)

  /// - Parameter ridge: sqrt(rho), > 0.
  ///
  /// Cost: 2 square roots a row.
  init(_ diagonal: [Double], _ superdiagonal: [Double], ridge: Double) {
    (self.diagonal, self.superdiagonal) = (diagonal, superdiagonal)
    mixing.reserveCapacity(diagonal.count)
    filling.reserveCapacity(superdiagonal.count)
    var left = ridge
    for i in diagonal.indices {
      let size = (diagonal[i] * diagonal[i] + left * left).squareRoot()
      let rotation = (cosine: diagonal[i] / size, sine: left / size)
      mixing.append(rotation)
      self.diagonal[i] = size
      guard i < superdiagonal.count else { break }
      let fill = -rotation.sine * superdiagonal[i]
      self.superdiagonal[i] *= rotation.cosine
      left = (ridge * ridge + fill * fill).squareRoot()
      filling.append((ridge / left, fill / left))
    }
  }

  /// What the rotations make of a right-hand side c beside zeros: that of R x = values is the least squares problem's,
  /// |c - B x|^2 + rho |x|^2, whose minimum is the rest.
  func rotated(_ c: some Collection<Double>) -> (values: [Double], rest: Double) {
    var (left, rest) = (0.0, 0.0)
    var values = Array(c)
    for i in values.indices {
      let (cosine, sine) = mixing[i]
      let other = cosine * left - sine * values[i]
      values[i] = cosine * values[i] + sine * left
      guard i < filling.count else { return (values, rest + other * other) }
      let gone = filling[i].cosine * other
      rest += gone * gone
      left = filling[i].sine * other
    }
    return (values, rest)
  }

  /// R^-1 x.
  func solve(_ x: some Collection<Double>) -> [Double] {
    var result = Array(x)
    for i in result.indices.reversed() {
      if i + 1 < result.count { result[i] -= superdiagonal[i] * result[i + 1] }
      result[i] /= diagonal[i]
    }
    return result
  }

  /// X becomes X R^-1.
  func divide(_ x: inout Matrix) {
    let rows = x.rows
    x.withUnsafeMutableBufferPointer { x in
      for j in diagonal.indices {
        let factor = 1 / diagonal[j]
        for i in 0..<rows {
          let before = j > 0 ? superdiagonal[j - 1] * x[rows * (j - 1) + i] : 0
          x[rows * j + i] = (x[rows * j + i] - before) * factor
        }
      }
    }
  }
}
