import Foundation
import Inference

/// What two samplers say of the same posterior.
struct Comparison: Encodable {
  struct Estimate: Encodable {
    let mean, standardDeviation, error, effectiveSampleSize, rHat: Double
    let effectiveSamplesPerSecond: Double

    init(_ chains: [[Double]], seconds: Double) {
      let draws = chains.flatMap { $0 }
      (mean, standardDeviation) = (Diagnostics.mean(draws), Diagnostics.standardDeviation(draws))
      (error, rHat) = (Diagnostics.meanMCSE(chains), Diagnostics.rHat(chains))
      effectiveSampleSize = Diagnostics.bulkESS(chains)
      effectiveSamplesPerSecond = effectiveSampleSize / seconds
    }
  }

  struct Row: Encodable {
    let name: String
    let particleGibbs, particleMarginal: Estimate
    /// The difference of the means over its Monte Carlo standard error.
    let z: Double
  }

  let rows: [Row]
  /// Of wall-clock time.
  let particleGibbsSeconds, particleMarginalSeconds: Double
  /// The mean over the path of the effective sample sizes of h.
  let pathSamplesParticleGibbs, pathSamplesParticleMarginal: Double
  /// The root of the mean square of the z of the path's means: about 1 where both agree.
  let pathZ: Double

  init(_ gibbs: Draws, _ gibbsSeconds: Double, _ marginal: Draws, _ marginalSeconds: Double, count: Int) throws {
    (particleGibbsSeconds, particleMarginalSeconds) = (gibbsSeconds, marginalSeconds)
    rows = try ["mu", "phi", "sigma"].map { name in
      let own = Estimate(try gibbs.chains(of: name), seconds: gibbsSeconds)
      let other = Estimate(try marginal.chains(of: name), seconds: marginalSeconds)
      return Row(
        name: name, particleGibbs: own, particleMarginal: other,
        z: (own.mean - other.mean) / hypot(own.error, other.error))
    }
    var (own, other, squares) = (0.0, 0.0, 0.0)
    for t in 0..<count {
      let (a, b) = (try gibbs.chains(of: "path/h", element: t), try marginal.chains(of: "path/h", element: t))
      own += Diagnostics.bulkESS(a)
      other += Diagnostics.bulkESS(b)
      let difference = Diagnostics.mean(a.flatMap { $0 }) - Diagnostics.mean(b.flatMap { $0 })
      squares += pow(difference / hypot(Diagnostics.meanMCSE(a), Diagnostics.meanMCSE(b)), 2)
    }
    (pathSamplesParticleGibbs, pathSamplesParticleMarginal) = (own / Double(count), other / Double(count))
    pathZ = (squares / Double(count)).squareRoot()
  }

  /// A row of cells for each parameter and sampler.
  static let header = ["", "sampler", "mean", "sd", "error", "ESS", "ESS/s", "R-hat"]
  var cells: [[String]] {
    rows.flatMap { row in
      [("particle Gibbs", row.particleGibbs), ("PMMH", row.particleMarginal)].map { sampler, x in
        let numbers = [x.mean, x.standardDeviation, x.error].map { String(format: "%.4f", $0) }
        return [row.name, sampler] + numbers + [
          String(format: "%.0f", x.effectiveSampleSize), String(format: "%.1f", x.effectiveSamplesPerSecond),
          String(format: "%.3f", x.rHat),
        ]
      }
    }
  }
}
