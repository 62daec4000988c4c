import NumericCore

/// The functions of a basis on the points of an axis, and what spaces that keep more of them or fewer have in common.
struct AxisFunctions {
  let points: [Double]
  let basis: EnvelopeBasis
  /// The highest order of derivatives in an equation along the axis.
  let order: Int
  /// On the points, from the functions themselves.
  let derivatives: [Matrix]
  /// At both ends, as conditions ask for them.
  let ends: [Matrix]
  /// Of the functions on the points.
  let svd: SVD

  /// Cost: a singular value decomposition. Throws as that does.
  init(_ points: [Double], basis: EnvelopeBasis, order: Int) throws {
    (self.points, self.basis, self.order) = (points, basis, order)
    derivatives = basis.evaluate(at: points, order: max(order, 1))
    ends = basis.evaluate(at: [points[0], points[points.count - 1]], order: AxisConditions.highestOrder)
    svd = try SVD(derivatives[0])
  }
}
