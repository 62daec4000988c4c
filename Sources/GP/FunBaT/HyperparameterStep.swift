import NumericCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Improves the length scales and variances of a chain given its messages: a few steps of L-BFGS on log Z plus their log
/// prior.
///
/// The prior is weak: log length scale ~ N(log(range / 5), 2^2), log variance ~ N(0, 3^2), values being standardised.
struct HyperparameterStep {
  private let chain: LatentChain
  private let centre: Double
  private static var iterations: Int { 4 }
  private static var deviations: (lengthScale: Double, variance: Double) { (2, 3) }

  init(_ chain: LatentChain) {
    self.chain = chain
    let range = (chain.points.last ?? 0) - (chain.points.first ?? 0)
    centre = range > 0 ? log(range / 5) : 0
  }

  /// Up to a constant.
  var logPrior: Double { logPrior(chain.lengthScales.map { log($0) } + chain.variances.map { log($0) }) }

  private func logPrior(_ position: [Double]) -> Double {
    let n = chain.components
    return position.indices.reduce(0) { sum, i in
      let z = i < n ? (position[i] - centre) / Self.deviations.lengthScale : position[i] / Self.deviations.variance
      return sum - 0.5 * z * z
    }
  }

  /// Leaves the best hyper-parameters that were found in the chain; its messages stay.
  ///
  /// Cost: some ten passes of the filter; each evaluation takes central differences in all directions, eight at a time.
  func run() {
    let n = chain.components
    let start = chain.lengthScales.map { log($0) } + chain.variances.map { log($0) }
    let evidence = ChainEvidence(chain)
    var optimiser = LBFGS()
    (optimiser.maximumIterations, optimiser.changeTolerance) = (Self.iterations, 1e-9)
    let optimum = try? optimiser.minimise(from: start) { x, gradient in
      let position = Array(x)
      let logMasses = masses(around: position, evidence)
      var sum = 0.0
      for i in position.indices {
        let (up, down) = (logMasses[2 * i], logMasses[2 * i + 1])
        sum += up + down
        let z =
          i < n ? (position[i] - centre) / Self.deviations.lengthScale : position[i] / Self.deviations.variance
        gradient[i] =
          (down - up) / (2 * Self.step) + z / (i < n ? Self.deviations.lengthScale : Self.deviations.variance)
      }
      return -sum / Double(2 * position.count) - logPrior(position)
    }
    guard let best = optimum?.position else { return }
    let before = chain.filter() + logPrior(start)
    take(best)
    if !(chain.filter() + logPrior(best) >= before) { take(start) }
  }

  private static var step: Double { 1e-4 }

  private func take(_ position: [Double]) {
    let n = chain.components
    for c in 0..<n { (chain.lengthScales[c], chain.variances[c]) = (exp(position[c]), exp(position[n + c])) }
  }

  /// log Z a step up and a step down in each direction.
  private func masses(around position: [Double], _ evidence: ChainEvidence) -> [Double] {
    let (n, count) = (chain.components, 2 * position.count)
    var results: [Double] = []
    for first in stride(from: 0, to: count, by: 8) {
      var moved = position.map { ChainEvidence.Lanes(repeating: $0) }
      for lane in 0..<min(8, count - first) {
        let place = first + lane
        moved[place / 2][lane] += place % 2 == 0 ? Self.step : -Self.step
      }
      let lanes = moved.map { x in
        var x = x
        for lane in 0..<8 { x[lane] = exp(x[lane]) }
        return x
      }
      let masses = evidence.logMass(lengthScales: Array(lanes[..<n]), variances: Array(lanes[n...]))
      for lane in 0..<min(8, count - first) { results.append(masses[lane]) }
    }
    return results
  }
}
