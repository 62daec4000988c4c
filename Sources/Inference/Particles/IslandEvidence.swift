import Foundation

/// What the spread of islands, which know nothing of each other, tells of their evidence estimate.
struct IslandEvidence {
  /// Above it the estimate is no better than its order: conventional.
  private static let largestError = 0.3

  /// The relative standard error of the mean of the islands' estimates, which is that of its logarithm. Nil with one
  /// island, and where the mass is 0.
  let error: Double?

  /// - Parameters:
  ///   - islands: the logarithms of their estimates.
  ///   - logEvidence: that of their mean.
  init(_ islands: [Double], logEvidence: Double) {
    guard islands.count > 1, logEvidence > -.infinity else {
      error = nil
      return
    }
    let masses = islands.map { exp($0 - logEvidence) }
    error = Diagnostics.standardDeviation(masses) / Double(masses.count).squareRoot()
  }

  var warning: String? {
    guard let error, error > Self.largestError else { return nil }
    return "the islands' evidence differs: its relative error is \(error); raise the number of particles"
  }
}
