import NumericCore

/// A named parameter of a distribution and the domain it must lie in.
public struct Parameter: Sendable {
  public enum Domain: Sendable {
    case real, positive, nonnegative, probability, natural
    /// Non-negative elements that sum to 1.
    case simplex
    /// Checked elsewhere, by the operation that reads it.
    case unchecked

    var expectation: String {
      switch self {
      case .real, .unchecked: "a finite number"
      case .positive: "> 0"
      case .nonnegative: ">= 0"
      case .probability: "from 0 to 1"
      case .natural: "a whole number >= 0"
      case .simplex: "non-negative elements that sum to 1"
      }
    }

    func contains(_ x: Double) -> Bool {
      switch self {
      case .real: x.isFinite
      case .positive: x > 0 && x < .infinity
      case .nonnegative: x >= 0 && x < .infinity
      case .probability, .simplex: x >= 0 && x <= 1
      case .natural: x >= 0 && x < .infinity && x == x.rounded()
      case .unchecked: !x.isNaN
      }
    }
  }

  public let name: String
  public let value: AnyRandom
  public let domain: Domain

  public init(_ name: String, _ value: some RealArgument, _ domain: Domain = .real) {
    (self.name, self.value, self.domain) = (name, value.argument, domain)
  }
}

/// What a parameter of a distribution may be given as: numbers and vectors, random or not.
public protocol RealArgument: Sendable {
  var argument: AnyRandom { get }
}

extension Double: RealArgument { public var argument: AnyRandom { AnyRandom(self) } }
extension Int: RealArgument { public var argument: AnyRandom { AnyRandom(Double(self)) } }
extension Array: RealArgument where Element: ScalarRandomValue {
  public var argument: AnyRandom { AnyRandom(constant) }
}
extension Matrix: RealArgument { public var argument: AnyRandom { AnyRandom(constant) } }
extension Random: RealArgument where Value: RandomValue { public var argument: AnyRandom { expression } }
extension AnyRandom: RealArgument { public var argument: AnyRandom { self } }

/// Where a value may lie. Bounds may depend on other latents.
public enum Support: Sendable {
  case real
  case greaterThan(AnyRandom)
  case lessThan(AnyRandom)
  case interval(AnyRandom, AnyRandom)
  /// Non-negative elements that sum to 1.
  case simplex
  /// Increasing elements.
  case ordered
  /// Lower Cholesky factors of correlation matrices.
  case correlationCholesky
  /// Whole numbers from the first to the second bound; no upper bound where it is nil.
  case integers(Int, AnyRandom?)

  public static var positive: Support { .greaterThan(0) }
  public static var unitInterval: Support { .interval(0, 1) }

  /// Whether values are whole numbers: such a site has no gradient.
  public var isDiscrete: Bool {
    if case .integers = self { return true }
    return false
  }
}

/// A log density as the sum of a fused kernel over the plate and of terms, each one broadcast to the plate.
public struct LogDensityTerms: Sendable {
  var kernel: (any DensityKernel.Type)?
  var inputs: [AnyRandom]
  var terms: [AnyRandom]

  /// - Parameters:
  ///   - kernel: summed over the plate; its first input is the value.
  ///   - terms: expressions that are added for each element of the plate.
  public init(_ kernel: any DensityKernel.Type, _ inputs: [AnyRandom], plus terms: AnyRandom...) {
    (self.kernel, self.inputs, self.terms) = (kernel, inputs, terms)
  }

  /// Terms alone: a formula in the language.
  public init(_ terms: AnyRandom...) {
    (kernel, inputs, self.terms) = (nil, [], terms)
  }
}

/// A probability distribution (or, where it says so, an improper measure) that sites draw from and data are scored by.
///
/// Conform to `UnivariateDistribution` for independent numbers on a plate; to this protocol for vectors.
public protocol Distribution<Value>: Sendable {
  /// One draw.
  associatedtype Value: RandomValue

  /// The parameters, in the order in which `draw` is given them: all that the distribution depends on, random bounds of
  /// its support included.
  var parameters: [Parameter] { get }
  var support: Support { get }
  /// Whether the measure has no finite mass, so that nothing can be drawn from it.
  var isImproper: Bool { get }
  /// The shape of one draw, or of `plate` independent ones.
  func shape(ofPlate plate: Int?, site: String, at location: SourceLocation) throws(ModelError) -> Shape
  /// log p(x), up to no constant: normalised, unless the measure is improper.
  func logDensity(of x: AnyRandom) -> LogDensityTerms
  /// Draws one value (for a plate, one element of it) from parameters that are given in the order of `parameters`.
  /// Parameters outside of their domain give NaN.
  static func draw(_ parameters: DrawParameters, into value: UnsafeMutableBufferPointer<Double>, using stream: inout RandomStream)
}

/// The parameters of one draw, in the order of `Distribution.parameters`.
public struct DrawParameters {
  @usableFromInline let buffers: UnsafeBufferPointer<UnsafeBufferPointer<Double>>
  @usableFromInline init(_ buffers: UnsafeBufferPointer<UnsafeBufferPointer<Double>>) { self.buffers = buffers }

  /// The first (for a number, the only) element of a parameter.
  @inlinable public subscript(index: Int) -> Double { buffers[index][0] }
  /// The number of parameters.
  @inlinable public var count: Int { buffers.count }
  /// All elements of a parameter.
  @inlinable public func array(_ index: Int) -> UnsafeBufferPointer<Double> { buffers[index] }
}

/// Independent numbers on a plate: each element has its own parameters, or shares them.
public protocol UnivariateDistribution: Distribution where Value: ScalarRandomValue {
  /// How many of the parameters, the first ones, are vectors that all elements of a plate share as a whole (the
  /// probabilities of categories).
  static var sharedParameters: Int { get }
  /// Draws one number.
  static func draw(_ parameters: DrawParameters, using stream: inout RandomStream) -> Double
}

extension Distribution {
  public var isImproper: Bool { false }
  var valueKind: NumberKind { Value.kind }
  var name: String { String(describing: Self.self) }

  /// Throws where a parameter that is known before the run lies outside of its domain.
  func checkConstantParameters(site: String, at location: SourceLocation) throws(ModelError) {
    for parameter in parameters {
      guard let elements = parameter.value.constantElements else { continue }
      for element in elements where !parameter.domain.contains(element) {
        throw .invalidParameter(
          site: site, distribution: name, parameter: parameter.name, value: element,
          expected: parameter.domain.expectation, location: location)
      }
      if case .simplex = parameter.domain, abs(elements.reduce(0, +) - 1) > 1e-8 {
        throw .invalidParameter(
          site: site, distribution: name, parameter: "the sum of \(parameter.name)", value: elements.reduce(0, +),
          expected: "1", location: location)
      }
    }
  }

  /// Throws where a datum is not a number or outside of a support that is known before the run.
  func checkData(_ data: Constant, site: String, at location: SourceLocation) throws(ModelError) {
    for (index, x) in data.elements.enumerated() {
      if let expected = support.violation(by: x, at: index) {
        throw .invalidData(
          site: site, index: data.shape.isScalar ? nil : index, value: x, expected: expected, location: location)
      }
    }
    try support.checkWhole(data, site: site, at: location)
  }
}

extension Support {
  /// What was expected, where x is no element of this support; nil where it is, or where a bound is not known.
  func violation(by x: Double, at index: Int) -> String? {
    func known(_ bound: AnyRandom) -> Double? {
      bound.constantElements.map { $0.count == 1 ? $0[0] : $0[index] }
    }
    guard x.isFinite else { return "a finite number" }
    switch self {
    case .real, .ordered, .correlationCholesky: return nil
    case .greaterThan(let lower):
      guard let a = known(lower), x < a else { return nil }
      return "at least \(a)"
    case .lessThan(let upper):
      guard let b = known(upper), x > b else { return nil }
      return "at most \(b)"
    case .interval(let lower, let upper):
      if let a = known(lower), x < a { return "at least \(a)" }
      if let b = known(upper), x > b { return "at most \(b)" }
      return nil
    case .simplex: return x >= 0 ? nil : "a non-negative element of a simplex"
    case .integers(let lower, let upper):
      if x != x.rounded() { return "a whole number" }
      if x < Double(lower) { return "at least \(lower)" }
      if let upper, let b = known(upper), x > b { return "at most \(b)" }
      return nil
    }
  }

  /// Throws where the elements together break the support.
  func checkWhole(_ data: Constant, site: String, at location: SourceLocation) throws(ModelError) {
    switch self {
    case .simplex:
      let total = data.elements.reduce(0, +)
      if abs(total - 1) > 1e-8 {
        throw .invalidData(site: "the sum of \(site)", index: nil, value: total, expected: "1", location: location)
      }
    case .ordered:
      for i in data.elements.indices.dropFirst() where data.elements[i] <= data.elements[i - 1] {
        throw .invalidData(
          site: site, index: i, value: data.elements[i], expected: "more than \(data.elements[i - 1])",
          location: location)
      }
    case .correlationCholesky:
      if !CorrelationCholesky.contains(data.elements) {
        throw .invalidData(
          site: site, index: nil, value: data.elements.last ?? .nan,
          expected: "the last element of a lower Cholesky factor, with rows of length 1", location: location)
      }
    default: break
    }
  }
}

extension UnivariateDistribution {
  public static var sharedParameters: Int { 0 }

  public func shape(ofPlate plate: Int?, site: String, at location: SourceLocation) throws(ModelError) -> Shape {
    let shape: Shape = plate.map { .vector($0) } ?? .scalar
    for parameter in parameters.prefix(Self.sharedParameters) {
      if case .vector(let n) = parameter.value.shape, n > 0 { continue }
      throw .shapeMismatch(
        operation: "\(name) at `\(site)` with \(parameter.name)", shapes: [parameter.value.shape], location: location)
    }
    for parameter in parameters.dropFirst(Self.sharedParameters)
    where !parameter.value.shape.isScalar && parameter.value.shape != shape {
      throw .shapeMismatch(
        operation: "\(name) at `\(site)` with \(parameter.name)", shapes: [parameter.value.shape, shape],
        location: location)
    }
    return shape
  }

  public static func draw(
    _ parameters: DrawParameters, into value: UnsafeMutableBufferPointer<Double>, using stream: inout RandomStream
  ) {
    value[0] = draw(parameters, using: &stream)
  }
}
