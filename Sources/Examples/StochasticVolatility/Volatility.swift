import Foundation
import Inference
import NumericCore
import PPL

/// Returns whose log variance h is an autoregression (Taylor 1986; priors of Kim, Shephard and Chib, 'Stochastic volatility',
/// 1998):
///
///     y_t ~ N(0, exp(h_t)),  h_t ~ N(mu + phi (h_(t-1) - mu), sigma^2)
struct Volatility: Sendable {
  let returns: [Double]
  /// The logarithm of the returns' variance, around which the prior of mu lies.
  let logVariance: Double

  init(_ returns: [Double]) {
    self.returns = returns
    logVariance = log(returns.reduce(0) { $0 + $1 * $1 } / Double(returns.count))
  }

  struct Value: Sendable {
    let mu, phi, sigma: Random<Double>
  }

  /// The sites of mu, of (phi + 1) / 2 and of sigma^2, and those of the path.
  static let parameters = ["mu", "persistence", "variance"]
  static let path: SiteSelection = ["first", "path/h"]

  var model: Model<Value> {
    Model {
      let mu = Latent("mu", Normal(logVariance, 2))
      let persistence = Latent("persistence", Beta(20, 1.5))
      let variance = Latent("variance", InverseGamma(shape: 2.5, scale: 0.025))
      let (phi, sigma) = (2 * persistence - 1, sqrt(variance))
      let first = Latent("first", Normal(mu, sigma / sqrt(1 - phi * phi)))
      let scan = Scan("path", over: returns, from: first) { h, y in
        let next = Latent("h", Normal(mu + phi * (h - mu), sigma))
        Observe(y, from: Normal(0, exp(0.5 * next)), as: "y")
        Return(next)
      }
      scan
      Return(Value(mu: mu, phi: phi, sigma: sigma))
    }
  }

  /// Returns of the model with mu = 0, phi = 0.97 and sigma = 0.2.
  static func simulated(count: Int, seed: UInt64) -> [Double] {
    var stream = RandomStream(RandomKey(seed: seed))
    var h = 0.2 / (1 - 0.97 * 0.97).squareRoot() * stream.normal()
    return (0..<count).map { _ in
      h = 0.97 * h + 0.2 * stream.normal()
      return exp(0.5 * h) * stream.normal()
    }
  }
}
