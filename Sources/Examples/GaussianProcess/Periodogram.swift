import Foundation

/// How much of the variance of irregularly spaced values a sine of each frequency explains (Lomb 1976,
/// Scargle 1982).
struct Periodogram {
  struct Peak {
    /// Cycles a unit of x.
    let frequency: Double
    /// What a sine raises the log likelihood of independent normal values by: exponential with mean 1 where
    /// there is none.
    let power: Double
  }

  /// The highest first.
  let peaks: [Peak]

  /// Between two cycles in the range and one in two gaps, in steps of a quarter of the resolution. A peak is
  /// larger than all within one resolution of it.
  init(_ x: [Double], _ residuals: [Double], range: Double, gap: Double) {
    let step = 0.25 / range
    // More frequencies than this say nothing new at the cost of time; the shortest periods are left out.
    let count = min(Int(0.5 / gap / step), 20_000)
    let frequencies = (8..<max(count, 9)).map { Double($0) * step }
    let powers = frequencies.map { Self.power(x, residuals, 2 * Double.pi * $0) }
    let scale = 2 * residuals.reduce(0) { $0 + $1 * $1 } / Double(residuals.count)
    var found: [Peak] = []
    for i in powers.indices {
      let neighbours = powers[max(0, i - 4)...min(powers.count - 1, i + 4)]
      if powers[i] == neighbours.max() {
        found.append(Peak(frequency: frequencies[i], power: powers[i] / scale))
      }
    }
    peaks = found.sorted { $0.power > $1.power }
  }

  /// The least-squares form, invariant under shifts of x.
  private static func power(_ x: [Double], _ y: [Double], _ omega: Double) -> Double {
    var (s2, c2) = (0.0, 0.0)
    for t in x {
      s2 += sin(2 * omega * t)
      c2 += cos(2 * omega * t)
    }
    let tau = atan2(s2, c2) / (2 * omega)
    var (yc, ys, cc, ss) = (0.0, 0.0, 0.0, 0.0)
    for (t, value) in zip(x, y) {
      let (c, s) = (cos(omega * (t - tau)), sin(omega * (t - tau)))
      yc += value * c
      ys += value * s
      cc += c * c
      ss += s * s
    }
    return (cc > 0 ? yc * yc / cc : 0) + (ss > 0 ? ys * ys / ss : 0)
  }
}
