import Foundation
import Inference
import PPL

extension Changepoints {
  /// Births and deaths of changepoints (Green 1995, section 4). A birth at s in a segment (a, b) of height h
  /// splits h into h1 and h2, whose weighted geometric mean it is:
  ///
  ///     (s - a) log h1 + (b - s) log h2 = (b - a) log h,   h1 / (h1 + h2) = u,   |J| = (h1 + h2)^2 / h
  ///
  /// A death is the way back. Positions have no order: a birth takes any place among them, and a death any of
  /// them.
  static let birthAndDeath = InvolutiveMetropolis("birth and death", auxiliary: proposal) { trace, drawn in
    guard let positions = trace[".../position"], let heights = trace[".../height"],
      let isBirth = drawn["birth"]?[0], let place = drawn[".../place"]?[0]
    else { return nil }
    if isBirth == 1 {
      guard let s = drawn[".../s"]?[0], let u = drawn[".../u"]?[0] else { return nil }
      return birth(at: s, u, place: Int(place), positions, heights)
    }
    return positions.isEmpty ? nil : death(place: Int(place), positions, heights)
  }

  @Sendable private static func proposal(_ trace: Trace) -> Model<Random<Double>> {
    let k = Int(trace["k"]?[0] ?? 0)
    @Sendable func place(of count: Int) -> Random<Double> {
      Latent("place", Categorical(Array(repeating: 1 / Double(count), count: count))).map { Double($0) }
    }
    return Model {
      Return(
        Latent("birth", Bernoulli(0.5)).flatMap { isBirth in
          guard isBirth else { return place(of: max(k, 1)) }
          return place(of: k + 1) + Latent("s", Uniform(0, Disasters.span)) + Latent("u", Uniform(0, 1))
        })
    }
  }

  private static func birth(
    at s: Double, _ u: Double, place: Int, _ positions: [Double], _ heights: [Double]
  ) -> InvolutiveMetropolis.Image? {
    guard positions.count + 1 < priorOfCount.count else { return nil }
    var (positions, heights) = (positions, heights)
    positions.insert(s, at: place)
    let rank = positions.count { $0 < s }
    let (a, _, b) = StepFunction(positions: positions, heights: []).neighbourhood(of: rank)
    let (h, logOdds) = (heights[rank], log1p(-u) - log(u))
    let first = h * exp(-(b - s) / (b - a) * logOdds)
    let second = h * exp((s - a) / (b - a) * logOdds)
    heights.replaceSubrange(rank...rank, with: [first, second])
    return image(positions, heights, drawn: [0, Double(place)], logJacobian: 2 * log(first + second) - log(h))
  }

  private static func death(
    place: Int, _ positions: [Double], _ heights: [Double]
  ) -> InvolutiveMetropolis.Image {
    var (positions, heights) = (positions, heights)
    let s = positions[place]
    let rank = positions.count { $0 < s }
    let (a, _, b) = StepFunction(positions: positions, heights: []).neighbourhood(of: rank)
    let (first, second) = (heights[rank], heights[rank + 1])
    let h = exp(((s - a) * log(first) + (b - s) * log(second)) / (b - a))
    positions.remove(at: place)
    heights.replaceSubrange(rank...rank + 1, with: [h])
    var image = image(
      positions, heights, drawn: [1, Double(place)], logJacobian: log(h) - 2 * log(first + second))
    (image.auxiliary[".../s"], image.auxiliary[".../u"]) = ([s], [first / (first + second)])
    return image
  }

  private static func image(
    _ positions: [Double], _ heights: [Double], drawn: [Double], logJacobian: Double
  ) -> InvolutiveMetropolis.Image {
    .init(
      changes: ["k": [Double(positions.count)], ".../position": positions, ".../height": heights],
      auxiliary: ["birth": [drawn[0]], ".../place": [drawn[1]]], logJacobian: logJacobian)
  }
}
