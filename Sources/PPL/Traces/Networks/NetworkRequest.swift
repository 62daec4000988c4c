/// What a site's values become, or one of them: these, or a draw of the prior.
struct NetworkRequest {
  let site: Int
  let element: Int?
  let values: [Double]?

  /// Whether the choice of an element comes from its prior.
  func isProposedFromPrior(_ element: Int) -> Bool {
    values == nil && (self.element == nil || self.element == element) && !Mutation.isActive(.redrawnDensityCounted)
  }
}

extension [NetworkRequest] {
  /// That of a site; they are in the order of sites.
  func request(of site: Int) -> NetworkRequest? {
    let index = partitioningIndex(below: count) { self[$0].site >= site }
    return index < count && self[index].site == site ? self[index] : nil
  }
}
