import NumericCore

/// Equations on boxes: a space of products of eigenfunctions of covariances along the axes, within which u is eliminated
/// (`BoxNewton`), and the covariances chosen by the evidence from what the equation and its residual show of u.
struct BoxSolver {
  typealias Order = DifferentialExpression.Order

  let grid: TensorGrid
  let equation: GridEquation
  let boundaries: [Boundary]
  let covariances: Covariances
  /// The root mean square of a source that may be rounding.
  let negligible: Double

  struct Outcome {
    let conditions: [AxisConditions]
    let newton: BoxNewton
    var state: BoxNewton.State
    /// The root mean square of what data on the boundary are missed by, over that of u; 0 where it is rounding.
    let missed: Double
    var iterations: Int
    var space: BoxSpace { newton.space }
    var relativeResidual: Double { state.relativeResidual }
    /// How far it is from a solution.
    var shortfall: Double { max(relativeResidual, missed) }
  }

  private static let tolerance = 1e-13
  /// A relative residual that no other round is needed for.
  private static let sufficient = 1e-10
  private static let mostRounds = 8
  /// The standard deviations of eigenfunctions, relative to the largest, that end a space: a smaller one holds more, and
  /// loses more digits where components overlap. The residual decides.
  private static let deviations = [1e-12, 1e-11, 1e-10]
  /// Those of waves: as many as points do not tell what lies between them.
  private static let waveDeviations = [1e-12, 1e-10, 1e-8, 1e-6]
  /// From which on no other spectra are looked at: seconds.
  private static let mostWork = 1e9
  /// A relative residual from which on what is left over may be of another family.
  private static let smooth = 1e-8
  /// What the covariances of a first look at a nonlinear equation leave over: its source holds harmonics that u does not.
  private static let firstTolerance = 1e-2
  /// What the covariances of a next look may leave over, relative to what is left over: u shows as much more than that of
  /// what the equation makes of it.
  private static let next = 1e-3
  /// A relative deviation, which is an upper estimate, that is told of a nonlinear equation.
  private static let doubtful = 0.05
  /// A residual, as the tests see it, that is no solution.
  private static let failure = 1e-4

  func solution() throws -> PDESolution {
    let outcome = try solve()
    let axes = outcome.space.axes
    // Every condition, those too that the solver did not use.
    var misses: [Double] = []
    var weights: [Double] = []
    for axis in grid.axes.indices {
      let all = try AxisConditions(boundaries, axis: axis, order: 0)
      let found = outcome.space.sideValues(all, axis: axis, of: outcome.state.coefficients)
      misses += zip(found, try all.data(on: grid, axis: axis)).map(largestDifference)
      weights += all.functionals.map { $0.weight(length: grid.lengths[axis]) }
    }
    let linear = equation.linearised(outcome.state.u)
    let (condition, leastGain) = try outcome.newton.conditioning(at: outcome.state)
    let u = outcome.state.u[Order(), default: []]
    let open = norm(outcome.state.residual) / max(leastGain * norm(u), .leastNormalMagnitude)
    let missed = (zip(misses, weights).map { $0 / $1 }.max() ?? 0) / max(rootMeanSquare(u), .leastNormalMagnitude)
    let deviations = axes.map { ($0.variances[$0.variances.count - 1] / $0.variances[0]).squareRoot() }
    return PDESolution(
      report: PDEReport(
        covariances: axes.map { SpectralMixture($0.basis) }, coefficients: outcome.state.coefficients.count,
        relativeResidual: outcome.relativeResidual, boundaryResidual: misses.max() ?? 0,
        condition: condition, jitter: deviations.map { $0 * $0 }.max() ?? 0,
        iterations: outcome.iterations, observationNoise: nil, relativeDeviation: open + missed,
        warnings: PDEReport.warnings(
          relativeResidual: outcome.relativeResidual,
          deviation: !equation.isLinear && open >= Self.doubtful ? open : 0,
          mayBeElsewhere: !equation.isLinear && open >= 1, misses: misses, weights: weights,
          size: largest(u))),
      grid: grid.axes,
      field: .box(
        BoxPosterior(
          space: outcome.space, coefficients: outcome.state.coefficients, conditions: outcome.conditions,
          linear: linear, residual: rootMeanSquare(outcome.state.residual))))
  }

  /// u so far, and what is left over of the equation.
  private struct Progress {
    var u: [Order: [Double]]
    var residual: [Double]
    var best: Outcome?
    var iterations = 0
    /// Of iterations: each goes through all coefficients along all axes.
    var work = 0.0
    var failure: (any Error)?
    var shortfall = Double.infinity
    /// The bases that spaces were made of.
    var tried: [[EnvelopeBasis]] = []
    /// The last with Gaussian envelopes.
    var smooth: [EnvelopeBasis]?
  }

  /// A family, nil where it is for the evidence along each axis to say, and the most components that there may be.
  private typealias Spectra = (family: SpectralMixture.Family?, mostComponents: Int)

  /// Rounds with Gaussian spectra; where these leave something over, with one exponential along each axis, and with
  /// those of highest evidence. The residual decides.
  func solve() throws -> Outcome {
    let orders = grid.axes.indices.map { equation.highestOrder(along: $0) }
    var u = equation.zero
    let conditions = try self.conditions(orders, equation.linearised(u))
    let data = try conditions.enumerated().map { try $1.data(on: grid, axis: $0) }
    if equation.vanishesAtZero { u = try lifted(orders, conditions, data) }
    var progress = Progress(u: u, residual: equation.residual(u))
    let isAutomatic = covariances.given == nil && covariances.family == nil
    let most = covariances.mostComponents
    try rounds(&progress, (isAutomatic ? .gaussian : covariances.family, most), orders, conditions, data)
    if let failure = progress.failure, progress.best == nil { throw failure }
    if isAutomatic, !equation.isMeasured {
      for further: Spectra in [(.cauchy, 1), (nil, most)]
      where progress.shortfall > Self.smooth && progress.work < Self.mostWork {
        try rounds(&progress, further, orders, conditions, data)
      }
    }
    guard var best = progress.best else {
      throw PDEError.noConvergence(iterations: progress.iterations, relativeResidual: .infinity)
    }
    let last = try best.newton.solve(from: best.state, untilShare: isPartial ? 0 : Self.seenAtEnd)
    best.state = last.state
    best.iterations = progress.iterations + last.iterations
    guard best.state.merit <= Self.failure * best.state.scale else {
      throw PDEError.noConvergence(iterations: best.iterations, relativeResidual: best.relativeResidual)
    }
    return best
  }

  /// Rounds of choosing covariances and solving, for as long as the residual on the grid falls.
  private func rounds(
    _ progress: inout Progress, _ spectra: Spectra, _ orders: [Int], _ conditions: [AxisConditions],
    _ data: [[[Double]]]
  ) throws {
    var tolerance = equation.isLinear || progress.best != nil ? Self.tolerance : Self.firstTolerance
    for _ in 0..<Self.mostRounds {
      let previous = progress.shortfall
      let bases = try covariances.given ?? self.bases(spectra, progress, data, tolerance)
      if bases.allSatisfy({ $0.family == .gaussian }) { progress.smooth = bases }
      if isPartial || !progress.tried.contains(where: { zip($0, bases).allSatisfy { $0.spansAbout($1) } }) {
        progress.tried.append(bases)
        attempts(&progress, bases, orders, conditions, data, sufficient: max(tolerance, Self.sufficient))
      }
      if progress.shortfall <= Self.sufficient || covariances.given != nil || progress.work > Self.mostWork { break }
      guard progress.shortfall > 0.5 * previous else {
        tolerance = max(Self.tolerance, Self.next * min(tolerance, progress.shortfall))
        continue
      }
      // More oscillations may do what shorter envelopes do not.
      guard bases.allSatisfy({ $0.family == .gaussian }), tolerance > Self.tolerance else { break }
      tolerance = Self.tolerance
    }
  }

  /// Spaces of fewer and fewer functions of some bases, for as long as each does much better than the one before.
  private func attempts(
    _ progress: inout Progress, _ bases: [EnvelopeBasis], _ orders: [Int], _ conditions: [AxisConditions],
    _ data: [[[Double]]], sufficient: Double
  ) {
    let functions: [AxisFunctions]
    do {
      functions = try grid.axes.indices.map { try AxisFunctions(grid.axes[$0], basis: bases[$0], order: orders[$0]) }
    } catch {
      progress.failure = error
      return
    }
    let isSmooth = bases.allSatisfy { $0.family == .gaussian }
    var before = Double.infinity
    for deviation in isSmooth ? Self.deviations : Self.waveDeviations {
      do {
        guard let found = try attempt(functions, deviation, conditions, data, after: progress) else { continue }
        progress.iterations += found.iterations
        let functions = Double(found.space.shape.reduce(0, +))
        progress.work += Double(found.iterations * found.state.coefficients.count) * functions
        if found.shortfall < progress.shortfall {
          (progress.best, progress.shortfall) = (found, found.shortfall)
          (progress.u, progress.residual) = (found.state.u, found.state.residual)
        }
        if found.shortfall <= sufficient || found.shortfall > Self.worthwhile * before { return }
        before = found.shortfall
      } catch {
        progress.failure = error
      }
    }
  }

  /// A smooth function that takes the boundary data.
  private func lifted(
    _ orders: [Int], _ conditions: [AxisConditions], _ data: [[[Double]]]
  ) throws -> [Order: [Double]] {
    let axes = try grid.axes.indices.map {
      try AxisSpace(
        AxisFunctions(grid.axes[$0], basis: EnvelopeBasis(smooth: grid.axes[$0]), order: orders[$0]), axis: $0,
        smallestDeviation: Self.deviations[0], conditions: conditions[$0])
    }
    let space = BoxSpace(grid: grid, axes: axes)
    return try BoxNewton(equation: equation, space: space).state(space.lifted(data)).u
  }

  /// One space: Newton's method from u so far, or from a smooth function that takes the boundary data. No outcome where
  /// the space foretells far more to be left over than there is.
  private func attempt(
    _ functions: [AxisFunctions], _ deviation: Double, _ conditions: [AxisConditions], _ data: [[[Double]]],
    after progress: Progress
  ) throws -> Outcome? {
    let axes = try functions.indices.map {
      try AxisSpace(functions[$0], axis: $0, smallestDeviation: deviation, conditions: conditions[$0])
    }
    let space = BoxSpace(grid: grid, axes: axes)
    let newton = try BoxNewton(equation: equation, space: space)
    let lifted = space.lifted(data)
    var start = lifted
    if progress.best != nil, let values = progress.u[Order()] {
      let free = space.free(zip(space.coefficients(of: values), lifted).map { $0 - $1 })
      start = space.adding(free: free, to: lifted)
    }
    let first = newton.state(start)
    if progress.best != nil, !isPartial, try newton.leaves(over: Self.hopeless * progress.shortfall, from: first) {
      return nil
    }
    let (state, iterations) = try newton.solve(from: first, untilShare: isPartial ? 0 : Self.seen)
    return Outcome(
      conditions: conditions, newton: newton, state: state, missed: missed(conditions, data, space, state),
      iterations: iterations)
  }

  /// Whether the source is missing at places: tests do not see what u is there, so that it takes rounds to fill it in, and
  /// nothing is foretold by what they do not see.
  private var isPartial: Bool { equation.missing > 0 }

  /// How much of what the space before left over makes another one worth its time.
  private static let worthwhile = 0.5
  /// How many times the residual so far may be expected of a space that is tried.
  private static let hopeless = 4.0
  /// What the tests see of a residual over what they do not see, where spaces are compared.
  private static let seen = 1e-2
  /// And of the one that is taken: what is left of what is slow then moves u by less than what is fast does, of which the
  /// equation makes up to a million times more.
  private static let seenAtEnd = 1e-6

  /// What conditions are missed by, in the unit of u and over its size: by more than rounding where data contradict
  /// each other at corners, or change faster than the space can.
  private func missed(
    _ conditions: [AxisConditions], _ data: [[[Double]]], _ space: BoxSpace, _ state: BoxNewton.State
  ) -> Double {
    var (sum, count) = (0.0, 0)
    for (axis, conditions) in conditions.enumerated() {
      let found = space.sideValues(conditions, axis: axis, of: state.coefficients)
      for (k, values) in found.enumerated() {
        let weight = conditions.functionals[k].weight(length: grid.lengths[axis])
        sum += squaredDistance(values, data[axis][k]) / (weight * weight)
        count += values.count
      }
    }
    let size = rootMeanSquare(state.u[Order(), default: []])
    let missed = count > 0 && size > 0 ? (sum / Double(count)).squareRoot() / size : 0
    return missed > Self.contradiction ? missed : 0
  }

  private static let contradiction = 1e-6

  private func conditions(_ orders: [Int], _ linear: [(Order, [Double])]) throws(PDEError) -> [AxisConditions] {
    /// The mean coefficient of u's derivative along one axis.
    func coefficient(_ axis: Int) -> Double {
      let of = linear.first { $0.0 == Order(orders[axis], along: axis) }
      return of.map { mean($0.1[...]) } ?? 0
    }
    let diffusive = orders.indices.first { orders[$0] == 2 }
    var result: [AxisConditions] = []
    for (axis, order) in orders.enumerated() {
      let all = try AxisConditions(boundaries, axis: axis, order: order)
      // Data enter where time begins: below for u_t = u_xx, above where the sign is the other; and in an equation of first
      // order where characteristics come in when the last axis runs upwards.
      let startsAbove =
        if let diffusive { coefficient(axis) * coefficient(diffusive) > 0 } else {
          coefficient(axis) * coefficient(orders.count - 1) < 0
        }
      result.append(try all.essential(axis: axis, order: order, startsAbove: startsAbove))
    }
    return result
  }

  /// Bases for what the linearised equation, with means for its coefficients, makes of u, and for what is left over.
  private func bases(
    _ spectra: Spectra, _ progress: Progress, _ data: [[[Double]]], _ tolerance: Double
  ) throws -> [EnvelopeBasis] {
    let u = progress.u
    let linear = equation.linearised(u)
    var image = progress.residual
    for (order, coefficients) in linear {
      let mean = mean(coefficients[...])
      let values = u[order]!
      for i in image.indices { image[i] += mean * values[i] }
    }
    return try BoxCovariances(
      grid: grid, data: data, negligible: negligible, family: spectra.family,
      mostComponents: spectra.mostComponents, smooth: spectra.family == nil ? progress.smooth : nil
    ).bases(linear, image, tolerance)
  }
}
