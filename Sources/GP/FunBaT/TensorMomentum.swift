/// Sweeps that begin beyond where the last one ended, on the line from the one before: mode after mode is slow where
/// functions of several modes have to change together (Mitchell, Ye and De Sterck, 'Nesterov acceleration of alternating
/// least squares for canonical tensor decomposition', Numerical Linear Algebra with Applications, 2020). Weights are
/// Nesterov's; they begin anew where a sweep has to be taken back.
///
/// It is one task's. Cost of a sweep: copies of the moments.
final class TensorMomentum {
  private let functions: [any ModeFunctions]
  private let moments: [TensorMoments]
  /// By mode: the means before the last sweep, and the moments after it.
  private let earlier, last: [UnsafeMutablePointer<Double>]
  /// 1 where no sweep is to be continued.
  private var age = 1.0
  /// How many sweeps were taken back.
  private(set) var returns = 0

  init(_ functions: [any ModeFunctions], _ moments: [TensorMoments]) {
    (self.functions, self.moments) = (functions, moments)
    earlier = functions.map { VectorRows.allocate($0.points.count * $0.components) }
    last = zip(functions, moments).map { VectorRows.allocate($0.points.count * $1.width) }
  }

  deinit { for block in earlier + last { block.deallocate() } }

  /// After a sweep: moves the means of all functions on. Their covariances stay.
  func moveOn() {
    let next = 0.5 + (0.25 + age * age).squareRoot()
    let weight = (age - 1) / next
    for (mode, own) in functions.enumerated() {
      let (n, points) = (own.components, own.points.count)
      last[mode].update(from: moments[mode].rows, count: points * moments[mode].width)
      for j in 0..<points {
        let (means, beyond) = (own.means + j * n, earlier[mode] + j * n)
        for a in 0..<n { beyond[a] = means[a] + weight * (means[a] - beyond[a]) }
        if weight > 0 { moments[mode].set(j, beyond, own.covariances + j * n * n) }
      }
      earlier[mode].update(from: own.means, count: points * n)
    }
    age = next
  }

  /// Takes the last move back.
  func goBack() {
    for (mode, own) in functions.enumerated() {
      moments[mode].rows.update(from: last[mode], count: own.points.count * moments[mode].width)
    }
    age = 1
    returns += 1
  }
}
