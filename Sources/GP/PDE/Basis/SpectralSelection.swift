import Foundation
import NumericCore

/// The choice of a spectral mixture covariance for data on a uniform grid that are linear in the process: frequencies
/// from the spectrum of what the components so far leave over, length scale of the envelopes by the evidence.
struct SpectralSelection {
  /// The grid.
  var points: [Double]
  /// The regression on a basis, with the rows of the grid first.
  var regression: (EnvelopeBasis) throws -> WhitenedRegression
  /// The same on some points of the grid.
  var sparse: ((EnvelopeBasis) throws -> WhitenedRegression)?
  /// On the grid.
  let data: Matrix
  /// How much larger an oscillation of a frequency is in the data than in the process.
  let gain: (Double) -> Double
  /// The standard deviation of the trend.
  let trend: Double
  /// Norm of the data below which they may be rounding.
  var least = 0.0
  /// Frequencies that the process may have where data do not show them.
  var own: [Double] = []
  /// The basis with Gaussian envelopes, where it was chosen for such data before.
  var smooth: EnvelopeBasis?
  /// Whether what is left over of data may be noise.
  var mayBeNoisy = false
  /// Whether first looks leave out functions that noise hides, and waves end at the first scale that is no better.
  var savesTimeInNoise = false
  /// Where the residual relative to the data is below this, nothing is left to add.
  let tolerance: Double
  /// Where data stand out of noise.
  var band: SignalBand?
  var mostComponents = usualMost
  /// A basis that has so many gets no more components.
  var mostFunctions = Int.max

  struct Choice {
    let basis: EnvelopeBasis
    let regression: WhitenedRegression
    /// Of the rows of the grid, relative to the norm of the data, or to `least`.
    let relativeResidual: Double
    var logEvidence: Double { regression.logEvidence }
  }

  /// Length scales of envelopes relative to the interval (conventional: each half of the one before).
  private static let lengthScales = [1, 0.5, 0.25, 0.125, 0.0625]
  /// One under which components are oscillations of constant amplitude, which stand out of noise best.
  private static let constant = 4.0
  /// As in the paper.
  static let usualMost = 30

  func best() throws -> Choice {
    if let smooth { return try choice(smooth) }
    var best: Choice?
    for scale in (band == nil ? [] : [Self.constant]) + Self.lengthScales {
      // Observations tell more of the scale than the rows of the grid do.
      if let best, best.regression.update == nil, best.relativeResidual <= Self.rounding { break }
      var smallest = Envelope.rounding
      if savesTimeInNoise, let best { smallest = deviationHiddenByNoise(best) }
      var choice = try grow(lengthScale: scale * (points[points.count - 1] - points[0]), smallest: smallest)
      if choice.relativeResidual > max(tolerance, Self.rounding), !own.isEmpty {
        let other = try grow(lengthScale: choice.basis.lengthScale, own, smallest: smallest)
        if other.logEvidence > choice.logEvidence { choice = other }
      }
      guard let current = best else {
        best = choice
        continue
      }
      if choice.logEvidence > current.logEvidence {
        best = choice
      } else if current.regression.update == nil, current.relativeResidual <= tolerance {
        // Longer scales explain the data to the tolerance, and a shorter one explains them no better.
        break
      }
    }
    return best!
  }

  /// Adds the frequencies that stand out in the residual, to some, for as long as the evidence rises.
  private func grow(lengthScale: Double, _ frequencies: [Double] = [], smallest: Double) throws -> Choice {
    let length = points[points.count - 1] - points[0]
    let spacing = length / Double(points.count - 1)
    var components = ([0] + frequencies).map { EnvelopeBasis.Component(weight: trend * trend, frequency: $0) }
    var (current, slow) = (try choice(lengthScale, components, smallest: smallest), 0)
    while current.relativeResidual > max(tolerance, Self.rounding), components.count < mostComponents,
      current.basis.count < mostFunctions
    {
      let spectrum = Periodogram(current.regression.residual.firstRows(points.count), spacing: spacing)
      // An envelope as long as the interval spans its neighbourhood in frequency.
      let peaks = spectrum.peaks(
        apartFrom: components.map(\.frequency), in: band, separation: 1 / length, fraction: Self.fractionOfHighest)
      guard !peaks.isEmpty else { break }
      components += peaks.prefix(min(Self.mostAtOnce, mostComponents - components.count)).map {
        let amplitude = max($0.amplitude / gain($0.frequency), .leastNormalMagnitude.squareRoot())
        return .init(weight: amplitude * amplitude, frequency: $0.frequency)
      }
      let next = try choice(current.basis.replacing(components))
      guard next.logEvidence > current.logEvidence else { break }
      let fall = next.relativeResidual / current.relativeResidual
      current = next
      // What falls slowly is not made of a few more oscillations: a shorter envelope may do.
      slow = fall > 0.3 ? slow + 1 : 0
      if slow > 0, slow > 1 || components.count > 2 * Self.mostAtOnce { break }
      if fall > 0.1, current.relativeResidual < Self.close { break }
    }
    return current
  }

  /// A relative residual at which nothing but rounding is left, and one from which on what falls slowly is left to another
  /// length scale.
  private static let (rounding, close) = (1e-11, 1e-8)

  /// Enough for a spectrum of lines; lower peaks may be leakage of these.
  private static let mostAtOnce = 4

  /// Sidelobes of Hann's window are below 0.03 of their peak.
  private static let fractionOfHighest = 0.1

  func choice(
    _ lengthScale: Double, _ components: [EnvelopeBasis.Component], smallest: Double = Envelope.rounding
  ) throws -> Choice {
    try choice(
      EnvelopeBasis(
        on: points, lengthScale: lengthScale, components: components, smallest: smallest))
  }

  /// The regression on one basis.
  func choice(_ basis: EnvelopeBasis) throws -> Choice {
    let regression = try regression(basis)
    let size = max(data.sumOfSquares, least * least)
    let rest = regression.residual.firstRows(points.count).sumOfSquares
    return Choice(
      basis: basis, regression: regression,
      relativeResidual: size > 0 ? (rest / size).squareRoot() : rest.squareRoot())
  }
}

extension Matrix {
  func firstRows(_ count: Int) -> Matrix {
    guard count < rows else { return self }
    var result = Matrix(rows: count, columns: columns)
    for j in 0..<columns { for i in 0..<count { result[i, j] = self[i, j] } }
    return result
  }
}
