extension Support {
  /// Scalar expressions that add up to 0 where x is in the support and to -infinity elsewhere. There are none where the
  /// bounds do not depend on draws: then no run draws what another cannot.
  func terms(of x: AnyRandom) -> [AnyRandom] {
    let (lowest, greatest) = (AnyRandom(-.infinity), AnyRandom(.infinity))
    func within(_ lower: AnyRandom, _ upper: AnyRandom) -> [AnyRandom] {
      guard dependsOnDraws(lower) || dependsOnDraws(upper) else { return [] }
      return [.apply(UniformKernel.self, [x, lower, upper], shape: .scalar)]
    }
    return switch self {
    case .real, .simplex, .ordered, .correlationCholesky: []
    case .greaterThan(let lower): within(lower, greatest)
    case .lessThan(let upper): within(lowest, upper)
    case .interval(let lower, let upper): within(lower, upper)
    case .integers(let lower, let upper): within(AnyRandom(Double(lower)), upper ?? greatest)
    }
  }
}
