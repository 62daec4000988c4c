import Foundation
import NumericCore

/// The posterior of alpha given Y = A alpha + e with noise s^2 rho, then given observations z = O alpha + e
/// with a noise t^2 of their own, which is known or at the maximum of the evidence with rho and s^2.
///
/// With T T' = (1 + A' A / rho)^-1 and alpha = m + T beta, beta ~ N(0, s^2), observations are a regression on
/// beta with the design O T: one noise after the other, so that neither loses digits to the other however far
/// they are apart.
///
///     log p(Y, z) = log p(Y) + log p(z | Y)
///
/// Where conditions are missing, the equation leaves something of beta open. A few directions have a flat
/// prior (`OpenDirections`); a process has an s^2 of its own, that of beta, beside that of the equation's
/// data.
struct ObservationUpdate: Sendable {
  let logEvidence: Double
  /// rho, and the s^2 of beta.
  let equationNoise, scale: Double
  /// t^2 / s^2.
  let noise: Double
  /// t, where it was not known.
  let deviation: Double?
  /// The posterior mean of beta.
  private let beta: [Double]
  private let regression: RidgeRegression
  private let open: OpenDirections?

  /// t^2 / s^2 relative to the mean prior variance of an observation over s^2: from rounding to where s is
  /// that of `leastScale`.
  private static let noiseExponents = Array(stride(from: -24.0, through: 20, by: 1))
  /// s^2 of data that are 0, which tell nothing of it: weights of components have the size of u.
  private static let leastScale = 1e-16
  /// Of the noises of an equation, every how many are looked at first; then halves of that around the best.
  private static let coarse = 8

  /// The update at the noise of an equation, of those given in rising order, that has the highest evidence.
  ///
  /// Cost: 14 n m min(n, m) for each of about a quarter of the noises, with n observations.
  static func best(
    _ equation: RidgeRegression, _ noises: [Double], _ observed: ObservedRows
  ) throws -> Self {
    let design = equation.turned(observed.design)
    var best = (place: 0, update: try Self(equation, noises[0], observed, design))
    func look(_ places: some Sequence<Int>) throws {
      for place in places where noises.indices.contains(place) {
        let update = try Self(equation, noises[place], observed, design)
        if update.logEvidence > best.update.logEvidence { best = (place, update) }
      }
    }
    try look(stride(from: coarse, to: noises.count, by: coarse))
    for step in [coarse / 2, coarse / 4, coarse / 8] { try look([best.place - step, best.place + step]) }
    return best.update
  }

  private init(
    _ equation: RidgeRegression, _ equationNoise: Double, _ observed: ObservedRows,
    _ turned: RidgeRegression.Turned
  ) throws {
    let mean = turned.along * equation.amplitudes(noise: equationNoise)
    var misses = Matrix(column: zip(observed.values, mean).map { $0 - $1 })
    var design = equation.whitened(turned, noise: equationNoise)
    var open: OpenDirections?
    if case .functions(let count, let functions)? = observed.open {
      open = try OpenDirections(count, functions, equation, equationNoise, design: &design, misses: &misses)
    }
    let rows = observed.count - (open?.count ?? 0)
    let regression = try RidgeRegression(design, misses, rows: rows, rest: observed.rest)
    var (quadratic, logDeterminant) = equation.terms(noise: equationNoise)
    quadratic += Double(equation.rows) * Self.leastScale
    var (count, own, least) = (Double(equation.rows + rows), 0.0, Self.leastScale)
    if case .process? = observed.open {
      // The equation's data tell their own scale.
      let n = Double(equation.rows)
      own = -0.5 * (n * (log(2 * .pi * quadratic / n) + 1) + logDeterminant)
      // Observations that what is open makes no difference to would have it vanish.
      least = quadratic / n
      (quadratic, logDeterminant, count) = (0, 0, Double(rows))
    }
    let openness = open.map { $0.penalty(regression) }
    func evidence(_ noise: Double, _ terms: RidgeRegression.Terms) -> (value: Double, scale: Double) {
      let (more, other) = terms
      let sum = quadratic + more + (openness?(noise) ?? 0)
      let scale = observed.isNoiseKnown ? 1 / noise : max(sum / count, least)
      return (own - 0.5 * (count * log(2 * .pi * scale) + sum / scale + logDeterminant + other), scale)
    }
    let unit = max(observed.design.sumOfSquares / Double(observed.count), .leastNormalMagnitude)
    /// Where noise is known, the scale is its inverse.
    func noise(_ exponent: Double) -> Double {
      let noise = pow(10, exponent) * unit
      return observed.isNoiseKnown ? min(noise, 1 / least) : noise
    }
    func values(_ exponents: [Double]) -> [Double] {
      let noises = exponents.map(noise)
      return zip(noises, regression.terms(noises: noises)).map { evidence($0, $1).value }
    }
    let grid = values(Self.noiseExponents)
    let start = Self.noiseExponents[grid.indices.max { grid[$0] < grid[$1] } ?? 0]
    let exponent = goldenSectionMaximum(in: start - 1...start + 1) { values([$0])[0] }
    self.noise = noise(exponent)
    (logEvidence, scale) = evidence(self.noise, regression.terms(noise: self.noise))
    deviation = observed.isNoiseKnown ? nil : (scale * self.noise).squareRoot()
    let beta = regression.coefficients(noise: self.noise).elements
    self.beta = open?.completed(beta) ?? beta
    (self.equationNoise, self.regression, self.open) = (equationNoise, regression, open)
  }

  /// The posterior mean of alpha.
  func coefficients(after equation: RidgeRegression) -> [Double] {
    let mean = equation.coefficients(noise: equationNoise).elements
    return zip(mean, equation.unwhitened(beta, noise: equationNoise)).map(+)
  }

  /// The posterior variance of phi' alpha over s^2, for each row phi.
  func variances(_ phi: Matrix, after equation: RidgeRegression) -> [Double] {
    var rows = equation.whitened(equation.turned(phi), noise: equationNoise)
    let own = open?.project(&rows)
    let variances = regression.variances(rows, noise: noise)
    return own.map { zip(variances, $0).map { $0 + noise * $1 } } ?? variances
  }
}
