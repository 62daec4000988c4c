import Foundation
import NumericCore

/// The mean of a process before data: known to be zero, or a combination of basis functions whose
/// coefficients are unknown, with a flat prior, and integrated out (Rasmussen and Williams 2006, section
/// 2.7).
public enum MeanFunction: Sendable, Equatable {
  case zero
  /// An unknown constant.
  case constant
  /// An unknown constant and an unknown slope in each coordinate.
  case linear
}

/// The basis of a mean function on standardised coordinates: these are centred at the data and scaled to
/// their spread, which changes nothing but the size of the flat prior.
struct MeanBasis: Sendable {
  let function: MeanFunction
  let centre: [Double]
  let scale: [Double]

  init(_ function: MeanFunction, of x: Matrix) {
    self.function = function
    var (centre, scale): ([Double], [Double]) = ([], [])
    for c in 0..<x.columns {
      let column = x.column(c)
      let mean = column.reduce(0, +) / Double(x.rows)
      let spread = (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.rows)).squareRoot()
      centre.append(mean)
      scale.append(spread > 0 ? spread : 1)
    }
    (self.centre, self.scale) = (centre, scale)
  }

  var count: Int {
    switch function {
    case .zero: 0
    case .constant: 1
    case .linear: 1 + centre.count
    }
  }

  /// H: a row for each point, a column for each function.
  func values(at x: Matrix) -> Matrix {
    var h = Matrix(rows: x.rows, columns: count)
    guard count > 0 else { return h }
    for i in 0..<x.rows {
      h[i, 0] = 1
      for c in 1..<Swift.max(count, 1) { h[i, c] = (x[i, c - 1] - centre[c - 1]) / scale[c - 1] }
    }
    return h
  }
}
