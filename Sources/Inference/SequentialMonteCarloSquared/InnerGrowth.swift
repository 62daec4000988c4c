/// Whether the inner populations grow while scores come (Chopin, Jacob and Papaspiliopoulos, 2013, section 3.6).
public enum InnerGrowth: Sendable, Equatable {
  case never
  /// Populations are exchanged for new ones of twice the size where fewer of the moves at a score were accepted, as long as
  /// they have no more particles than `most`. The weights take the ratio of the new estimate of the evidence to the old one.
  case doubling(whenAcceptanceBelow: Double = 0.2, most: Int)

  func check(_ particles: Int) throws(InferenceError) {
    guard case .doubling(let rate, let most) = self else { return }
    guard rate > 0, rate <= 1 else {
      throw .invalidSetting(name: "acceptance rate of growth", value: rate, expected: "above 0 and not above 1")
    }
    try checkCount("most inner particles", most, from: particles)
  }

  /// The size that populations should have after moves.
  func size(after size: Int, acceptance: Acceptance) -> Int {
    guard case .doubling(let rate, let most) = self, acceptance.count > 0, acceptance.rate < rate, size <= most / 2 else {
      return size
    }
    return 2 * size
  }
}
