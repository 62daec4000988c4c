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
  /// Nil: starts take turns with Matern 1/2, for what is rough, and 3/2, for what is smooth, and the weights of the
  /// mixture tell which predicts better. Matern 1/2 alone is about twice as fast.
  public var smoothness: MaternSmoothness?
  /// The number of starts from other functions. They end at different posteriors, and predictions are mixtures of
  /// them all: more exact than those of any one, and with intervals that know of the others. They run on all cores.
  public var starts = 4
  public var maximumSweeps = 200
  /// A fit has converged when the bound changes by less than this an entry and sweep, for several sweeps.
  public var tolerance = 2e-4

  /// Between looks at whether the task is cancelled.
  private static var sweepsOfRound: Int { 10 }

  public init(rank: Int = 3, smoothness: MaternSmoothness? = nil) {
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
    // Without products all starts of a smoothness are the same.
    let runs = (0..<(rank == 0 ? kinds.count : starts)).map { start in
      TensorFactorisation(
        indexes, values: values, rank: rank, smoothness: kinds[start % kinds.count],
        key: RandomKey(seed: seed).child("tensor").child(UInt64(start)))
    }
    try run(runs, sweeps: maximumSweeps, progress)
    return FunctionalTensorFit(runs, offset: mean, scale: scale)
  }

  /// Runs all on all cores, until each has converged or done so many sweeps.
  private func run(
    _ runs: [TensorFactorisation], sweeps: Int,
    _ progress: (@Sendable (_ start: Int, _ sweep: Int, _ bound: Double) -> Void)?
  ) throws {
    for first in stride(from: 0, to: sweeps, by: Self.sweepsOfRound) {
      let active = runs.indices.filter { !runs[$0].hasConverged }
      guard !active.isEmpty else { return }
      try Task.checkCancellation()
      DispatchQueue.concurrentPerform(iterations: active.count) { place in
        runs[active[place]].run(maximumSweeps: min(first + Self.sweepsOfRound, sweeps), tolerance: tolerance) {
          progress?(active[place], $0, $1)
        }
      }
    }
    try Task.checkCancellation()
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
