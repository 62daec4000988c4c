import NumericCore

extension FunctionalTensorFit {
  /// Takes in more entries, at old coordinates or new ones, anywhere. While there are few, it may be by a fit to all of
  /// them by the same seed: `FunctionalTensor.entriesKept` says when.
  ///
  /// Otherwise it is without the entries that it has been fitted to: these stay as their last messages to each point
  /// (streaming variational Bayes: Broderick et al., NeurIPS 2013). Offset, scale and form stay, length scales,
  /// variances and the noise are learned on. The weights of the starts count how each has predicted the new entries
  /// before it saw them.
  ///
  /// `history` begins anew, with a bound in which the old entries count by the first order of their
  /// likelihood.
  ///
  /// Cost: that of a fit to the new entries, and of filters over the coordinates, old and new.
  /// - Throws: `TensorError` for modes that are not those of the fit, in number or kind; `CancellationError`
  ///   where the task is cancelled. The fit stays as it was then.
  public mutating func update(
    with data: TensorData,
    progress: (@Sendable (_ start: Int, _ sweep: Int, _ bound: Double) -> Void)? = nil
  ) throws {
    guard data.modes == ranks.count else {
      throw TensorError.invalidSetting(
        name: "number of modes", value: Double(data.modes), expected: "\(ranks.count), as those of the fit")
    }
    if let mode = ranks.indices.first(where: { data.kinds[$0] != members[0].kinds[$0] }) {
      throw TensorError.wrongKind(mode: mode, kind: data.kinds[mode], expected: members[0].kinds[mode])
    }
    let all = try kept?.appending(data, most: model.entriesKept)
    if let all, all.areManyMore {
      self = try model.fit(all.data, seed: all.seed, progress: progress)
      return
    }
    let values = data.values.map { ($0 - offset) / scale }
    // What the fit says of the entries before it has seen them.
    let places = try Places(data.values.indices.map { i in data.coordinates.map { $0[i] } }, kinds: data.kinds)
    var mixtures = mixtures
    for answer in answers(at: places) {
      var coordinates = answer.places.count
      if case .unseen(let mode) = answer.kind {
        coordinates = Set(answer.places.map { places.row($0, mode) }).count
      }
      mixtures.learn(
        answer.signals, answer.kind, values: answer.places.map { values[$0] }, coordinates: coordinates, members)
    }
    let grown = members.map { TensorFactorisation($0, columns: data.reduced, values: values) }
    try model.run(grown, progress)
    self = try FunctionalTensorFit(
      model, grown, before: mixtures, kept: all, offset: offset, scale: scale)
  }
}
