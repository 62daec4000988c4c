/// All entries of a fit, while they are few, and how many of them it was fitted to at once, by a seed.
struct KeptEntries: Sendable {
  let data: TensorData
  let seed: UInt64
  private let fitted: Int

  /// Nil for more than `most` entries.
  init?(_ data: TensorData, seed: UInt64, fitted: Int, most: Int) {
    guard data.count <= most else { return nil }
    (self.data, self.seed, self.fitted) = (data, seed, fitted)
  }

  /// With entries of the same modes.
  func appending(_ other: TensorData, most: Int) throws(TensorError) -> KeptEntries? {
    let all = try TensorData(
      coordinates: zip(data.coordinates, other.coordinates).map { $0 + $1 }, values: data.values + other.values,
      kinds: data.kinds)
    return KeptEntries(all, seed: seed, fitted: fitted, most: most)
  }

  /// Whether there are a quarter more of them than the fit knew at once: in a row of small updates, fits to all take a
  /// time that is in proportion to that of the last one.
  var areManyMore: Bool { 4 * data.count >= 5 * fitted }
}
