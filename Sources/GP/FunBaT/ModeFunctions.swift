/// The functions of a mode, all together: processes that are seen at points through messages, factors
/// exp(eta_j . f - f . Lambda_j f / 2) of the vector f of their values at point j.
package protocol ModeFunctions: AnyObject {
  var points: [Double] { get }
  var components: Int { get }
  /// By component; what is learned of the prior.
  var lengthScales: [Double] { get set }
  var variances: [Double] { get set }
  /// The messages: `precision[j * components^2 + a * components + b]`, `linear[j * components + a]`.
  var precision: UnsafeMutablePointer<Double> { get }
  var linear: UnsafeMutablePointer<Double> { get }
  /// The posterior of the values at points: means and covariances, laid out as the messages.
  var means: UnsafeMutablePointer<Double> { get }
  var covariances: UnsafeMutablePointer<Double> { get }

  /// Multiplies the prior by the messages; returns log Z, the logarithm of the integral.
  func takeMessages() -> Double
  /// Leaves the posterior, after `takeMessages`.
  func writePosterior()
  /// Writes the derivatives of log Z in log length scales, then in log variances, by component; after
  /// `takeMessages`.
  func writeGradient(to gradient: UnsafeMutablePointer<Double>)
  /// The posterior of the values at any point, after `writePosterior`: the mean, and the covariance, row
  /// after row.
  func predict(at x: Double) -> (mean: [Double], covariance: [Double])
}

extension LatentChain: ModeFunctions {
  package func takeMessages() -> Double { filter() }
  package func writePosterior() { smoothFiltered() }
}

extension ModeFunctions {
  /// Sums over the points of eta . E[f] and tr(Lambda E[f f^T]), for the posterior and any messages.
  func value(_ precision: UnsafePointer<Double>, _ linear: UnsafePointer<Double>) -> (
    linear: Double, quadratic: Double
  ) {
    let (n, count, means, covariances) = (components, points.count, means, covariances)
    var (product, trace) = (0.0, 0.0)
    for j in 0..<count {
      let (m, v) = (means + j * n, covariances + j * n * n)
      let (l, e) = (precision + j * n * n, linear + j * n)
      for a in 0..<n {
        product += m[a] * e[a]
        for b in 0..<n { trace += l[a * n + b] * (v[a * n + b] + m[a] * m[b]) }
      }
    }
    return (product, trace)
  }
}
