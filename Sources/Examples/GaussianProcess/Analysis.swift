import Foundation
import GP
import NumericCore

/// A series taken apart: which seasons it has, by the evidence, and its posterior.
struct Analysis: Sendable {
  /// On how many points structures are compared, and hyper-parameters fitted, at most: some seconds in all. Equally
  /// spaced points have Toeplitz structure, and may be more. The posterior is given all.
  private static let sizes = (comparison: 250, fit: 1_500)
  private static let uniformSizes = (comparison: 2_000, fit: 3_000)
  /// A season has to raise the log posterior density by this: strong evidence (3, Kass and Raftery 1995), and
  /// 2 for each of its hyper-parameters, whose values were chosen to raise it.
  private static let requiredGain = 3.0 + 2 * 4
  private static let mostSeasons = 2

  let series: Series
  let structure: Structure
  let fit: GaussianProcessFit
  let posterior: GaussianProcessPosterior
  /// Points that hyper-parameters were fitted to.
  let fitted: Int

  /// - Parameter periods: those of the seasons; nil to look for up to two.
  init(_ series: Series, periods: [Double]?, seed: UInt64, progress: (String) -> Void) throws {
    let sizes = series.isUniform ? Self.uniformSizes : Self.sizes
    let sample = series.thinned(to: sizes.comparison, key: RandomKey(seed: seed).child(0))
    func fit(_ periods: [Double]) throws -> (structure: Structure, fit: GaussianProcessFit) {
      progress(
        periods.isEmpty
          ? "fit without seasons" : "fit of periods \(periods.map(\.shortened).joined(separator: ", "))")
      let structure = try Structure(series, periods: periods)
      return (
        structure,
        try structure.process().fitted(
          to: Matrix(points: sample.x), sample.y, priors: structure.priors, starts: 1)
      )
    }
    var best = try fit(periods ?? [])
    search: for _ in 0..<(periods == nil ? Self.mostSeasons : 0) {
      let candidates = try Self.candidates(series, sample, best.structure, best.fit.process)
      let others = try candidates.map { try fit(best.structure.periods + [$0]) }
      guard let other = others.max(by: { $0.fit.logPosterior < $1.fit.logPosterior }),
        other.fit.logPosterior > best.fit.logPosterior + Self.requiredGain
      else { break search }
      best = other
    }
    progress("fit and posterior")
    let more = series.mixed(sizes.fit, key: RandomKey(seed: seed).child(1))
    self.fit = try best.fit.process.fitted(
      to: Matrix(points: more.x), more.y, priors: best.structure.priors, starts: 1)
    (self.series, structure) = (series, best.structure.with(self.fit.process.kernel))
    posterior = try self.fit.process.condition(
      on: Matrix(points: series.x), series.y, structure: .stateSpace)
    fitted = more.x.count
  }

  /// Periods of the two highest peaks of what trend and seasons leave, and twice these: a shape that is no
  /// sine may have more power at twice its frequency. A sine has to have half of the gain that is required of
  /// a season of any shape.
  private static func candidates(
    _ series: Series, _ sample: Series, _ structure: Structure, _ process: GaussianProcess
  ) throws -> [Double] {
    let x = Matrix(points: sample.x)
    let posterior = try process.condition(on: x, sample.y)
    guard let short = structure.with(process.kernel).components.last else { return [] }
    let (whole, rough) = (try posterior.predict(at: x), try posterior.predict(term: short.kernel, at: x))
    let residuals = sample.y.indices.map { sample.y[$0] - whole.mean[$0] + rough.mean[$0] }
    let peaks = Periodogram(sample.x, residuals, range: sample.range, gap: series.gap).peaks.prefix(2)
      .filter { $0.power > Self.requiredGain / 2 }.map(\.frequency)
    return peaks.flatMap { [1 / $0, 2 / $0] }.filter { $0 <= sample.range / 2 }
  }
}

extension Series {
  var isUniform: Bool {
    let spacing = range / Double(x.count - 1)
    return x.indices.allSatisfy { abs(x[$0] - x[0] - Double($0) * spacing) <= 1e-9 * spacing }
  }

  /// No more than `count` of the points: the last ones where they are equally spaced, else a draw without
  /// replacement.
  func thinned(to count: Int, key: RandomKey) -> Series {
    guard isUniform, x.count > count else { return subset(count, key: key) }
    return last(count)
  }

  /// No more than `count` of the points: the last ones, which show what is fast, and as many of the others, drawn
  /// without replacement, which show what is slow.
  func mixed(_ count: Int, key: RandomKey) -> Series {
    guard x.count > count else { return self }
    return subset(count - count / 2, of: x.count - count / 2, key: key)
  }
}

extension Structure {
  /// The same components with the hyper-parameters of a fitted sum.
  func with(_ kernel: any Kernel) -> Structure {
    guard let terms = (kernel as? KernelSum)?.terms, terms.count == components.count else { return self }
    var copy = self
    copy.components = zip(components, terms).map { component, term in
      let period = term.hyperparameters.first { $0.name == "period" }?.value
      return Component(
        name: period.map(Self.seasonName) ?? component.name, kernel: term, priors: component.priors)
    }
    return copy
  }
}
