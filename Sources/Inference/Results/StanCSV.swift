import Foundation
import PPL

extension Posterior {
  /// Writes one CSV file a chain in the format of CmdStan, which `arviz.from_cmdstan` and the posterior package read:
  /// `name_1.csv`, `name_2.csv` and so on. Each is written whole or not at all.
  ///
  /// - Returns: the paths.
  /// - Throws: the file system's error.
  @discardableResult
  public func writeStanCSV(to directory: String, name: String) throws -> [String] {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let columns = draws.scalarColumns
    var first = 0
    return try chains.enumerated().map { number, chain in
      let path = "\(directory)/\(name)_\(number + 1).csv"
      var text = stanHeader(chain, number: number + 1)
      for draw in 0..<chain.count {
        let info = chain.infos[draw]
        var cells = [
          "\(chain.logDensities[draw])", "\(info.acceptanceRate)", "\(chain.stepSize)", "\(info.treeDepth)",
          "\(info.leapfrogSteps)", info.isDivergent ? "1" : "0", "\(info.energy)",
        ]
        for column in columns { cells.append("\(column[first + draw])") }
        text += cells.joined(separator: ",") + "\n"
      }
      first += chain.count
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      return path
    }
  }

  private func stanHeader(_ chain: ChainDraws, number: Int) -> String {
    let names = draws.scalarNames.map {
      $0.replacingOccurrences(of: "[", with: ".").replacingOccurrences(of: ",", with: ".")
        .replacingOccurrences(of: "]", with: "").replacingOccurrences(of: "/", with: ":")
    }
    let header =
      ["lp__", "accept_stat__", "stepsize__", "treedepth__", "n_leapfrog__", "divergent__", "energy__"] + names
    return """
      # method = sample (Default)
      #   sample
      #     num_samples = \(chain.count)
      #     num_warmup = 0
      #     save_warmup = 0
      #     thin = 1
      # id = \(number)
      # random
      #   seed = \(seed)
      \(header.joined(separator: ","))
      # Adaptation terminated
      # Step size = \(chain.stepSize)
      # Diagonal elements of inverse mass matrix:
      # \(chain.inverseMetric.map { "\($0)" }.joined(separator: ", "))

      """
  }
}
