import NumericCore

/// Coarser grids first: the covariance of a solution on few points does for many.
extension LineSolver {
  /// Coarser grids that resolve the source, whose solutions tell the covariance for this one: looks at many covariances take
  /// less time on few points. All but the first have half of the points at most, which is what saves more than it may cost.
  /// None where there is noise, or nothing to choose.
  var coarserCounts: [Int] {
    let first = SpectralSelection.mostForWaves
    guard isExact, covariances.given == nil, points.count > first else { return [] }
    let counts = [first] + sequence(first: 2 * first) { 2 * $0 }.prefix { 2 * $0 <= points.count }
    guard equation.source.contains(where: { $0 != 0 }) else { return counts }
    let spectrum = Periodogram(Matrix(column: equation.source), spacing: points[1] - points[0])
    return counts.filter { isResolved(spectrum, by: $0) }
  }

  /// Whether data of a spectrum are resolved by so many points: what falls as an exponential has above the highest frequency
  /// the square of the share of its power that it has above a half of that.
  func isResolved(_ spectrum: Periodogram, by count: Int) -> Bool {
    let nyquist = 0.5 * Double(count - 1) / equation.lengths[0]
    return spectrum.share(above: 0.5 * nyquist) < Self.unresolved
  }

  /// Of the power (conventional).
  private static let unresolved = 1e-9

  /// The solution with the covariance of a coarser grid's, where that leaves next to nothing over; else with its own.
  ///
  /// - Parameter isLast: whether all is tried to find one: no finer grid follows.
  func outcome(near known: Outcome?, isLast: Bool) throws -> Outcome {
    if let known, known.leavesNothing, let outcome = try? continued(known, known.basis.on(points)), outcome.isSmooth {
      return outcome
    }
    return try solve(isLast: isLast)
  }

  /// Where Newton's method leads to from a solution on another grid.
  func continued(_ known: Outcome, _ basis: EnvelopeBasis) throws -> Outcome {
    let values = known.basis.evaluate(at: points, order: equation.highestOrder(along: 0))
    let u = Dictionary(
      uniqueKeysWithValues: equation.ordersWithUnknown.map { ($0, values[$0[0]] * known.coefficients) })
    let newton = try newton(basis, boundaryWeight(equation.linearised(u)))
    return try outcome(basis, newton, newton.regression(u, equation.residual(u))).0
  }
}
