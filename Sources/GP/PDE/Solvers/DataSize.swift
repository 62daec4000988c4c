/// How large u is, by what conditions and observations say of it.
struct DataSize {
  let grid: TensorGrid
  let boundaries: [Boundary]
  let observed: ObservedPoints?

  /// A condition on derivatives tells of a u that changes over the length of its axis.
  ///
  /// - Throws: what is wrong with the conditions.
  func ofUnknown() throws(PDEError) -> Double {
    var largest = observed?.largest ?? 0
    for (axis, points) in grid.axes.enumerated() {
      let conditions = try AxisConditions(boundaries, axis: axis, order: 0)
      let length = points[points.count - 1] - points[0]
      for (functional, data) in zip(conditions.functionals, try conditions.data(on: grid, axis: axis)) {
        let asked = data.reduce(0) { max($0, $1.magnitude) }
        largest = max(largest, asked / functional.weight(length: length))
      }
    }
    return largest
  }
}

extension AxisConditions.Functional {
  /// The largest value on functions of size 1 that change over a length.
  func weight(length: Double) -> Double {
    (0..<lower.count).reduce(0) { max($0, max(lower[$1].magnitude, upper[$1].magnitude) / power(length, $1)) }
  }
}
