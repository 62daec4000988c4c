import NumericCore

/// The covariance along one axis of a box, chosen by the evidence of sections of what an equation shows of u.
struct AxisSelection {
  let points: [Double]
  /// Functions along the axis, in columns.
  let sections: Matrix
  /// How much larger an oscillation along the axis is in the sections than in u.
  let gain: (Double) -> Double
  let tolerance: Double
  /// Nil where it is for the evidence to say.
  let family: SpectralMixture.Family?
  let mostComponents: Int
  var mayBeNoisy = false
  /// The basis with Gaussian envelopes and weights for u, where it was chosen for such sections before.
  var smooth: EnvelopeBasis?

  /// A basis with weights for u.
  func best() throws -> EnvelopeBasis {
    let size = (sections.sumOfSquares / Double(max(sections.columns, 1))).squareRoot()
    // Where nothing is seen yet, as along time before it runs, a smooth function is the first guess.
    guard size > .leastNormalMagnitude else {
      return EnvelopeBasis(smooth: points, family: family ?? .gaussian)
    }
    let trend = size / Double(points.count).squareRoot()
    let choice = try SpectralSelection(
      points: points, regression: { try WhitenedRegression($0.evaluate(at: points, order: 0)[0], sections) },
      data: sections, gain: { _ in 1 },
      trend: trend, smooth: smooth.map { weighed($0) { $0 * $0 } }, mayBeNoisy: mayBeNoisy, tolerance: tolerance,
      mostComponents: mostComponents
    ).bestWithNoise(family)
    return weighed(choice.basis) { 1 / ($0 * $0) }
  }

  /// The basis with each weight times a function of the gain.
  private func weighed(_ basis: EnvelopeBasis, by factor: (Double) -> Double) -> EnvelopeBasis {
    // The axis holds half of the slowest oscillation that is told from the trend.
    let slowest = 0.5 / (points[points.count - 1] - points[0])
    var result = basis
    for q in result.components.indices {
      let gain = gain(max(result.components[q].frequency, slowest))
      result.components[q].weight *= factor(max(gain, .leastNormalMagnitude))
    }
    return result
  }

  /// How many random combinations of sections stand for all: more than a spectrum of lines has.
  private static let combinations = 12

  /// Random combinations of the sections of an array along an axis, and of the data on the sides that the axis runs in,
  /// brought to the same size.
  ///
  /// - Parameter negligible: the root mean square of an array that may be rounding.
  static func sections(
    of image: [Double], _ data: [[[Double]]], grid: TensorGrid, axis: Int, negligible: Double
  ) -> Matrix {
    let size = rootMeanSquare(image)
    var columns: [Double] = []
    if size > negligible {
      columns += combine(TensorGrid.unfold(image, shape: grid.shape, axis: axis), seed: 0).elements
    }
    for (other, sides) in data.enumerated() where other != axis {
      for (k, values) in sides.enumerated() {
        let own = rootMeanSquare(values)
        guard own > 0 else { continue }
        var shape = grid.shape
        shape[other] = 1
        let side = combine(TensorGrid.unfold(values, shape: shape, axis: axis), seed: UInt64(1 + 2 * other + k))
        let factor = size > negligible ? size / own : 1
        columns += side.elements.map { factor * $0 }
      }
    }
    let n = grid.axes[axis].count
    var result = Matrix(rows: n, columns: columns.count / n)
    result.withUnsafeMutableBufferPointer { to in for i in to.indices { to[i] = columns[i] } }
    return result
  }

  private static func combine(_ sections: Matrix, seed: UInt64) -> Matrix {
    guard sections.columns > combinations else { return sections }
    let normals = RandomKey(seed: seed).normals(sections.columns * combinations)
    let scale = 1 / Double(sections.columns).squareRoot()
    var mixing = Matrix(rows: sections.columns, columns: combinations)
    mixing.withUnsafeMutableBufferPointer { to in for i in to.indices { to[i] = scale * normals[i] } }
    return sections * mixing
  }
}
