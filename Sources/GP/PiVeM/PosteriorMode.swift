import NumericCore

/// The search for the mode of the posterior of biases and trajectories, by L-BFGS in `PosteriorCoordinates`.
struct PosteriorMode {
  let likelihood: PairLikelihood
  let coordinates: PosteriorCoordinates

  /// The mode near `start`, in the parameters of the likelihood.
  ///
  /// - Throws: `DynamicNetworkError.didNotStart`.
  func search(from start: [Double], tolerance: Double, maximumIterations: Int) throws -> (
    parameters: [Double], optimum: Optimum
  ) {
    let posterior = PosteriorObjective(likelihood, coordinates)
    // Steps go down: what is above the value at the start is too far.
    var limit = Double.infinity
    let objective: Objective = { f, gradient in
      guard let f = f.baseAddress, let gradient = gradient.baseAddress else { return 0 }
      let value = posterior(f, gradient: gradient, limit: limit)
      if limit == .infinity { limit = value }
      return value
    }
    var search = LBFGS()
    search.maximumIterations = maximumIterations
    search.changeTolerance = tolerance
    let optimum: Optimum
    do { optimum = try search.minimise(from: coordinates.coordinates(of: start), objective) } catch {
      throw DynamicNetworkError.didNotStart("\(error)")
    }
    return (coordinates.parameters(of: optimum.position), optimum)
  }
}
