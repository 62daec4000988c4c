import Foundation
import NumericCore
import PPL

/// Hamiltonian Monte Carlo on the continuous numbers of a trace (Duane et al. 1987; Neal, 'MCMC using Hamiltonian dynamics',
/// 2011), the discrete choices held: between the scores of a population too, on the run so far.
///
///     SequentialMonteCarlo(particles: 200) {
///       Resample(.systematic, when: .effectiveSampleFraction(below: 0.5))
///       Rejuvenate(HamiltonianMove(over: ["mu", "tau"], stepSize: 0.2, steps: 8))
///     }
///
/// Numbers move on the real line: those above or below a bound by the logarithm of the distance to it, those of an
/// interval by the logit of their place in it. The mass is 1. Sites whose bounds depend on other choices, simplices and
/// ordered vectors are left to other kernels.
///
/// Cost: `steps + 1` gradients, each a few times the cost of the run.
public struct HamiltonianMove: TraceKernel {
  public var sites: SiteSelection
  /// The time of a leapfrog step.
  public var stepSize: Double
  /// The number of leapfrog steps.
  public var steps: Int

  public init(over sites: SiteSelection = .all, stepSize: Double = 0.1, steps: Int = 10) {
    (self.sites, self.stepSize, self.steps) = (sites, stepSize, steps)
  }

  /// - Throws: `InferenceError.invalidSetting` for a step size that is not above 0, or fewer than one step;
  ///   `ModelError.unsupportedSite` for a program whose structure depends on drawn values; what the model throws.
  public func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
    guard stepSize > 0, stepSize < .infinity else {
      throw InferenceError.invalidSetting(name: "stepSize", value: stepSize, expected: "> 0")
    }
    try checkCount("steps", steps)
    var state = try MovingTrace(trace, sites)
    guard !state.isEmpty else { return MoveTally() }
    var stream = RandomStream(key)
    var momentum = state.position.map { _ in stream.normal() }
    let kinetic = momentum.reduce(0) { $0 + 0.5 * $1 * $1 }
    for _ in 0..<steps {
      momentum.add(state.gradient, times: 0.5 * stepSize)
      guard try state.move(along: momentum, times: stepSize, key: key) else {
        return MoveTally("Hamiltonian", isAccepted: false)
      }
      momentum.add(state.gradient, times: 0.5 * stepSize)
    }
    let logRatio = state.logRatio + kinetic - momentum.reduce(0) { $0 + 0.5 * $1 * $1 }
    let isAccepted = log(stream.uniform()) < logRatio
    if isAccepted { trace = state.trace }
    return MoveTally("Hamiltonian", isAccepted: isAccepted)
  }
}

extension [Double] {
  fileprivate mutating func add(_ direction: [Double], times factor: Double) {
    for i in indices { self[i] += factor * direction[i] }
  }
}

/// A trace whose continuous numbers move on the real line.
private struct MovingTrace {
  private(set) var trace: Trace
  private(set) var position: [Double] = []
  /// Of the log density on the real line.
  private(set) var gradient: [Double] = []
  /// The log density on the real line now, less what it was.
  private(set) var logRatio = 0.0
  private var addresses: [TraceAddress] = []
  private var lines: [RealLine] = []
  private var counts: [Int] = []

  init(_ trace: Trace, _ sites: SiteSelection) throws {
    self.trace = trace
    var seen: Set<TraceAddress> = []
    for choice in trace.choices(of: sites) where !choice.isDiscrete && seen.insert(choice.address).inserted {
      guard let line = RealLine(try trace.support(of: choice)), let values = trace[choice.address] else { continue }
      addresses.append(choice.address)
      lines.append(line)
      counts.append(values.count)
      position += values.map(line.position)
    }
    if !isEmpty { gradient = try newGradient() }
  }

  var isEmpty: Bool { position.isEmpty }

  /// Moves the position; false where that is impossible.
  mutating func move(along direction: [Double], times factor: Double, key: RandomKey) throws -> Bool {
    logRatio -= logJacobian
    position.add(direction, times: factor)
    var (values, first) = ([TraceAddress: [Double]](), 0)
    for (address, (line, count)) in zip(addresses, zip(lines, counts)) {
      values[address] = position[first..<(first + count)].map(line.value)
      first += count
    }
    do {
      logRatio += try trace.propose(.several(values), key: key).logRatio + logJacobian
    } catch ModelError.scoreNotANumber {
      return false  // numbers overflow where a trajectory diverges
    }
    guard logRatio.isFinite else { return false }
    gradient = try newGradient()
    return gradient.allSatisfy(\.isFinite)
  }

  private var logJacobian: Double { elements.reduce(0) { $0 + $1.line.logJacobian($1.position) } }

  private var elements: [(line: RealLine, position: Double)] {
    Array(zip(zip(lines, counts).flatMap { Array(repeating: $0, count: $1) }, position))
  }

  private mutating func newGradient() throws -> [Double] {
    let gradient = try trace.gradient(at: addresses).flatMap { $0 }
    return zip(gradient, elements).map { $0 * $1.line.derivative($1.position) + $1.line.logJacobianDerivative($1.position) }
  }
}

/// Numbers of a support as functions of the real line.
private enum RealLine {
  case whole
  case above(Double)
  case below(Double)
  case between(Double, Double)

  /// Nil where the bounds are not known numbers, or elements belong together.
  init?(_ support: Support) {
    func number(_ bound: AnyRandom) -> Double? { bound.constantElements.flatMap { $0.count == 1 ? $0[0] : nil } }
    switch support {
    case .real: self = .whole
    case .greaterThan(let lower):
      guard let lower = number(lower) else { return nil }
      self = .above(lower)
    case .lessThan(let upper):
      guard let upper = number(upper) else { return nil }
      self = .below(upper)
    case .interval(let lower, let upper):
      guard let lower = number(lower), let upper = number(upper) else { return nil }
      self = .between(lower, upper)
    case .integers, .simplex, .ordered, .correlationCholesky: return nil
    }
  }

  private static func logistic(_ u: Double) -> Double { 1 / (1 + exp(-u)) }

  func position(_ x: Double) -> Double {
    switch self {
    case .whole: x
    case .above(let lower): log(x - lower)
    case .below(let upper): log(upper - x)
    case .between(let lower, let upper): log(x - lower) - log(upper - x)
    }
  }

  func value(_ u: Double) -> Double {
    switch self {
    case .whole: u
    case .above(let lower): lower + exp(u)
    case .below(let upper): upper - exp(u)
    case .between(let lower, let upper): lower + (upper - lower) * Self.logistic(u)
    }
  }

  /// dx / du.
  func derivative(_ u: Double) -> Double {
    switch self {
    case .whole: 1
    case .above: exp(u)
    case .below: -exp(u)
    case .between(let lower, let upper): (upper - lower) * Self.logistic(u) * Self.logistic(-u)
    }
  }

  /// log |dx / du|.
  func logJacobian(_ u: Double) -> Double {
    switch self {
    case .whole: 0
    case .above, .below: u
    case .between(let lower, let upper): log(upper - lower) - abs(u) - 2 * log1p(exp(-abs(u)))
    }
  }

  func logJacobianDerivative(_ u: Double) -> Double {
    switch self {
    case .whole: 0
    case .above, .below: 1
    case .between: 1 - 2 * Self.logistic(u)
    }
  }
}
