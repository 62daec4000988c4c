import NumericCore

extension SiteSpace {
  /// The positions of independent draws of the sites' prior, one after the other.
  ///
  /// - Throws: `ModelError.unsupportedSite` for an improper site, and where the prior of a site depends on one that is not
  ///   among them; `invalidData` where a draw is at the edge of its support, which has no coordinates.
  public func priorPositions(count: Int, key: RandomKey) throws -> [Double] {
    let names = Set(variables.map(\.name))
    let prior = try BatchEvaluation(sites.map { ($0.path, $0.draw) }) { site in
      guard names.contains(site.path) else {
        throw ModelError.unsupportedSite(
          site: site.path, reason: "the prior of \(names.sorted().map { "`\($0)`" }.joined(separator: ", ")) depends on it, "
            + "and it is not among them", location: site.location)
      }
      return try drawn(site)
    }
    let columns = try prior.run(.sites([:]), count: count, key: key).columns
    let values = VariableColumns(variables: variables, columns: columns).byName
    return try (0..<count).flatMap { draw in try position(of: values.mapValues { $0.map { $0[draw] } }) }
  }
}
