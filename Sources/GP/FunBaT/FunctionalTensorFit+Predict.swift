extension FunctionalTensorFit {
  /// Predicts values at places, each with one coordinate for each mode: between the data, on them, or outside
  /// of their range. Where a mode has no entries at the coordinate, weights and intervals are those that predict
  /// entries without all others of their coordinate best; where several have none, those of the mode in which such
  /// predictions err most.
  ///
  /// Cost: places x starts x modes x rank^2 (Tucker: x prod rank^2), and a step of filter and smoother for
  /// each distinct coordinate and start.
  /// - Throws: `TensorError` for a place with too few or too many coordinates, or one that is not finite.
  public func predict(_ places: [[Double]]) throws(TensorError) -> [Prediction] {
    let places = try Places(places, kinds: members[0].kinds)
    var predictions: [Prediction?] = Array(repeating: nil, count: places.count)
    for answer in answers(at: places) {
      let mixture = mixtures[answer.kind]
      let mixed = Signals(mixing: answer.signals, weights: mixture.weights)
      for (i, place) in answer.places.enumerated() {
        predictions[place] = Prediction(
          mean: offset + scale * mixed.means[i], mixture.law(signalVariance: mixed.variances[i], unit: scale))
      }
    }
    return predictions.compactMap { $0 }
  }

  /// Some places that are predicted alike, with what each candidate of their mixture says there.
  struct Answer {
    let kind: TensorMixtures.Kind
    let places: [Int]
    let signals: [Signals]
  }

  func answers(at places: Places) -> [Answer] {
    let tables = members.map { member in
      places.coordinates.enumerated().map { mode, own in
        TensorMoments(member.functions[mode], at: own, rank: ranks[mode])
      }
    }
    return mixtures.kinds(of: places, members[0].entries.indexes).map { kind, own in
      let row = { (place: Int, mode: Int) in places.row(own[place], mode) }
      var signals = zip(members, tables).map {
        Signals(count: own.count, TensorSignal($1, core: $0.core), row)
      }
      if case .unseen(let mode) = kind {
        signals += mixtures.unseen[mode].signals(
          at: places.coordinates, count: own.count, members, tables, known: mixtures.known, row)
      }
      return Answer(kind: kind, places: own, signals: signals)
    }
  }
}
