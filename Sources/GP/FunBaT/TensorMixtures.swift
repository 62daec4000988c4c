/// How the members of a fit predict values together, by what is known of a place: each is learned from entries that
/// are as new to what predicts them.
struct TensorMixtures: Sendable {
  /// Where all coordinates have entries. The weights are those with which each entry is predicted best without
  /// itself; the width is that of errors without all entries of the same place.
  private(set) var known: PredictiveMixture
  /// Where the place has entries: the width is that of errors of entries whose place has others. Nil where there
  /// are none.
  private(set) var repeated: PredictiveMixture?
  /// Where one coordinate has no entries, by mode.
  private(set) var unseen: [UnseenCoordinate]
  private let places: PlaceGroups

  /// What is known of a place.
  enum Kind: Hashable {
    case known
    case repeated
    case unseen(mode: Int)
  }

  /// - Parameter before: what other entries have said, and what those at hand have said before they were seen.
  /// - Throws: `CancellationError` where the task is cancelled.
  init(_ model: FunctionalTensor, _ members: [TensorFactorisation], before: TensorMixtures? = nil) throws {
    let (entries, levels) = (members[0].entries, members.map { NoiseLevel($0) })
    let places = PlaceGroups(entries, before: before?.places)
    self.places = places
    if let before {
      known = PredictiveMixture(before.known, levels)
      repeated = before.repeated.map { PredictiveMixture($0, levels) }
    } else {
      let sample = entries.sample
      let values = sample.map { entries.values[$0] }
      let leftOut = members.map { $0.leaveOneOut(of: sample) }
      let all = PredictiveMixture(leftOut, levels, values: values, independent: values.count, by: .density)
      let others = sample.indices.filter { places.counts[Int(places.placeOfEntry[sample[$0]])] > 1 }
      if others.isEmpty {
        (known, repeated) = (all, nil)
      } else {
        known = PredictiveMixture(
          members.map { $0.leaveOneOut(places, of: sample) }, levels, values: values, independent: values.count,
          by: .given(all.weights))
        repeated = PredictiveMixture(
          leftOut.map { $0.part(others) }, levels, values: others.map { values[$0] }, independent: others.count,
          by: .given(all.weights))
      }
    }
    unseen = try UnseenCoordinate.all(model, members, known: known, before: before?.unseen)
  }

  subscript(kind: Kind) -> PredictiveMixture {
    switch kind {
    case .known: known
    case .repeated: repeated ?? known
    case .unseen(let mode): unseen[mode].mixture
    }
  }

  /// Which of the mixtures are for which places.
  func kinds(of places: Places, _ indexes: [ModeIndex]) -> [(kind: Kind, places: [Int])] {
    let modes = indexes.indices
    let points = modes.map { mode in places.coordinates[mode].map { indexes[mode].point(at: $0) } }
    let order = modes.sorted { unseen[$0].mixture.meanSquare > unseen[$1].mixture.meanSquare }
    var kinds: [Kind: [Int]] = [:]
    for place in 0..<places.count {
      let own = modes.map { points[$0][places.row(place, $0)] }
      let kind: Kind =
        if let mode = order.first(where: { own[$0] == nil }) {
          .unseen(mode: mode)
        } else {
          self.places.contains(modes.count) { own[$0] ?? .nan } ? .repeated : .known
        }
      kinds[kind, default: []].append(place)
    }
    let all = [Kind.known, .repeated] + modes.map { .unseen(mode: $0) }
    return all.compactMap { kind in kinds[kind].map { (kind, $0) } }
  }

  /// Takes in what values say of predictions of them that were made before they were seen.
  ///
  /// - Parameter coordinates: the number of distinct ones in the mode that is new, if one is.
  mutating func learn(
    _ signals: [Signals], _ kind: Kind, values: [Double], coordinates: Int, _ members: [TensorFactorisation]
  ) {
    let levels = members.map { NoiseLevel($0) }
    switch kind {
    case .known:
      known = PredictiveMixture(
        signals, levels, values: values, independent: values.count, by: .density, before: known)
    case .repeated:
      repeated = PredictiveMixture(
        signals, levels, values: values, independent: values.count, by: .density, before: repeated ?? known)
    case .unseen(let mode):
      unseen[mode].learn(signals, values: values, coordinates: coordinates, members, known: known)
    }
  }
}
