import Foundation
import Inference
import NumericCore
import PPL

/// Explosions in British coal mines that killed ten or more, by year from 1851 to 1962: 191 in 112 years
/// (Jarrett, 'A note on the intervals between coal-mining disasters', Biometrika 66, 1979; the counts as in
/// Carlin, Gelfand and Smith, 'Hierarchical Bayesian analysis of changepoint problems', Applied Statistics
/// 41, 1992).
enum Disasters {
  static let firstYear = 1851
  static let counts = [
    4, 5, 4, 1, 0, 4, 3, 4, 0, 6, 3, 3, 4, 0, 2, 6, 3, 3, 5, 4, 5, 3, 1, 4, 4, 1, 5, 5, 3, 4, 2, 5, 2, 2, 3, 4, 2, 1,
    3, 2, 2, 1, 1, 1, 1, 3, 0, 0, 1, 0, 1, 1, 0, 0, 3, 1, 0, 3, 2, 2, 0, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 2, 1, 0, 0, 0,
    1, 1, 0, 2, 3, 3, 1, 1, 2, 1, 1, 1, 1, 2, 4, 2, 0, 0, 0, 1, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1,
  ]
  static let span = Double(counts.count)
  /// The middles of the years, from the beginning of the first.
  static let middles = counts.indices.map { Double($0) + 0.5 }
}

/// A rate that jumps at positions, in rising order: `heights[i]` before `positions[i]`, the last one after
/// all.
struct StepFunction: Sendable {
  let positions, heights: [Double]

  /// - Parameter positions: in any order.
  init(positions: [Double], heights: [Double]) { (self.positions, self.heights) = (positions.sorted(), heights) }

  subscript(time: Double) -> Double { heights[positions.count { $0 <= time }] }

  /// The beginning and the end of the segment before position number `i`, and the end of the one after it.
  func neighbourhood(of i: Int) -> (start: Double, position: Double, end: Double) {
    (i == 0 ? 0 : positions[i - 1], positions[i], i + 1 == positions.count ? Disasters.span : positions[i + 1])
  }
}

/// Green ('Reversible jump Markov chain Monte Carlo computation and Bayesian model determination', Biometrika
/// 82, 1995): a rate that jumps at an unknown number of places.
///
///     k ~ Poisson(3), at most 8;  k positions ~ Uniform(0, 112);  k + 1 heights ~ Gamma(1, 200 / 365.24)
///     count of a year ~ Poisson(rate at its middle)
///
/// Positions are uniform here, where Green takes every other one of 2 k + 1 sorted uniform ones.
struct Changepoints: Sendable {
  static let priorOfCount: [Double] = {
    let weights = (0...8).map { exp(Double($0) * log(3) - lgamma(Double($0) + 1)) }
    return weights.map { $0 / weights.reduce(0, +) }
  }()
  static let shape = 1.0
  /// In years.
  static let rate = 200 / 365.24

  struct Value: Sendable {
    let k: Random<Int>
    let rate: Random<[Double]>
  }

  /// - Parameter counts: nil for the prior.
  static func model(_ counts: [Int]?) -> Model<Value> {
    Model {
      let k = Latent("k", Categorical(priorOfCount))
      let steps = k.flatMap { k -> Random<StepFunction> in
        let heights = Latent("height", Gamma(shape: shape, rate: rate), count: k + 1)
        let positions = Latent("position", Uniform(0, Disasters.span), count: k)
        return Random<[Double]>.concatenated([positions, heights]).map {
          StepFunction(positions: Array($0.prefix(k)), heights: Array($0.dropFirst(k)))
        }
      }
      if let counts {
        let data = try Submodel(
          "data",
          steps.flatMap { steps in
            Model {
              Observe(counts, from: Poisson(rate: Disasters.middles.map { steps[$0] }), as: "count")
              Return(Random<Double>(0))
            }
          })
        data
      }
      Return(Value(k: k, rate: Random<[Double]>(Disasters.middles.map { time in steps.map { $0[time] } })))
    }
  }
}
