import HashTreeCollections
import NumericCore

/// The variables that a run has yet to draw, with their law given all that it has observed, after Murray, Lundén,
/// Kudlicka, Broman and Schön ('Delayed sampling and automatic Rao-Blackwellization of probabilistic programs', AISTATS
/// 2018).
///
/// Normal variables are a Bayesian network whose conditional means are affine: any linear-Gaussian structure is exact,
/// not chains alone (see `DelayedVariables+Normal`). Beta and gamma variables are independent of all others. A copy
/// shares what it has in common with the original.
struct DelayedVariables: Sendable {
  enum Law: Sendable {
    case known(Double)
    /// Given the variables that the mean is made of; a standard deviation of 0 is a function of them.
    case normal(mean: Affine, sd: Double)
    case beta(Double, Double)
    case gamma(shape: Double, rate: Double)
  }

  /// A longer function is made a variable, so that sums over a series stay short. Arbitrary: regressions with fewer
  /// coefficients are not touched.
  private static let longest = 64

  private var laws = TreeDictionary<Int, Law>()
  private var count = 0
  private var passings = 0
  /// What is drawn is keyed by the run, and is that of a lane.
  var source = (key: RandomKey(seed: 0), lane: 0)
  /// The number of ancestors that an observation may have before its variables are made roots.
  var ancestorLimit = 4
  var hasJustTurned = false
  /// The number of arcs of the network that have been turned round: the cost so far.
  var reversals = 0

  subscript(variable: Int) -> Law {
    get { laws[variable] ?? .known(.nan) }
    set { laws[variable] = newValue }
  }

  mutating func add(_ law: Law) -> Affine {
    defer { count += 1 }
    laws[count] = law
    return Affine(variable: count)
  }

  // MARK: Affine functions

  private func number(of variable: Int) -> Double? {
    if case .known(let value) = self[variable] { return value }
    return nil
  }

  /// With numbers for the variables that have been drawn.
  func folded(_ function: Affine) -> Affine {
    function.terms.contains { number(of: $0.variable) != nil } ? function.folding(number) : function
  }

  func folded(_ payload: Payload) -> Payload {
    guard case .delayed(let elements) = payload else { return payload }
    let folded = elements.map { self.folded($0) }
    return folded.allSatisfy(\.isKnown) ? .numbers(folded.map(\.constant)) : .delayed(folded)
  }

  /// The variables that are not normal, of functions that are folded.
  func othersThanNormal(in functions: [Affine]) -> [Int] {
    functions.flatMap { $0.terms.map(\.variable) }.filter {
      if case .normal = self[$0] { return false }
      return true
    }
  }

  /// The same function, as a variable of its own where it is long.
  mutating func shortened(_ function: Affine) -> Affine {
    guard function.terms.count > Self.longest, othersThanNormal(in: [function]).isEmpty else { return function }
    return add(.normal(mean: function, sd: 0))
  }

  // MARK: Drawing

  /// The numbers of a value: what it is made of is drawn.
  mutating func numbers(of payload: Payload) -> Payload {
    guard case .delayed(let elements) = payload else { return payload }
    for element in elements { for term in element.terms { draw(term.variable) } }
    return folded(payload)
  }

  /// Draws a variable from its law given all that was observed and drawn.
  mutating func draw(_ variable: Int) {
    var stream = RandomStream(
      source.key.child("delayed").child(UInt64(variable)), number: DrawSite.number(element: 0, lane: source.lane))
    switch self[variable] {
    case .known: return
    case .normal:
      makeRoots([variable])
      let (mean, sd) = normal(variable)
      self[variable] = .known(mean.constant + sd * stream.normal())
    case .beta, .gamma: self[variable] = .known(draw(of: variable, using: &stream))
    }
  }

  /// Numbers as values would have that are drawn now, and are forgotten.
  mutating func passing(_ payloads: [Payload]) -> [Payload] {
    passings += 1
    let key = source.key.child("passing").child(UInt64(passings))
    let number = DrawSite.number(element: 0, lane: source.lane)
    return payloads.map { payload in
      guard case .delayed(let elements) = payload else { return payload }
      return .numbers(
        elements.map { element in
          element.folding { variable in
            var stream = RandomStream(key.child(UInt64(variable)), number: number)
            return draw(of: variable, using: &stream)
          }.constant
        })
    }
  }

  /// A number of the law of a beta or gamma variable.
  private func draw(of variable: Int, using stream: inout RandomStream) -> Double {
    switch self[variable] {
    case .known(let value): value
    case .beta(let a, let b): (try? stream.beta(a, b)) ?? .nan
    case .gamma(let shape, let rate): ((try? stream.gamma(shape: shape)) ?? .nan) / rate
    case .normal: .nan
    }
  }
}
