/// How values are predicted at coordinates at which a mode has no entries.
///
/// What a fit has learned of noise and of smoothness is for the most part how entries of the same coordinates differ,
/// and need not be how coordinates do. The latter is told by the entries of each coordinate, predicted without any of
/// them (`LeftOutCoordinates`): by the members of the fit, and by regressions between coordinates. All are mixed
/// with the weights of the least squared error, and the errors of the mixture tell how wide it is.
struct UnseenCoordinate: Sendable {
  private let between: BetweenRegression
  /// Of the members, then of the regressions.
  private(set) var mixture: PredictiveMixture

  /// Of each mode.
  ///
  /// - Parameters:
  ///   - known: how the members are mixed where all coordinates have entries.
  ///   - before: what entries have said that are no longer at hand, and what those at hand have said before they
  ///     were seen, which is all the better.
  /// - Throws: `CancellationError` where the task is cancelled.
  static func all(
    _ model: FunctionalTensor, _ members: [TensorFactorisation], known: PredictiveMixture,
    before: [UnseenCoordinate]?
  ) throws -> [UnseenCoordinate] {
    let (entries, kinds) = (members[0].entries, members[0].kinds)
    let (points, sample) = (entries.indexes.map(\.points), entries.sample)
    let values = sample.map { entries.values[$0] }
    let row = { (entry: Int, mode: Int) in Int(entries.indexes[mode].pointOfEntry[entry]) }
    let cavities = members.map { $0.functions.map { ModeCavities($0) } }
    let betweens = kinds.indices.map { mode in
      let tables = zip(members, cavities).map { member, cavities in
        var tables = member.moments
        tables[mode] = cavities[mode].moments
        return tables
      }
      let rests = Self.rests(members, tables, mode, points[mode].count)
      let means = IndexMeans(entries, kinds, mode: mode, before: before?[mode].between.means) { entry in
        zip(rests, known.weights).reduce(entries.values[entry]) { rest, member in
          member.1 > 0 ? rest - member.1 * member.0.moments { row(entry, $0) }.mean : rest
        }
      }
      return BetweenRegression(model, kinds, means)
    }
    try model.run(betweens.flatMap(\.regressions), nil)
    if let before {
      return zip(betweens, before).map {
        UnseenCoordinate(
          between: $0, mixture: PredictiveMixture($1.mixture, Self.levels(members, $0, known)))
      }
    }
    let leftOut = zip(members, cavities).map { LeftOutCoordinates($0, $1, sample) }
    return betweens.enumerated().map { mode, between in
      let rest = Signals(mixing: leftOut.map { $0.rests[mode] }, weights: known.weights)
      let signals =
        leftOut.map { $0.signals[mode] }
        + between.signals(at: points, areLeftOut: true, rest: rest) { row(sample[$0], $1) }
      let mixture = PredictiveMixture(
        signals, Self.levels(members, between, known), values: values, independent: points[mode].count,
        by: Self.objective(between, known))
      return UnseenCoordinate(between: between, mixture: mixture)
    }
  }

  /// What each member has beside the additive effect of a mode, from its tables, of `points` coordinates of the mode.
  private static func rests(
    _ members: [TensorFactorisation], _ tables: [[TensorMoments]], _ mode: Int, _ points: Int
  ) -> [TensorSignal] {
    zip(members, tables).map { member, tables in
      var tables = tables
      tables[mode] = tables[mode].withoutEffect(points: points)
      return TensorSignal(tables, core: member.core)
    }
  }

  /// The noise of all candidates: regressions have that of the members' mixture.
  private static func levels(
    _ members: [TensorFactorisation], _ between: BetweenRegression, _ known: PredictiveMixture
  ) -> [NoiseLevel] {
    members.map { NoiseLevel($0) } + between.regressions.map { _ in known.noise }
  }

  /// Few errors leave the weights as they are where all is known.
  private static func objective(
    _ between: BetweenRegression, _ known: PredictiveMixture
  ) -> PredictiveMixture.Objective {
    .square(default: known.weights + between.regressions.map { _ in 0 })
  }

  /// What the regressions say of places, beside what the members say.
  ///
  /// - Parameter tables: of the members, at the coordinates.
  func signals(
    at coordinates: [[Double]], count: Int, _ members: [TensorFactorisation], _ tables: [[TensorMoments]],
    known: PredictiveMixture, _ row: (_ place: Int, _ mode: Int) -> Int
  ) -> [Signals] {
    let mode = between.means.mode
    let rests = Self.rests(members, tables, mode, coordinates[mode].count)
    let rest = Signals(mixing: rests.map { Signals(count: count, $0, row) }, weights: known.weights)
    return between.signals(at: coordinates, rest: rest, row)
  }

  /// Takes in what values at so many coordinates that were new say of predictions of them.
  mutating func learn(
    _ signals: [Signals], values: [Double], coordinates: Int, _ members: [TensorFactorisation],
    known: PredictiveMixture
  ) {
    mixture = PredictiveMixture(
      signals, Self.levels(members, between, known), values: values, independent: coordinates,
      by: Self.objective(between, known), before: mixture)
  }
}
