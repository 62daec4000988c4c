import Foundation
import GP
import NumericCore
import Testing

@Suite struct PairIntegralTests {
  private let rule = GaussLegendre(16)

  /// Composite Gauss-Legendre of 16 points on panels of |u| w at most 1/4, of the factor exp(-(z0 + a s)^2)
  /// relative to its largest value.
  private func quadrature(
    _ bias: Double, _ delta: SIMD2<Double>, _ u: SIMD2<Double>, _ w: Double
  ) -> (value: Double, exponent: Double) {
    let speed = (u * u).sum().squareRoot()
    let nearest = speed > 0 ? min(max(-(delta * u).sum() / (speed * speed), 0), w) : 0
    // What is farther than 7 standard units from the nearest point adds less than 1e-21 of the whole.
    let (from, to) = speed > 0 ? (max(0, nearest - 7 / speed), min(w, nearest + 7 / speed)) : (0, w)
    let at = delta + nearest * u
    let panels = max(1, Int((4 * speed * (to - from)).rounded(.up)))
    let h = (to - from) / Double(panels)
    var sum = 0.0
    for p in 0..<panels {
      for (x, weight) in zip(rule.nodes, rule.weights) {
        let step = from + h * (Double(p) + x) - nearest
        sum += h * weight * exp(-2 * step * (at * u).sum() - step * step * speed * speed)
      }
    }
    let exponent = bias - (at * at).sum()
    return (
      sum * exp(exponent), abs(bias) + (delta * delta).sum() + ((delta + w * u) * (delta + w * u)).sum()
    )
  }

  @Test func agreesWithQuadratureOverRandomCases() {
    var stream = RandomStream(RandomKey(seed: 61))
    var worst = 0.0
    for _ in 0..<100_000 {
      let w = pow(10, -3 + 4 * stream.uniform())
      let speed = pow(10, -10 + 12 * stream.uniform()) / w
      let distance = pow(10, -4 + 5 * stream.uniform())
      let (a, b) = (2 * Double.pi * stream.uniform(), 2 * Double.pi * stream.uniform())
      let delta = SIMD2(distance * cos(a), distance * sin(a))
      let u = SIMD2(speed * cos(b), speed * sin(b))
      let bias = 6 * stream.normal()
      let (expected, exponent) = quadrature(bias, delta, u, w)
      guard expected > 1e-290 else { continue }
      let value = PairIntegral(bias: bias, delta: delta, velocity: u, width: w).zeroth
      worst = max(worst, abs(value - expected) / (expected * (1 + exponent)))
    }
    #expect(worst < 1e-12)
  }

  @Test func aVelocityOfZeroIsAConstant() {
    let m = PairIntegral(bias: 0.5, delta: SIMD2(0.3, -0.4), velocity: .zero, width: 2)
    #expect(abs(m.zeroth - 2 * exp(0.25)) < 1e-14)
    #expect(abs(m.first - 2 * exp(0.25)) < 1e-14)
    #expect(abs(m.second - 8.0 / 3 * exp(0.25)) < 1e-14)
  }

  /// Moments by mpmath 1.3 with 40 digits: at rest, slow, away, through, fast, towards, far and very fast,
  /// hardly moving.
  @Test func momentsAreThoseOfHighPrecision() {
    typealias Case = (Double, SIMD2<Double>, SIMD2<Double>, Double, Double, Double, Double)
    let cases: [Case] = [
      (0.5, SIMD2(0.3, -0.4), SIMD2(0, 0), 2, 2.56805083337548297, 2.56805083337548297, 3.42406777783397729),
      (
        1, SIMD2(0.2, 0.1), SIMD2(0.5, -0.3), 1, 2.1735309334022256, 1.00208990503260937, 0.637123755118088308
      ),
      (
        -1, SIMD2(3, 1), SIMD2(2, 0.5), 1.5, 1.22803305245796253e-6, 8.67377774456653453e-8,
        1.18166994892148946e-8
      ),
      (2, SIMD2(-4, 0.5), SIMD2(9, 0.2), 1, 1.02867807007887163, 0.455695249748243668, 0.208215677455206688),
      (
        0, SIMD2(-20, 0.1), SIMD2(30, 1), 1, 0.0328266989579581743, 0.0218565335237282006,
        0.0145706412989606289
      ),
      (
        3, SIMD2(-9, 1), SIMD2(5, 0), 1.2, 0.0000289313958172342646, 0.0000338388731599313521,
        0.0000396034324309127301
      ),
      (
        -2, SIMD2(5, -2), SIMD2(100, 40), 0.5, 3.97493802235709113e-17, 4.46246421077672005e-20,
        9.76155540106234016e-23
      ),
      (
        8, SIMD2(1e-3, 2e-3), SIMD2(1e-9, 3e-9), 1, 2980.94308226818837, 1490.47154113061641,
        993.647694085918353
      ),
    ]
    for (bias, delta, velocity, width, zeroth, first, second) in cases {
      let m = PairIntegral(bias: bias, delta: delta, velocity: velocity, width: width)
      let end = delta + width * velocity
      let exponent = abs(bias) + (delta * delta).sum() + (end * end).sum()
      for (value, expected) in [(m.zeroth, zeroth), (m.first, first), (m.second, second)] {
        #expect(abs(value - expected) <= 1e-13 * (1 + exponent) * expected, "\(value) \(expected)")
      }
    }
  }
}
