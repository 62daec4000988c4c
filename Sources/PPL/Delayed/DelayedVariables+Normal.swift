import Foundation
import NumericCore

/// Normal variables: a Bayesian network in which each has a mean that is affine in its parents, and a standard
/// deviation.
///
/// The one step is to turn an arc round (Shachter and Kenley, 'Gaussian influence diagrams', Management Science 35,
/// 1989). For
///
///     x | P ~ N(m, s^2)  and  z | x, P ~ N(a x + g, r^2),  t^2 = (a s)^2 + r^2,  K = a s^2 / t^2
///
/// with m and g affine in the parents P of both, it gives
///
///     z | P ~ N(a m + g, t^2)  and  x | z, P ~ N((r / t)^2 m + K (z - g), (s r / t)^2).
///
/// Nothing is subtracted from a variance, so that nothing is lost where one is tiny beside another.
extension DelayedVariables {
  /// The law of a normal variable that has not been drawn.
  mutating func normal(_ variable: Int) -> (mean: Affine, sd: Double) {
    guard case .normal(let mean, let sd) = self[variable] else { preconditionFailure("\(variable) is not normal") }
    return (folded(mean), sd)
  }

  /// Takes a datum of N(mean, sd^2), and returns its log density given all data so far. `mean` is folded.
  ///
  /// Cost: the number of ancestors of the mean's variables, times that of their parents. Where there are more of them
  /// than a limit, the mean's variables are made roots, so that a chain whose latest variable is observed at each step
  /// never has many. The limit is raised where that does not help, as in a network all of whose variables are joined.
  mutating func observe(_ value: Double, mean: Affine, sd: Double) -> Double {
    let direct = Set(mean.terms.map(\.variable))
    var family = ancestors(of: direct)
    let others = family.count - direct.count
    if others > ancestorLimit && hasJustTurned { ancestorLimit *= 2 }
    hasJustTurned = others > ancestorLimit
    if hasJustTurned {
      makeRoots(direct, among: family)
      family = ancestors(of: direct)
    }
    var datum = (mean: mean, sd: sd)
    // Each one is turned when all that depend on it have been.
    for variable in family.reversed() {
      let a = datum.mean.coefficient(of: variable)
      if a == 0 { continue }
      let x = normal(variable)
      let rest = datum.mean.removing(variable)
      let turn = ArcReversal(a, parent: x.sd, child: datum.sd)
      reversals += 1
      if !Mutation.isActive(.delayedPosteriorNotUpdated) {
        let posterior = x.mean.scaled(by: turn.share).adding(Affine(value).adding(rest, times: -1), times: turn.gain)
        self[variable] = .normal(mean: posterior, sd: x.sd * turn.shareRoot)
      }
      datum = (rest.adding(x.mean, times: a), Mutation.isActive(.marginalVarianceOfNoiseAlone) ? datum.sd : turn.sd)
    }
    let z = (value - datum.mean.constant) / datum.sd
    return -0.5 * z * z - log(datum.sd) - 0.918938533204672742
  }

  /// Variables and those that they depend on, each one after its parents.
  private func ancestors(of variables: Set<Int>) -> [Int] {
    var (order, visited, stack) = ([Int](), Set<Int>(), variables.sorted().map { (variable: $0, isDone: false) })
    while let (variable, isDone) = stack.popLast() {
      if isDone {
        order.append(variable)
        continue
      }
      guard case .normal(let mean, _) = self[variable], visited.insert(variable).inserted else { continue }
      stack.append((variable, true))
      for term in mean.terms where !visited.contains(term.variable) { stack.append((term.variable, false)) }
    }
    return order
  }

  /// Makes variables depend on nothing but each other.
  mutating func makeRoots(_ roots: Set<Int>) {
    let family = ancestors(of: roots)
    if family.count > roots.count { makeRoots(roots, among: family) }
  }

  /// Turns round all arcs from other variables of the family to later ones, which is in the order of ancestry.
  private mutating func makeRoots(_ roots: Set<Int>, among family: [Int]) {
    let place = Dictionary(uniqueKeysWithValues: family.enumerated().map { ($1, $0) })
    var children = family.map { _ in Set<Int>() }
    for (number, variable) in family.enumerated() {
      for term in normal(variable).mean.terms {
        if let parent = place[term.variable] { children[parent].insert(number) }
      }
    }
    for (number, variable) in family.enumerated() where !roots.contains(variable) {
      var x = normal(variable)
      for child in children[number].sorted() {
        let z = normal(family[child])
        let a = z.mean.coefficient(of: variable)
        if a == 0 { continue }
        let rest = z.mean.removing(variable)
        let turn = ArcReversal(a, parent: x.sd, child: z.sd)
        reversals += 1
        for term in x.mean.terms { if let parent = place[term.variable] { children[parent].insert(child) } }
        self[family[child]] = .normal(mean: rest.adding(x.mean, times: a), sd: turn.sd)
        let difference = Affine(variable: family[child]).adding(rest, times: -1)
        x = (x.mean.scaled(by: turn.share).adding(difference, times: turn.gain), x.sd * turn.shareRoot)
      }
      self[variable] = .normal(mean: x.mean, sd: x.sd)
    }
  }
}

/// What turning an arc round makes of standard deviations.
private struct ArcReversal {
  /// Of the child, without the parent.
  let sd: Double
  /// r / t, and its square.
  let shareRoot: Double
  let gain: Double
  var share: Double { shareRoot * shareRoot }

  init(_ a: Double, parent s: Double, child r: Double) {
    sd = hypot(a * s, r)
    // Where both are functions of their parents, the child tells nothing of the parent.
    shareRoot = sd > 0 ? r / sd : 1
    gain = sd > 0 ? (a * s / sd) * (s / sd) : 0
  }
}
