import Dispatch
import NumericCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A tensor that is indexed by real numbers, as a sum of products of one latent function of each coordinate:
///
///     y = offset + sum_k a_k(x_k) + sum_(r = 1)^rank prod_k u_kr(x_k) + noise
///
/// with Matern processes for the functions, Gaussian noise, and length scales, variances and the noise learned (Fang
/// et al., 'Functional Bayesian Tucker decomposition for continuous-indexed tensor data', ICLR 2024, in its CP form,
/// with additive effects). The posterior is a structured variational one: exact for the functions of a mode given the
/// others.
///
///     let fit = try FunctionalTensor(rank: 3).fit(data, seed: 1)
///     let y = fit.predict([[12.5, 3, 7.25]])[0]       // y.mean, y.standardDeviation, y.interval(0.9)
///
/// Cost of a sweep: entries x modes x rank^2 / 2, and for each mode its distinct coordinates x ((rank + 1) states)^3.
public struct FunctionalTensor: Sendable {
  /// The number of products; 0 leaves the additive effects.
  public var rank: Int
  /// Nil: the one of Matern 1/2 and 3/2 whose starts have the highest bound.
  public var smoothness: MaternSmoothness?
  /// The number of starts from other functions. Of those, and of what smoothness may be, the one goes on that has the
  /// highest bound after some sweeps. They run on all cores.
  public var starts = 4
  public var maximumSweeps = 200
  /// A fit has converged when the bound changes by less than this an entry and sweep, for several sweeps.
  public var tolerance = 1e-5

  /// Arbitrary: enough for starts to differ, a small part of a fit.
  private static var sweepsOfStarts: Int { 20 }

  public init(rank: Int = 3, smoothness: MaternSmoothness? = .half) {
    (self.rank, self.smoothness) = (rank, smoothness)
  }

  /// - Parameters:
  ///   - progress: is told the start, the sweep and the bound, from any thread.
  /// - Throws: `TensorError` for a setting out of its range; `CancellationError` where the task is cancelled.
  public func fit(
    _ data: TensorData, seed: UInt64,
    progress: (@Sendable (_ start: Int, _ sweep: Int, _ bound: Double) -> Void)? = nil
  ) throws -> FunctionalTensorFit {
    try check("rank", Double(rank), rank >= 0 && rank <= 64, "0 to 64")
    try check("starts", Double(starts), starts >= 1, ">= 1")
    try check("maximumSweeps", Double(maximumSweeps), maximumSweeps >= 1, ">= 1")
    try check("tolerance", tolerance, tolerance > 0 && tolerance < .infinity, "> 0")
    let indexes = data.coordinates.map { ModeIndex($0) }
    let mean = data.values.reduce(0, +) / Double(data.count)
    let variance = data.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(data.count)
    let scale = variance > 0 ? variance.squareRoot() : 1
    let values = data.values.map { ($0 - mean) / scale }
    let kinds = smoothness.map { [$0] } ?? [.half, .threeHalves]
    let cases = kinds.flatMap { kind in (0..<starts).map { (kind, $0) } }
    let runs = cases.map { kind, start in
      let key = RandomKey(seed: seed).child("tensor").child(UInt64(start))
      return TensorFactorisation(indexes, values: values, rank: rank, smoothness: kind, key: key)
    }
    let isCancelled = Task.isCancelled
    if runs.count > 1 {
      DispatchQueue.concurrentPerform(iterations: runs.count) { number in
        _ = runs[number].run(
          maximumSweeps: min(Self.sweepsOfStarts, maximumSweeps), tolerance: tolerance, isCancelled: { isCancelled }
        ) { progress?(number, $0, $1) }
      }
    }
    let bounds = runs.map { $0.history.last ?? -.infinity }
    let best = bounds.indices.max { (bounds[$0], -$0) < (bounds[$1], -$1) } ?? 0
    let hasConverged = runs[best].run(
      maximumSweeps: maximumSweeps, tolerance: tolerance, isCancelled: { Task.isCancelled }
    ) { progress?(best, $0, $1) }
    try Task.checkCancellation()
    return FunctionalTensorFit(
      runs[best], offset: mean, scale: scale, smoothness: cases[best].0, hasConverged: hasConverged,
      boundsOfStarts: bounds)
  }

  /// The fit with the highest bound among those of several ranks, the lowest rank first where they are equal.
  ///
  /// - Throws: as `fit(_:seed:progress:)`; `TensorError.invalidSetting` without a rank.
  public func fit(
    _ data: TensorData, ranks: [Int], seed: UInt64,
    progress: (@Sendable (_ start: Int, _ sweep: Int, _ bound: Double) -> Void)? = nil
  ) throws -> FunctionalTensorFit {
    var best: FunctionalTensorFit?
    for rank in ranks {
      var model = self
      model.rank = rank
      let fit = try model.fit(data, seed: seed, progress: progress)
      if fit.bound > best?.bound ?? -.infinity { best = fit }
    }
    guard let best else { throw TensorError.invalidSetting(name: "number of ranks", value: 0, expected: ">= 1") }
    return best
  }

  private func check(_ name: String, _ value: Double, _ holds: Bool, _ expected: String) throws(TensorError) {
    guard holds else { throw .invalidSetting(name: name, value: value, expected: expected) }
  }
}
