import NumericCore

/// A value of real numbers: elementary functions apply to each.
public protocol RealArray: RandomValue {}
extension Double: RealArray {}
extension Array: RealArray where Element == Double {}
extension Matrix: RealArray {}

/// E to the power x, element by element.
public func exp<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.Exponential.self, x.expression))
}

/// The natural logarithm, element by element.
public func log<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.Logarithm.self, x.expression))
}

/// Log(1 + x), element by element.
public func log1p<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.Log1p.self, x.expression))
}

/// Exp(x) - 1, element by element.
public func expm1<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.Expm1.self, x.expression))
}

/// The square root, element by element.
public func sqrt<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.SquareRoot.self, x.expression))
}

/// X x, element by element.
public func square<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.Square.self, x.expression))
}

/// The magnitude; its derivative at 0 is taken to be 0, element by element.
public func abs<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.Magnitude.self, x.expression))
}

/// The sine, element by element.
public func sin<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.Sine.self, x.expression))
}

/// The cosine, element by element.
public func cos<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.Cosine.self, x.expression))
}

/// The hyperbolic tangent, element by element.
public func tanh<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.HyperbolicTangent.self, x.expression))
}

/// 1 / (1 + exp(-x)), element by element.
public func logistic<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.Logistic.self, x.expression))
}

/// Log(x / (1 - x)), element by element.
public func logit<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.Logit.self, x.expression))
}

/// Log(1 + exp(x)), element by element.
public func softplus<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.Softplus.self, x.expression))
}

/// The error function, element by element.
public func erf<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.ErrorFunction.self, x.expression))
}

/// 1 - erf(x), element by element.
public func erfc<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.ComplementaryErrorFunction.self, x.expression))
}

/// The logarithm of the gamma function, for x > 0, element by element.
public func logGamma<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.LogGamma.self, x.expression))
}

/// The derivative of logGamma, for x > 0, element by element.
public func digamma<Value: RealArray>(_ x: Random<Value>) -> Random<Value> {
  .init(.unary(Elementary.Digamma.self, x.expression))
}

/// a to the power b.
public func pow(_ a: Random<Double>, _ b: some PlainNumber) -> Random<Double> {
  .init(.binary(Elementary.Power.self, a.expression, AnyRandom(b.plainValue)))
}

/// a to the power b.
public func pow(_ a: Random<Double>, _ b: Random<Double>) -> Random<Double> {
  .init(.binary(Elementary.Power.self, a.expression, b.expression))
}

/// a to the power b, element by element.
public func pow(_ a: Random<[Double]>, _ b: some VectorOperand) -> Random<[Double]> {
  .init(.binary(Elementary.Power.self, a.expression, b.vectorOperand))
}

/// The larger one.
public func max(_ a: Random<Double>, _ b: Random<Double>) -> Random<Double> {
  .init(.binary(Elementary.Maximum.self, a.expression, b.expression))
}

/// The smaller one.
public func min(_ a: Random<Double>, _ b: Random<Double>) -> Random<Double> {
  .init(.binary(Elementary.Minimum.self, a.expression, b.expression))
}

/// The larger ones, element by element.
public func max(_ a: Random<[Double]>, _ b: some RealArgument) -> Random<[Double]> {
  .init(.binary(Elementary.Maximum.self, a.expression, b.argument))
}

/// The smaller ones, element by element.
public func min(_ a: Random<[Double]>, _ b: some RealArgument) -> Random<[Double]> {
  .init(.binary(Elementary.Minimum.self, a.expression, b.argument))
}
