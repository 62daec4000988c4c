import Foundation
import NumericCore

/// Nesterov's dual averaging of the logarithm of the step size (Hoffman and Gelman 2014, section 3.2).
struct DualAveraging: Sendable {
  let target: Double
  // The paper's constants.
  private let gamma = 0.05
  private let t0 = 10.0
  private let kappa = 0.75
  private var mu = 0.0
  private var count = 0.0
  private var errorMean = 0.0
  private var logAverage = 0.0
  private(set) var stepSize: Double

  init(target: Double, stepSize: Double) {
    (self.target, self.stepSize) = (target, stepSize)
    restart(from: stepSize)
  }

  mutating func restart(from stepSize: Double) {
    self.stepSize = stepSize
    mu = log(10 * stepSize)
    (count, errorMean, logAverage) = (0, 0, 0)
  }

  mutating func update(acceptanceRate: Double) {
    count += 1
    let weight = 1 / (count + t0)
    errorMean = (1 - weight) * errorMean + weight * (target - min(acceptanceRate, 1))
    let logStep = mu - errorMean * count.squareRoot() / gamma
    let power = pow(count, -kappa)
    logAverage = (1 - power) * logAverage + power * logStep
    stepSize = exp(logStep)
  }

  /// The averaged step size, to sample with.
  var averaged: Double { count > 0 ? exp(logAverage) : stepSize }
}

extension HamiltonianSystem {
  /// A step size at which one leapfrog step has an acceptance probability of about 0.8: doubled or halved from
  /// `start` until it crosses (Stan's `init_stepsize`).
  mutating func reasonableStepSize(
    from point: PhasePoint, start: Double, scratch: inout PhasePoint, using stream: inout RandomStream
  ) -> Double {
    guard start > 0, start < 1e7 else { return start }
    var stepSize = start
    var direction = 0
    // 2^-50 to 2^50: beyond, there is no step that fits.
    for _ in 0..<100 {
      scratch.copy(point, dimension)
      metric.drawMomentum(scratch.momentum, using: &stream)
      let before = energy(scratch)
      leapfrog(&scratch, stepSize: stepSize)
      let after = energy(scratch)
      let gain = after.isNaN ? -Double.infinity : before - after
      let wanted = gain > log(0.8) ? 1 : -1
      if direction == 0 { direction = wanted }
      if wanted != direction { break }
      stepSize = direction == 1 ? stepSize * 2 : stepSize * 0.5
    }
    return stepSize
  }
}
