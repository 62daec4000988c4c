extension CompiledModel {
  /// The ends of the interval in which an element (from 0) of a latent lies, as far as they are known before a run:
  /// infinite where the support has no such end or it is random, and for what is no continuous latent of the model.
  public func bounds(of path: String, element: Int = 0) -> (lower: Double, upper: Double) {
    let latents = parts.inferred.map(\.placed) + parts.forward
    guard let site = latents.first(where: { $0.path == path })?.site else { return (-.infinity, .infinity) }
    return site.distribution.support.knownBounds(at: element % max(site.shape.count, 1))
  }
}

extension Support {
  /// The ends that are known of the interval of element `index`; infinite where there is none.
  func knownBounds(at index: Int) -> (lower: Double, upper: Double) {
    func known(_ bound: AnyRandom) -> Double? {
      bound.constantElements.map { $0.count == 1 ? $0[0] : $0[index] }
    }
    switch self {
    case .real, .ordered, .integers: return (-.infinity, .infinity)
    case .greaterThan(let lower): return (known(lower) ?? -.infinity, .infinity)
    case .lessThan(let upper): return (-.infinity, known(upper) ?? .infinity)
    case .interval(let lower, let upper): return (known(lower) ?? -.infinity, known(upper) ?? .infinity)
    case .simplex: return (0, 1)
    case .correlationCholesky: return (-1, 1)
    }
  }
}
