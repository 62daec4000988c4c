import Foundation
import NumericCore

/// Where the spectrum of samples on a uniform grid stands out of white noise.
struct SignalBand {
  /// The frequency above which there is noise alone, in cycles per unit.
  let highest: Double
  /// An amplitude that noise alone has somewhere.
  let least: Double

  /// Parts of the spectrum, of which the one of lowest median is taken for noise alone (conventional).
  private static let parts = 4
  /// By how many of its means a power rises above noise, beside the logarithm of the number of samples: where the mean is
  /// a fifth too small, as the lowest of the parts' may be, noise does so once in fifty times.
  private static let excess = 6.0
  /// Of the samples, a standard deviation below which there may be rounding alone.
  private static let smallest = 1e-9
  /// What is below noise beside frequencies that are not: relative to the highest, and in cycles an interval.
  private static let (margin, neighbours) = (1.25, 2.0)

  /// Nil where there is no white noise to see.
  init?(_ samples: [Double], spacing: Double) {
    let spectrum = Periodogram(Matrix(column: samples), spacing: spacing)
    let powers = spectrum.amplitudes.map { $0 * $0 }
    let medians = (0..<Self.parts).map { part in
      let range = part * powers.count / Self.parts..<(part + 1) * powers.count / Self.parts
      return powers[range].sorted()[range.count / 2]
    }
    // Powers of noise are exponential.
    let noise = medians.min()! / log(2)
    // Under Hann's window that of noise of variance s^2 has a mean of 6 s^2 / n.
    let deviation = (noise * Double(samples.count) / 6).squareRoot()
    guard deviation > Self.smallest * rootMeanSquare(samples) else { return nil }
    let usual = log(Double(samples.count))
    let threshold = (usual + Self.excess) * noise
    let last = powers.lastIndex { $0 > threshold }.map { spectrum.frequencies[$0] } ?? 0
    highest = Self.margin * last + Self.neighbours / (spacing * Double(samples.count - 1))
    least = (usual * noise).squareRoot()

    let end = spectrum.frequencies[powers.count - 1]
    let start = min(highest, 0.5 * end)
    func quiet(_ range: Range<Double>) -> Double {
      let places = powers.indices.filter { range.contains(spectrum.frequencies[$0]) && powers[$0] <= threshold }
      return mean(places.map { powers[$0] }[...])
    }
    let middle = 0.5 * (start + end)
    // Samples of what jumps have a power of 1 / sin(pi f h)^2, which falls from one half to the other by a ratio of
    // differences of cotangents; white noise has as much in each. It is taken for what it is closer to.
    func cotangent(_ f: Double) -> Double { 1 / tan(.pi * f * spacing) }
    let ofJumps = cotangent(start) / cotangent(middle) - 1
    guard quiet(start..<middle) < ofJumps.squareRoot() * quiet(middle..<end) else { return nil }
  }
}
