import NumericCore

/// Points of the line in ascending order.
struct TimeOrder: Sendable {
  /// The point at each of `times`.
  let order: [Int]
  let times: [Double]

  /// - Parameter points: a column of finite numbers.
  init(_ points: Matrix) {
    let x = points.elements
    var order = Array(x.indices)
    if zip(x, x.dropFirst()).contains(where: { $0 > $1 }) { order.sort { (x[$0], $0) < (x[$1], $1) } }
    self.order = order
    times = order.map { x[$0] }
  }

  /// Columns of the points' values, one after the other, in the order of times.
  func sorted(_ columns: Matrix) -> [Double] {
    let elements = columns.elements
    return (0..<columns.columns).flatMap { column in order.map { elements[column * order.count + $0] } }
  }

  /// Columns in the order of times, one after the other, in that of the points.
  func unsorted(_ values: [Double]) -> Matrix {
    let count = order.count
    var result = Matrix(rows: count, columns: count > 0 ? values.count / count : 0)
    result.withUnsafeMutableBufferPointer { x in
      for column in 0..<(x.count / max(count, 1)) {
        for (place, point) in order.enumerated() { x[column * count + point] = values[column * count + place] }
      }
    }
    return result
  }
}
