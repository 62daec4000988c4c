import NumericCore

extension FittedTrajectories {
  /// The trajectories and what came after them: new bins of the same width, in which nodes go on from where
  /// they are.
  ///
  /// The past stays as it is, and so do biases, settings and forecast: the new velocities are the mode of
  /// their posterior given the old ones. What is learned of the past from the new events is left to
  /// `refined()`.
  ///
  /// - Parameters:
  ///   - events: of the same nodes, in (span, span + bins width].
  ///   - bins: how many new ones, all of whose events are known.
  /// - Throws: `DynamicNetworkError.invalidSetting`, `.didNotStart`, `LinearAlgebraError`. Cost: that of a
  ///   fit of the new bins alone, and O((B + bins)^3).
  public func extended(by events: [NetworkEvent], bins new: Int = 1) throws -> FittedTrajectories {
    guard new >= 1 else {
      throw DynamicNetworkError.invalidSetting(name: "bins", value: Double(new), expected: ">= 1")
    }
    let end = span + Double(new) * trajectories.width
    if let bad = events.first(where: { !($0.time > span && $0.time <= end) }) {
      throw DynamicNetworkError.invalidSetting(
        name: "time of a new event", value: bad.time, expected: "in (\(span), \(end)]")
    }
    let longer = PiecewiseVelocityModel.Data(
      nodes: nodes, events: data.events + events.filter { !data.masked.contains($0.pair) }, span: end,
      masked: data.masked, structure: data.structure)
    try model.check(
      nodes: nodes, events: longer.events, span: end, masked: data.masked, structure: data.structure)
    let settings = PiecewiseVelocityModel.Settings(
      bins: bins + new, velocityScale: velocityScale * end / span, lengthScale: lengthScale * span / end,
      communities: communities)
    let continuation = Continuation(
      trajectories, new: new, prior: try model.prior(longer, settings), communities: communities,
      likelihood: PairLikelihood(
        nodes: nodes, bins: new, span: end - span,
        events: events.map { NetworkEvent(i: $0.i, j: $0.j, time: min($0.time, end) - span) }, masked: data.masked,
        maskedShare: data.maskedShare, structure: data.structure, relativeError: 1e-6))
    let (parameters, optimum) = try continuation.search(
      tolerance: model.tolerance, maximumIterations: model.maximumIterations)
    return FittedTrajectories(
      NetworkTrajectories(unchecked: parameters, nodes: nodes, bins: bins + new, span: end), forecast: forecast,
      resting: resting?.resampled(bins: bins + new, span: end), settings: settings, optimum: optimum,
      objective: optimum.value, trials: trials, data: longer, model: model)
  }

  /// The mode of all biases and trajectories from here on, with the same settings and forecast.
  ///
  /// - Throws: `DynamicNetworkError.didNotStart`, `LinearAlgebraError`. Cost: that of a fit without its
  ///   choices.
  public func refined() throws -> FittedTrajectories {
    let (refined, optimum) = try model.mode(
      data, settings, from: trajectories, maximumIterations: model.maximumIterations, tolerance: model.tolerance,
      isNear: true)
    return FittedTrajectories(
      refined, forecast: forecast, resting: try model.resting(data, forecast, bins: bins), settings: settings,
      optimum: optimum, objective: optimum.value, trials: trials, data: data, model: model)
  }
}

/// The posterior of the last bins given those before. The map from whitened coordinates to knots is
/// triangular, so that given the past the coordinates of the new bins are independent standard normal.
private struct Continuation {
  let likelihood: PairLikelihood
  let prior: TrajectoryPrior
  let communities: NodeCommunities?
  private let old: NetworkTrajectories
  private let new: Int
  /// Biases, the last old knot, and the new ones where the new coordinates are zero, as the likelihood takes
  /// them.
  private let base: [Double]

  init(
    _ old: NetworkTrajectories, new: Int, prior: TrajectoryPrior, communities: NodeCommunities?,
    likelihood: PairLikelihood
  ) {
    (self.old, self.new, self.likelihood) = (old, new, likelihood)
    (self.prior, self.communities) = (prior, communities)
    let (n, rows) = (old.nodes, 2 * old.nodes)
    let still = old.resampled(bins: old.bins + new, span: old.span + Double(new) * old.width)
    let e = prior.whitened(Array(still.parameters[n...]), rows: rows)
    var base = Array(old.parameters[..<n]) + old.parameters.suffix(rows)
    for b in old.bins + 1...old.bins + new {
      for k in 0..<rows { base.append((0...old.bins).reduce(0) { $0 + prior.map[b, $1] * e[$1 * rows + k] }) }
    }
    self.base = base
  }

  /// The parameters of old and new bins.
  func search(tolerance: Double, maximumIterations: Int) throws -> ([Double], Optimum) {
    let (n, rows) = (old.nodes, 2 * old.nodes)
    var parameters = base
    var slopes = base
    let dimension = 2 * new * (communities?.movers ?? n)
    // Coordinates of all nodes, and the derivatives by them.
    var y = Array(repeating: 0.0, count: rows * new)
    func place(_ e: UnsafeBufferPointer<Double>) {
      y.withUnsafeMutableBufferPointer { y in
        guard let e = e.baseAddress, let y = y.baseAddress else { return }
        if let communities { communities.mix(e, rows: 2 * new, y) } else { y.update(from: e, count: rows * new) }
      }
      for b in 0..<new {
        for k in 0..<rows {
          var x = base[n + (b + 1) * rows + k]
          for a in 0...b { x += prior.map[old.bins + 1 + b, old.bins + 1 + a] * y[a * rows + k] }
          parameters[n + (b + 1) * rows + k] = x
        }
      }
    }
    let objective: Objective = { e, gradient in
      place(e)
      var value = parameters.withUnsafeBufferPointer { p in
        slopes.withUnsafeMutableBufferPointer { likelihood.value(at: p, gradient: $0) }
      }
      for k in y.indices { y[k] = 0 }
      for b in 0..<new {
        for a in 0...b {
          let slope = prior.map[old.bins + 1 + b, old.bins + 1 + a]
          for k in 0..<rows { y[a * rows + k] += slope * slopes[n + (b + 1) * rows + k] }
        }
      }
      y.withUnsafeBufferPointer { y in
        guard let y = y.baseAddress, let g = gradient.baseAddress else { return }
        if let communities { communities.pullback(y, rows: 2 * new, g) } else { g.update(from: y, count: rows * new) }
      }
      for k in e.indices {
        value += 0.5 * e[k] * e[k]
        gradient[k] += e[k]
      }
      return value
    }
    var search = LBFGS()
    (search.maximumIterations, search.changeTolerance) = (maximumIterations, tolerance)
    let optimum: Optimum
    do { optimum = try search.minimise(from: Array(repeating: 0, count: dimension), objective) } catch {
      throw DynamicNetworkError.didNotStart("\(error)")
    }
    optimum.position.withUnsafeBufferPointer { place($0) }
    return (old.parameters + parameters[(n + rows)...], optimum)
  }
}
