import Foundation
import NumericCore
import PPL

/// The theta-logistic population (Gilpin and Ayala, 'Global models of growth and competition', 1973), seen through noise: with
/// z the logarithm of its size,
///
///     z' = z + growth (1 - (exp(z) / capacity)^shape) + Normal(0, process noise),  log count = z' + Normal(0, count noise)
///
/// The shape 1 is Ricker's model.
struct ThetaLogistic: Sendable {
  var isRicker = false

  struct Value: Sendable {
    /// The logarithms of the sizes, year by year.
    let path: Random<[Double]>
  }

  /// What is walked over.
  var parameters: [String] {
    ["growth", "capacity", "process noise", "count noise"] + (isRicker ? [] : ["shape"])
  }

  /// - Parameter typical: the prior median of the capacity.
  func model(_ logCounts: [Double], typical: Double) -> Model<Value> {
    Model {
      let growth = Latent("growth", LogNormal(-0.7, 0.7))
      let capacity = Latent("capacity", LogNormal(log(typical), 0.7))
      let process = Latent("process noise", HalfNormal(scale: 0.5))
      let noise = Latent("count noise", HalfNormal(scale: 0.5))
      let shape = isRicker ? Random<Double>(1) : Latent("shape", LogNormal(0, 0.7))
      let logCapacity = log(capacity)
      let scan = Scan("years", over: logCounts, from: Latent("first", Normal(logCapacity, 1.5))) { z, y in
        let mean = z + growth * (1 - exp(shape * (z - logCapacity)))
        let next = Latent("log size", Normal(mean, process))
        Observe(y, from: Normal(next, noise), as: "log count")
        Return(next)
      }
      scan
      Return(Value(path: scan.states))
    }
  }

  /// Sizes and counts of a population that is small at first; the parameters are those that `truth` names.
  static func simulated(years: Int, seed: UInt64) -> (sizes: [Double], counts: [Double]) {
    var stream = RandomStream(RandomKey(seed: seed))
    let p = truth
    var (z, sizes, counts) = (log(80.0), [Double](), [Double]())
    for _ in 0..<years {
      z += p["growth", default: 0] * (1 - exp(p["shape", default: 1] * (z - log(p["capacity", default: 1]))))
      z += p["process noise", default: 0] * stream.normal()
      sizes.append(exp(z))
      counts.append(exp(z + p["count noise", default: 0] * stream.normal()))
    }
    return (sizes, counts)
  }

  static let truth = ["growth": 0.5, "capacity": 600, "process noise": 0.15, "count noise": 0.1, "shape": 1]
}
