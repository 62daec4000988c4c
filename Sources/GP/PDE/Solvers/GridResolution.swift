/// Whether a grid tells the oscillations of a source and of boundary data from one another: looked at between the
/// grid's points, since on them a frequency f looks like 1 / h - f.
struct GridResolution {
  let grid: TensorGrid
  /// A root mean square of values below which they make no difference: they are rounding of larger terms.
  let negligible: Double

  /// How much finer the look is than the grid.
  private static let refinement = 4
  /// The share of the variance above the highest frequency of the grid that is not let pass (conventional): what
  /// oscillates too fast has most of its variance there, while a step, which no grid resolves, has 1% of it on 100 points.
  private static let largestShare = 0.1
  /// Points a wavelength, where a number is suggested (Nyquist's is 2).
  private static let pointsPerWavelength = 4.0
  /// Where along the other axes lines are laid: away from symmetry.
  private static let places = [0.137, 0.381, 0.618, 0.871]

  /// - Throws: `gridTooCoarse` for the first axis that does not resolve a function.
  func check(_ values: (TensorGrid) throws(PDEError) -> [Double]) throws(PDEError) {
    for axis in grid.axes.indices where grid.axes[axis].count > 1 {
      let points = grid.axes[axis]
      let (lower, length) = (points[0], points[points.count - 1] - points[0])
      let count = Self.refinement * (points.count - 1) + 1
      var line = grid
      for other in grid.axes.indices where other != axis { line.axes[other] = sparse(other) }
      line.axes[axis] = (0..<count).map {
        $0 == count - 1 ? points[points.count - 1] : lower + length * Double($0) / Double(count - 1)
      }
      let sections = TensorGrid.unfold(try values(line), shape: line.shape, axis: axis)
      let size = Double(sections.rows * sections.columns)
      guard (sections.sumOfSquares / size).squareRoot() > negligible else { continue }
      let spectrum = Periodogram(sections, spacing: length / Double(count - 1))
      let highest = Double(points.count - 1) / (2 * length)
      let share = spectrum.share(above: highest)
      guard share > Self.largestShare else { continue }
      let frequency = spectrum.frequency(holding: 1 - 0.1 * Self.largestShare)
      throw .gridTooCoarse(
        axis: axis, points: points.count, frequency: frequency, share: share,
        suggested: Int((Self.pointsPerWavelength * frequency * length).rounded(.up)) + 1)
    }
  }

  private func sparse(_ axis: Int) -> [Double] {
    let points = grid.axes[axis]
    guard points.count > 1 else { return points }
    return Self.places.map { points[0] + $0 * (points[points.count - 1] - points[0]) }
  }
}
