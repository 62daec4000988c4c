import NumericCore

/// What differs between the coordinates of a mode, from one entry for each. In the mean over the entries at point j,
///
///     y - (all that the fit has beside the mode's additive effect) = c + a(x_j) + sum_l g_l(mean of x_l) + noise,
///
/// with a process a as the mode has them and one g_l for each other mode on the line: an additive functional tensor
/// of the means. In multilevel models the effects of a variable within groups and between them are told apart by its
/// means in the groups (Mundlak, 'On the pooling of time series and cross section data', Econometrica 1978). At a new
/// coordinate the mean of x_l is not known: one place tells as much of it as `IndexMeans.expectedMean` says.
///
/// Classes are what nobody changes any more once they have been run.
struct BetweenRegression: @unchecked Sendable {
  let means: IndexMeans
  /// One for each smoothness, of standardised means.
  let regressions: [TensorFactorisation]
  private let offset, scale: Double

  /// Of regressions that are still to be run.
  ///
  /// - Parameters:
  ///   - kinds: of all modes; where the mode is the only one there is no regression.
  init(_ model: FunctionalTensor, _ kinds: [TensorMode], _ means: IndexMeans) {
    let values = means.values
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    let scale = square > 0 ? square.squareRoot() : 1
    (self.means, offset, self.scale) = (means, mean, scale)
    guard kinds.count > 1 else {
      regressions = []
      return
    }
    let entries = TensorEntries(means.columns.map { ModeIndex($0) }, values: values.map { ($0 - mean) / scale })
    let ownKinds = [kinds[means.mode]] + means.others.map { _ in TensorMode.continuous }
    // Without products nothing is random.
    regressions = model.smoothnesses.map {
      TensorFactorisation(
        entries, rank: 0, smoothness: $0, kinds: ownKinds, noise: model.noise, key: RandomKey(seed: 0))
    }
  }

  /// What the regressions say of values at places, noise within coordinates not included.
  ///
  /// - Parameters:
  ///   - coordinates: distinct ones, by mode.
  ///   - areLeftOut: whether those of the mode are its points, each to be predicted without itself.
  ///   - rest: all that the fit has beside the mode's additive effect.
  ///   - row: of a place and a mode, in the coordinates.
  func signals(
    at coordinates: [[Double]], areLeftOut: Bool = false, rest: Signals,
    _ row: (_ place: Int, _ mode: Int) -> Int
  ) -> [Signals] {
    let modes = [means.mode] + means.others
    let expected = means.others.indices.map { o in
      coordinates[means.others[o]].map(means.expectedMean(o))
    }
    return regressions.map { regression in
      let functions = regression.functions
      let own =
        areLeftOut
        ? ModeCavities(functions[0]).moments
        : TensorMoments(functions[0], at: coordinates[means.mode], rank: 0)
      let tables = [own] + expected.indices.map { TensorMoments(functions[1 + $0], at: expected[$0], rank: 0) }
      let between = Signals(count: rest.means.count, TensorSignal(tables, core: nil)) { row($0, modes[$1]) }
      // What is noise between coordinates is the same in all entries of one.
      let noise = NoiseLevel(regression).law(signalVariance: 0).variance
      var signals = rest
      for i in signals.means.indices {
        signals.means[i] += offset + scale * between.means[i]
        signals.variances[i] += scale * scale * (between.variances[i] + noise)
      }
      return signals
    }
  }
}
