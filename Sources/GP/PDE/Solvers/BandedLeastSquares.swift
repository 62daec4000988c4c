/// The x that minimises sum_i (a_i' x - b_i)^2 for rows a_i that reach over a few columns: rotations bring one row after
/// the other into a triangle of the same width (George and Heath, 'Solution of sparse linear least squares problems using
/// Givens rotations', Linear Algebra and its Applications 1980).
struct BandedLeastSquares {
  let count, width: Int
  /// Row k holds `width` columns from k on.
  private var triangle: [Double]
  private var data: [Double]

  init(count: Int, width: Int) {
    (self.count, self.width) = (count, width)
    triangle = Array(repeating: 0, count: count * width)
    data = Array(repeating: 0, count: count)
  }

  /// Adds a row by its columns from `first` on. Rows come in rising order of `first`. Cost: 6 width^2.
  ///
  /// Precondition: there are `width` elements, 0 beyond the last column.
  mutating func add(_ row: [Double], at first: Int, value: Double) {
    precondition(row.count == width)
    var (row, value) = (row, value)
    let (count, width) = (count, width)
    triangle.withUnsafeMutableBufferPointer { triangle in
      row.withUnsafeMutableBufferPointer { row in
        for k in first..<count {
          let start = k * width
          let (own, new) = (triangle[start], row[0])
          if new != 0 {
            let inverse = 1 / (own * own + new * new).squareRoot()
            let (cosine, sine) = (own * inverse, new * inverse)
            for i in 0..<width {
              let (a, b) = (triangle[start + i], row[i])
              triangle[start + i] = cosine * a + sine * b
              row[i] = cosine * b - sine * a
            }
            let before = data[k]
            data[k] = cosine * before + sine * value
            value = cosine * value - sine * before
            // It was the first row here: nothing is left of it.
            if own == 0 { break }
          }
          for i in 1..<width { row[i - 1] = row[i] }
          row[width - 1] = 0
        }
      }
    }
  }

  /// Precondition: the rows determine every column.
  func solution() -> [Double] {
    var x = data
    for k in (0..<count).reversed() {
      for i in 1..<width where k + i < count { x[k] -= triangle[k * width + i] * x[k + i] }
      x[k] /= triangle[k * width]
    }
    return x
  }
}
