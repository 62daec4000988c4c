import Foundation
import NumericCore
import PPL

/// Gibbs sampling of continuous numbers whose conditionals are normal, gamma or beta: conjugate sites.
///
/// Conjugacy is not declared. With sufficient statistics T, (x, x^2) on the real line, (log x, x) above 0 and
/// (log x, log(1 - x)) on the unit interval, a conditional of the family is exp(a + b T(x)), which three evaluations of the
/// trace's density determine, at points that do not depend on the present value. The draw is a proposal of a
/// Metropolis-Hastings step, so that the kernel is valid for any site; where the site is conjugate all are accepted, but
/// for rounding. A site for which the fit is no distribution stays as it is.
public struct ConjugateGibbs: TraceKernel {
  public var sites: SiteSelection

  public init(over sites: SiteSelection = .all) { self.sites = sites }

  public func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
    var stream = RandomStream(key)
    guard let choice = try trace.continuousNumbers(of: sites).drawn(using: &stream) else { return MoveTally() }
    let rejected = MoveTally(choice.address.path, isAccepted: false)
    guard let family = Family(try trace.support(of: choice)) else { return rejected }
    let x = try trace.value(of: choice)[0]
    let points = try family.points(trace, choice, key: key.child("points"))
    let logRatios = try points.map { point in
      let step = try trace.propose(.set(choice, [point]), key: key.child("tried"))
      defer { trace.revert() }
      return step.keepsAddresses ? step.logRatio : -.infinity
    }
    guard let conditional = family.conditional(through: points, logRatios),
      let proposed = try conditional.draw(using: &stream)
    else { return rejected }
    let step = try trace.propose(.set(choice, [proposed]), key: key.child("tried"))
    // A run of other choices would come back by another conditional.
    let logRatio =
      step.keepsAddresses
      ? step.logRatio + conditional.logDensity(x) - conditional.logDensity(proposed) : -.infinity
    return MoveTally(
      choice.address.path, isAccepted: trace.decide(logRatio: logRatio, key: key.child("decision")))
  }

  private enum Family {
    case normal, gamma, beta

    init?(_ support: Support) {
      switch support {
      case .real: self = .normal
      case .greaterThan(let lower) where lower.constantElements == [0]: self = .gamma
      case .interval(let lower, let upper) where lower.constantElements == [0] && upper.constantElements == [1]:
        self = .beta
      default: return nil
      }
    }

    func statistics(_ x: Double) -> (Double, Double) {
      switch self {
      case .normal: (x, x * x)
      case .gamma: (log(x), x)
      case .beta: (log(x), log1p(-x))
      }
    }

    /// Three values that do not depend on the present one.
    func points(_ trace: Trace, _ choice: TraceChoice, key: RandomKey) throws -> [Double] {
      let a = try trace.priorDraw(of: choice, key: key.child(0))[0]
      switch self {
      case .normal:
        let h = abs(try trace.priorDraw(of: choice, key: key.child(1))[0] - a)
        return [a - h, a, a + h]
      case .gamma: return [a / 2, a, 2 * a]
      case .beta: return [0.25, 0.5, 0.75]
      }
    }

    /// The member of the family whose log density differs from the values by a constant; nil where there is none.
    func conditional(through points: [Double], _ values: [Double]) -> Conditional? {
      let t = points.map(statistics)
      let (p1, q1) = (t[0].0 - t[1].0, t[0].1 - t[1].1)
      let (p2, q2) = (t[2].0 - t[1].0, t[2].1 - t[1].1)
      let (y1, y2) = (values[0] - values[1], values[2] - values[1])
      let determinant = p1 * q2 - p2 * q1
      let (b1, b2) = ((y1 * q2 - y2 * q1) / determinant, (p1 * y2 - p2 * y1) / determinant)
      guard b1.isFinite, b2.isFinite else { return nil }
      let isProper =
        switch self {
        case .normal: b2 < 0
        case .gamma: b1 > -1 && b2 < 0
        case .beta: b1 > -1 && b2 > -1
        }
      return isProper ? Conditional(family: self, b1: b1, b2: b2) : nil
    }
  }

  /// exp(b1 T1(x) + b2 T2(x)), but for its constant.
  private struct Conditional {
    let family: Family
    let b1, b2: Double

    func logDensity(_ x: Double) -> Double {
      switch family {
      case .normal:
        // About its mean: the terms of the other form are large and cancel.
        let z = x + b1 / (2 * b2)
        return b2 * z * z
      case .gamma, .beta:
        let (t1, t2) = family.statistics(x)
        return b1 * t1 + b2 * t2
      }
    }

    /// Nil where rounding puts a draw on the edge of the support.
    func draw(using stream: inout RandomStream) throws -> Double? {
      switch family {
      case .normal: return -b1 / (2 * b2) + stream.normal() / (-2 * b2).squareRoot()
      case .gamma:
        let x = try stream.gamma(shape: b1 + 1) / -b2
        return x > 0 ? x : nil
      case .beta:
        let x = try stream.beta(b1 + 1, b2 + 1)
        return x > 0 && x < 1 ? x : nil
      }
    }
  }
}
