import Foundation
import NumericCore
import PPL

/// Metropolis-Hastings-Green by an involution: auxiliary values are drawn by a program, and a map that is its own inverse
/// takes the trace and the auxiliary values to new ones, across dimensions where it is a reversible jump (Green,
/// 'Reversible jump Markov chain Monte Carlo computation and Bayesian model determination', 1995; Neklyudov et al.,
/// 'Involutive MCMC', 2020; Cusumano-Towner, Lew and Mansinghka, 2020).
///
/// The ratio is p(new) q(u' | new) |J| / (p(old) q(u | old)). That the map is an involution, and that the Jacobian of the
/// way back is the inverse, is checked at each move.
public struct InvolutiveMetropolis: TraceKernel {
  /// What the map makes of a trace and auxiliary values.
  public struct Image: Sendable {
    /// New values by the name of the site, those of a plate together. A name that the trace does not have is that of a
    /// site at the top of the model.
    public var changes: [String: [Double]]
    /// The auxiliary values that lead back, by name.
    public var auxiliary: [String: [Double]]
    /// The logarithm of |det J|, J being the Jacobian of the new continuous values by the old ones, auxiliary ones
    /// included on both sides.
    public var logJacobian: Double

    public init(changes: [String: [Double]], auxiliary: [String: [Double]], logJacobian: Double) {
      (self.changes, self.auxiliary, self.logJacobian) = (changes, auxiliary, logJacobian)
    }
  }

  /// What rounding may do to values that go there and back, relative to them: conventional.
  private static let tolerance = 1e-6

  public let name: String
  private let auxiliary: @Sendable (Trace) throws -> TraceProgram
  private let involution: @Sendable (Trace, [String: [Double]]) throws -> Image?

  /// - Parameters:
  ///   - auxiliary: a program whose latents are the auxiliary values.
  ///   - involution: is given the trace and the auxiliary values by name; nil where there is no such move.
  public init<Value>(
    _ name: String, auxiliary: @escaping @Sendable (Trace) throws -> Model<Value>,
    involution: @escaping @Sendable (_ trace: Trace, _ auxiliary: [String: [Double]]) throws -> Image?
  ) {
    (self.name, self.involution) = (name, involution)
    self.auxiliary = { try TraceProgram(auxiliary($0), isNetwork: false) }
  }

  /// - Throws: `InferenceError.irreversibleProposal` where the map is no involution; `ModelError`.
  public func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
    let old = trace
    let forward = try auxiliary(old).trace(key: key.child("auxiliary"))
    guard forward.logScore == 0 else { throw irreversible("the program of its auxiliary values scores") }
    let u = forward.valuesByName
    guard let image = try involution(old, u) else { return MoveTally(name, isAccepted: false) }
    let step = try trace.propose(.several(addressed(image.changes, in: old)), key: key.child("drawn"))
    var logRatio = step.logRatio
    if logRatio > -.infinity {
      let backward = try auxiliary(trace).trace(key: key.child("reverse")) { image.auxiliary[$0.name] }
      if let missing = backward.addresses.first(where: { image.auxiliary[$0.name] == nil }) {
        throw irreversible("the auxiliary value `\(missing.name)` of the way back is not given")
      }
      guard let back = try involution(trace, image.auxiliary) else { throw irreversible("there is no way back") }
      try check(back, leadsFrom: image, to: old, u)
      logRatio += Mutation.isActive(.jumpJacobianMissing) ? 0 : image.logJacobian
      logRatio += backward.logPrior - forward.logPrior
      logRatio -= dropped(Array(addressed(back.changes, in: old).keys), from: old, to: trace)
    }
    return MoveTally(name, isAccepted: trace.decide(logRatio: logRatio, key: key.child("decision")))
  }

  private func addressed(_ values: [String: [Double]], in trace: Trace) -> [TraceAddress: [Double]] {
    Dictionary(uniqueKeysWithValues: values.map { (trace.address($0) ?? TraceAddress($0), $1) })
  }

  private func check(_ back: Image, leadsFrom image: Image, to old: Trace, _ u: [String: [Double]]) throws {
    func require(_ what: String, _ values: [Double]?, _ expected: [Double]?) throws {
      let (a, b) = (values ?? [], expected ?? [])
      let isClose = a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= Self.tolerance * (1 + abs($1)) }
      if !isClose { throw irreversible("\(what) comes back as \(a), expected \(b)") }
    }
    for (name, values) in back.changes { try require("`\(name)`", values, old[name]) }
    for (name, values) in u { try require("`\(name)`", back.auxiliary[name], values) }
    try require("the log Jacobian", [-back.logJacobian], [image.logJacobian])
  }

  private func irreversible(_ reason: String) -> InferenceError { .irreversibleProposal(name, reason: reason) }
}

extension Trace {
  fileprivate var valuesByName: [String: [Double]] {
    Dictionary(addresses.map { ($0.name, self[$0] ?? []) }, uniquingKeysWith: { first, _ in first })
  }
}
