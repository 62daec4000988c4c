import Foundation
import PPL

/// The draws of a sampler in the files of CmdStan, one for each chain: `arviz.from_cmdstan` opens them.
///
/// Numbers are written with all their digits, so reading gives back what was written.
public struct StanCSV: Sendable {
  public let draws: Draws
  public let statistics: SamplerStatistics
  /// The number of iterations before the first draw; they are not in `draws`.
  public let warmup: Int
  public let seed: UInt64?

  /// - Throws: `DrawsError.differentCounts` where draws and statistics are not of the same chains.
  public init(
    _ draws: Draws, statistics: SamplerStatistics, warmup: Int = 0, seed: UInt64? = nil
  ) throws(DrawsError) {
    guard draws.counts == statistics.counts else {
      throw .differentCounts(statistics.counts, expected: draws.counts)
    }
    (self.draws, self.statistics, self.warmup, self.seed) = (draws, statistics, warmup, seed)
  }
}

extension Posterior {
  /// Writes one CSV file a chain in the format of CmdStan, which `arviz.from_cmdstan` and the posterior
  /// package read:
  /// `name_1.csv`, `name_2.csv` and so on. Each is written whole or not at all.
  ///
  /// - Returns: the paths.
  /// - Throws: the file system's error.
  @discardableResult
  public func writeStanCSV(to directory: String, name: String) throws -> [String] {
    try StanCSV(draws, statistics: statistics, warmup: warmup, seed: seed).write(to: directory, name: name)
  }
}
