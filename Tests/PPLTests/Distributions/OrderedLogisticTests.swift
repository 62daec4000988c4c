import Foundation
import Inference
import NumericCore
import PPL
import Testing

@Suite struct OrderedLogisticTests {
  private static func probabilities(_ cutpoints: [Double], _ location: Double) -> [Double] {
    let below = [0] + cutpoints.map { 1 / (1 + exp(location - $0)) } + [1]
    return zip(below.dropFirst(), below).map { $0 - $1 }
  }

  @Test func probabilities() throws {
    let cutpoints = [-1.0, 0.2, 3]
    for location in [-2.0, 0, 1.7] {
      let distribution = OrderedLogistic(cutpoints, location)
      for (k, p) in Self.probabilities(cutpoints, location).enumerated() {
        #expect(abs(try distribution.logDensity(k) - log(p)) < 1e-12)
      }
      #expect(try distribution.logDensity(4) == -.infinity)
      #expect(try distribution.logDensity(-1) == -.infinity)
    }
    // log(logistic(-800)): far out, as logarithms.
    #expect(abs(try OrderedLogistic([0.0], 800).logDensity(0) + 800) < 1e-12)
  }

  @Test func derivatives() throws {
    let (x, y) = ([0.5, -1, 2, 0.1], [0, 3, 1, 2])
    let model = Model {
      let cutpoints = Latent("cutpoints", Ordered(Normal(0, 3), count: 3))
      let beta = Latent("beta", Normal(0, 1))
      Observe(y, from: OrderedLogistic(cutpoints, beta * x), as: "y")
      Return(beta)
    }
    try expectGradient(of: CompiledModel(model).density, at: [-0.4, 0.2, 0.7, 0.9], "ordered logistic")
  }

  /// Each element of a plate has its own location, and all share the cutpoints: chi-squared of 20,000 draws of each,
  /// p > 1e-5; seed 61.
  @Test func drawsOfAPlate() throws {
    let (cutpoints, locations) = ([-1.0, 0.2, 3], [-2.0, 0, 1.7])
    let model = Model {
      let z = Latent("z", Normal(0, 1))
      let shifts = Random<[Double]>([0 * z + cutpoints[0], 0 * z + cutpoints[1], 0 * z + cutpoints[2]])
      Return(Latent("y", OrderedLogistic(shifts, locations), count: 3))
    }
    let draws = try #require(try model.prior(draws: 20_000, seed: 61)["y"])
    for (column, location) in zip(draws, locations) {
      let probabilities = Self.probabilities(cutpoints, location)
      var counts = probabilities.map { _ in 0 }
      for y in column { counts[Int(y)] += 1 }
      let p = try StatisticalTest.chiSquared(counts: counts, probabilities: probabilities).pValue
      #expect(p > 1e-5, "location \(location): p = \(p)")
    }
  }

  /// Enumerated, the categories of each element have the probabilities of the formula.
  @Test func enumeration() throws {
    let locations = [0.3, -0.7]
    let model = Model { Return(Latent("y", OrderedLogistic([-1.0, 0.5], locations), count: 2)) }
    let exact = try ExactEnumeration().run(model)
    for (element, location) in locations.enumerated() {
      let p = Self.probabilities([-1, 0.5], location)
      #expect(abs(try exact.mean(of: "y", element: element) - p[1] - 2 * p[2]) < 1e-12)
    }
  }

  @Test func wrongParameters() throws {
    #expect(throws: ModelError.self) { try OrderedLogistic(0.5, 1).logDensity(0) }
    #expect(throws: ModelError.self) {
      try Model { Return(Latent("y", OrderedLogistic([1.0, 0], 0))) }.prior(draws: 1, seed: 1)
    }
    #expect(try OrderedLogistic([1.0, 0], 0).logDensity(1) == -.infinity)
  }
}
