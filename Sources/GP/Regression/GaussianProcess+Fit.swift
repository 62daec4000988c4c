import Foundation
import NumericCore

/// A process whose hyper-parameters maximise their posterior density, and how that went.
public struct GaussianProcessFit: Sendable {
  public let process: GaussianProcess
  /// Of the data at the hyper-parameters found.
  public let logEvidence: Double
  /// Log evidence plus log prior density.
  public let logPosterior: Double
  public let optimum: Optimum
  /// The log posterior density of the data where each start led, on the way to the best one; minus infinity
  /// where a start led nowhere.
  public let starts: [Double]
  public let priors: HyperPriors
}

extension GaussianProcess {
  /// Points of the subset on which starts are tried: conventional, a few hundredths of a second an
  /// evaluation.
  private static let screeningSize = 256

  /// The process with the hyper-parameters of largest posterior density, by L-BFGS from several starts: those
  /// of the process itself, and draws from the priors. With more than 256 points, several starts are first
  /// followed on a random subset of them, and the one that leads to the largest density of all data is
  /// followed to the end.
  ///
  /// Noise is learned where it is not 0.
  ///
  /// - Parameters:
  ///   - priors: `HyperPriors.weak` where none are given.
  ///   - starts: at least 1.
  ///   - seed: of the draws from the priors and of the subset.
  /// - Throws: `RegressionError`; `optimisation` where no start has a finite density. Cost: some tens of
  ///   evaluations of the density and its gradient, O(n^3) each.
  public func fitted(
    to x: Matrix, _ y: [Double], priors: HyperPriors? = nil, starts: Int = 4, seed: UInt64 = 1,
    structure: Structure = .automatic
  ) throws(RegressionError) -> GaussianProcessFit {
    guard starts >= 1 else { throw .invalidSetting(name: "starts", value: Double(starts), expected: ">= 1") }
    let density = try HyperparameterDensity(self, points: x, values: y, priors: priors, structure: structure)
    guard density.dimension > 0 else { return try density.fit(at: density.position, starts: []) }
    guard starts > 1 else {
      return try density.fit(at: density.position, starts: [density.value(at: density.position)])
    }
    let key = RandomKey(seed: seed)
    let screening = try density.subset(Self.screeningSize, key: key.child(0))
    var ends: [(position: [Double], value: Double)] = []
    for start in 0..<starts {
      let end = screening.climb(from: start == 0 ? density.position : density.draw(key.child(UInt64(start))))
      ends.append((end, density.value(at: end)))
    }
    guard let best = ends.max(by: { $0.value < $1.value }) else { throw .noData }
    return try density.fit(at: best.position, starts: ends.map(\.value))
  }
}

extension HyperparameterDensity {
  private static let optimiser: LBFGS = {
    var optimiser = LBFGS()
    // Relative to the log density, and absolute: neither moves a hyper-parameter by a hundredth of its
    // posterior spread.
    optimiser.changeTolerance = 1e-8
    optimiser.gradientTolerance = 1e-3
    optimiser.maximumIterations = 200
    return optimiser
  }()

  /// The density given `count` of the data, drawn without replacement; all of them where there are no more.
  fileprivate func subset(_ count: Int, key: RandomKey) throws(RegressionError) -> HyperparameterDensity {
    guard values.count > count else { return self }
    var stream = RandomStream(key)
    let chosen = Array(values.indices).shuffled(using: &stream).prefix(count).sorted()
    var x = Matrix(rows: count, columns: points.columns)
    for c in 0..<points.columns { for (i, row) in chosen.enumerated() { x[i, c] = points[row, c] } }
    return try HyperparameterDensity(process, points: x, values: chosen.map { values[$0] }, priors: priors)
  }

  /// A draw from the priors.
  fileprivate func draw(_ key: RandomKey) -> [Double] {
    zip(coordinatePriors, key.normals(dimension)).map { $0.mean + $0.standardDeviation * $1 }
  }

  fileprivate func value(at position: [Double]) -> Double {
    var workspace: Void = ()
    return logDensity(at: position.span, workspace: &workspace)
  }

  /// Where an ascent leads; the start where the density is 0 there.
  fileprivate func climb(from start: [Double]) -> [Double] {
    (try? Self.optimiser.minimise(from: start, negated()))?.position ?? start
  }

  /// The end of an ascent, as a fit.
  fileprivate func fit(at start: [Double], starts: [Double]) throws(RegressionError) -> GaussianProcessFit {
    let optimum: Optimum
    do { optimum = try Self.optimiser.minimise(from: start, negated()) } catch { throw .optimisation(error) }
    let process = try process(at: optimum.position)
    let posterior = try process.condition(on: points, values)
    return GaussianProcessFit(
      process: process, logEvidence: posterior.logEvidence, logPosterior: -optimum.value, optimum: optimum,
      starts: starts, priors: priors)
  }
}
