/// Covariances along the axes of a box that a linear equation and its boundary data suggest.
struct BoxCovariances {
  let grid: TensorGrid
  /// For each axis and condition, its values on the side's grid.
  let data: [[[Double]]]
  /// The root mean square of what the equation makes of u that may be rounding.
  let negligible: Double
  var family: SpectralMixture.Family?
  /// Whether what the equation makes of u is known with noise.
  var mayBeNoisy = false
  var mostComponents = SpectralSelection.usualMost
  /// Those with Gaussian envelopes, where they were chosen before.
  var smooth: [EnvelopeBasis]?

  /// - Parameters:
  ///   - image: what the equation makes of u, on the grid.
  ///   - tolerance: what of it may be left over.
  func bases(
    _ linear: [(DifferentialExpression.Order, [Double])], _ image: [Double], _ tolerance: Double
  ) throws -> [EnvelopeBasis] {
    try grid.axes.indices.map { axis in
      try AxisSelection(
        points: grid.axes[axis],
        sections: AxisSelection.sections(of: image, data, grid: grid, axis: axis, negligible: negligible),
        gain: GridEquation.gain(linear, along: axis), tolerance: tolerance,
        family: family, mostComponents: mostComponents, mayBeNoisy: mayBeNoisy,
        smooth: smooth?[axis]
      ).best()
    }
  }
}
