import Foundation
import GP
import NumericCore
import Testing

@Suite struct CountLawTests {
  /// The mixture of Poisson laws over the gamma law of the factor, by the midpoint rule in the factor's log.
  @Test(arguments: [0.2, 3, 70], [0.02, 0.7, 5]) func probabilitiesAreThoseOfTheMixture(
    mean: Double, dispersion: Double
  ) throws {
    let law = try CountLaw(mean: mean, dispersion: dispersion)
    let a = 1 / dispersion
    let step = 1e-3
    for k in [0, 1, 4, 60] {
      var mixture = 0.0
      for y in stride(from: -60 * dispersion.squareRoot() - 20, to: 10, by: step) {
        let rate = mean * exp(y)
        mixture += step * exp(
          a * (y - exp(y)) + a * log(a) - logGamma(a) + Double(k) * log(rate) - rate - logGamma(Double(k) + 1))
      }
      #expect(abs(law.logProbability(of: k) - log(mixture)) < 1e-7 * (1 + abs(log(mixture))))
    }
  }

  /// Distribution functions and moments by sums of probabilities, and quantiles by distribution functions.
  @Test(arguments: [0, 1e-12, 1e-7, 1e-3, 0.5]) func sumsOfProbabilities(dispersion: Double) throws {
    let law = try CountLaw(mean: 12, dispersion: dispersion)
    var (sum, first, second) = (0.0, 0.0, 0.0)
    for k in 0..<2_000 {
      let p = exp(law.logProbability(of: k))
      sum += p
      first += p * Double(k)
      second += p * Double(k * k)
      #expect(abs(law.probability(upTo: k) - sum) < 1e-8)
    }
    #expect(abs(first - 12) < 1e-6 && abs(second - first * first - law.variance) < 1e-5 * law.variance)
    for p in [0.001, 0.05, 0.5, 0.95, 0.9999] {
      let k = try law.quantile(p)
      #expect(law.probability(upTo: k) >= p && law.probability(upTo: k - 1) < p)
    }
    let interval = try law.interval(0.9)
    #expect(try interval == law.quantile(0.05)...law.quantile(0.95))
  }

  @Test func extremesHaveIntervals() throws {
    #expect(try CountLaw(mean: 0, dispersion: 2).interval(0.9) == 0...0)
    #expect(try CountLaw(mean: 1e-300, dispersion: 1e300).interval(0.9) == 0...0)
    for dispersion in [0, 1e-15, 1e-9, 1e-4, 1] {
      let law = try CountLaw(mean: 1e6, dispersion: dispersion)
      let (interval, deviation) = (try law.interval(0.5), law.variance.squareRoot())
      let length = Double(interval.upperBound - interval.lowerBound)
      // Of a normal law 1.349 deviations, of an exponential one log 3.
      #expect(length > 1.09 * deviation && length < 1.36 * deviation + 2)
    }
  }

  @Test func whatIsNoLawIsRefused() throws {
    for (mean, dispersion) in [(-1, 0), (.nan, 0), (.infinity, 0), (1, -1), (1, .nan), (1, .infinity)] {
      #expect(throws: DynamicNetworkError.self) { try CountLaw(mean: mean, dispersion: dispersion) }
    }
    let law = try CountLaw(mean: 3)
    for p in [0, 1, -0.5, .nan] {
      #expect(throws: DynamicNetworkError.self) { try law.quantile(p) }
      #expect(throws: DynamicNetworkError.self) { try law.interval(p) }
    }
    #expect(law.logProbability(of: -1) == -.infinity && law.probability(upTo: -1) == 0)
    #expect(throws: DynamicNetworkError.self) { try CountDispersion(lasting: -1) }
    #expect(throws: DynamicNetworkError.self) { try CountDispersion(lasting: 0, bursts: .nan) }
  }
}
