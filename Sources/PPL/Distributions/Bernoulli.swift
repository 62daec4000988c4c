import NumericCore

/// A truth value that is true with a probability.
public struct Bernoulli: TransformedVariate {
  public typealias Value = Bool
  public let parameters: [Parameter]
  public var support: Support { .integers(0, 1) }

  public init(_ probability: some RealArgument) {
    parameters = [Parameter("probability", probability, .probability)]
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    LogDensityTerms(BernoulliKernel.self, [x, parameters[0].value])
  }

  public static var variate: StandardVariate { .uniform }
  @inlinable public static func value<T: RealLane>(of u: T, _ p: T, _: T, _: T) -> T {
    let (zero, one) = (T(lane: 0), T(lane: 1))
    let drawn = T.select(T.less(u, p), one, zero)
    return T.select(T.lessOrEqual(zero, p), T.valid(T.lessOrEqual(p, one), drawn), T(lane: .nan))
  }
}

/// A truth value whose log odds are given.
public struct BernoulliLogit: TransformedVariate {
  public typealias Value = Bool
  public let parameters: [Parameter]
  public var support: Support { .integers(0, 1) }

  public init(_ logit: some RealArgument) { parameters = [Parameter("logit", logit)] }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    LogDensityTerms(BernoulliLogitKernel.self, [x, parameters[0].value])
  }

  public static var variate: StandardVariate { .uniform }
  @inlinable public static func value<T: RealLane>(of u: T, _ logit: T, _: T, _: T) -> T {
    let drawn = T.select(T.less(u, T.logistic(logit)), T(lane: 1), T(lane: 0))
    return T.valid(T.equal(logit, logit), drawn)
  }
}

/// log p where k = 1, log(1 - p) where k = 0; inputs k, p.
enum BernoulliKernel: DensityKernel {
  static var name: String { "bernoulli" }
  static var grain: Grain { .tile }
  static var inputCount: Int { 2 }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ k: T, _ p: T, _: T, _: T) -> Partials<T> {
    let (zero, one) = (T(lane: 0), T(lane: 1))
    let isTrue = T.less(zero, k)
    let value = T.select(isTrue, T.log(p), T.log1p(-p))
    return Partials(value, zero, T.select(isTrue, one / p, -(one / (one - p))))
  }
}

/// -log(1 + exp(-logit)) where k = 1, -log(1 + exp(logit)) where k = 0; inputs k, logit.
enum BernoulliLogitKernel: DensityKernel {
  static var name: String { "bernoulliLogit" }
  static var grain: Grain { .tile }
  static var inputCount: Int { 2 }
  static var ofLinearMean: (any DensityKernel.Type)? { LinearBernoulliLogitKernel.self }

  @inlinable @inline(__always) static func partials<T: RealLane>(_ k: T, _ logit: T, _: T, _: T) -> Partials<T> {
    let (zero, one) = (T(lane: 0), T(lane: 1))
    // The logit with the sign of what was seen: log density -softplus(-u), derivative logistic(-u).
    let sign = T(lane: 2) * k - one
    let u = sign * logit
    let e = T.exp(-T.magnitude(u))
    let isNegative = T.less(u, zero)
    let value = T.select(isNegative, u, zero) - T.log1p(e)
    return Partials(value, zero, sign * T.select(isNegative, one, e) / (one + e))
  }
}

enum LinearBernoulliLogitKernel: LinearMeanKernel {
  typealias Kernel = BernoulliLogitKernel
}
