/// What entries that are no longer at hand say: their messages to each point, as they were last, and no
/// message of any one of them. They are the derivatives of the entries' expected log likelihood in the
/// moments of the functions.
final class TensorMemory {
  /// The number of entries, and their expected sum of squared residuals.
  let count: Int
  let squares: Double
  /// What the messages are worth where they were made.
  let start: Double
  /// By mode, as a chain has them.
  private let precision, linear: [UnsafeMutablePointer<Double>]

  /// - Parameters:
  ///   - points: where the points of the old functions are among the new ones, by mode.
  ///   - counts: the number of points, by mode.
  init(_ old: TensorFactorisation, points: [[Int]], counts: [Int]) {
    (count, squares) = (old.entriesInAll, old.squares)
    precision = zip(old.functions, counts).map { VectorRows.allocate($1 * $0.components * $0.components) }
    linear = zip(old.functions, counts).map { VectorRows.allocate($1 * $0.components) }
    var start = 0.0
    for (mode, chain) in old.functions.enumerated() {
      let n = chain.components
      for (j, place) in points[mode].enumerated() {
        for i in 0..<(n * n) { precision[mode][place * n * n + i] += chain.precision[j * n * n + i] }
        for i in 0..<n { linear[mode][place * n + i] += chain.linear[j * n + i] }
      }
      let (product, square) = chain.value(chain.precision, chain.linear)
      start += product - 0.5 * square
    }
    self.start = start
  }

  deinit { for block in precision + linear { block.deallocate() } }

  /// Adds the messages to those that a mode has.
  func add(to own: any ModeFunctions, _ mode: Int) {
    let (n, points, l, e) = (own.components, own.points.count, own.precision, own.linear)
    for i in 0..<(points * n * n) { l[i] += precision[mode][i] }
    for i in 0..<(points * n) { e[i] += linear[mode][i] }
  }

  /// As `ModeFunctions.value`, of these messages.
  func value(_ own: any ModeFunctions, _ mode: Int) -> (linear: Double, quadratic: Double) {
    own.value(precision[mode], linear[mode])
  }
}
