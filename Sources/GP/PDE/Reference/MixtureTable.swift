import Foundation
import NumericCore

/// k and k'' of a spectral mixture at the distances 0, h, ..., (n - 1) h of a uniform grid, from its
/// parameters log w, log l and f of each component in turn; and the gradient in these of whatever depends on
/// k and k''.
///
/// With c = cos(omega r), s = sin(omega r), omega = 2 pi f and the envelope m (`StationaryCovariance`):
///
///     k   = sum_q w m c
///     k'' = sum_q w (m'' c - 2 omega m' s - omega^2 m c)
///
/// Cost of either: O(components n); nothing is allocated.
struct MixtureTable {
  private let envelope: StationaryEnvelope
  private let components: Int
  private let distances: [Double]
  /// k and k''.
  private(set) var values: [Double]
  private(set) var curvatures: [Double]

  /// For each component and distance: c, s, m, m', m'' and m'''.
  private var terms: [Terms]
  private var phases: [Double]
  private var cosines: [Double]
  private var sines: [Double]

  private struct Terms {
    var c = 0.0
    var s = 0.0
    var m = (0.0, 0.0, 0.0, 0.0)
  }

  init(_ envelope: StationaryEnvelope, components: Int, points: Int, spacing: Double) {
    (self.envelope, self.components) = (envelope, components)
    distances = (0..<points).map { spacing * Double($0) }
    (values, curvatures) = (distances, distances)
    (phases, cosines, sines) = (distances, distances, distances)
    terms = Array(repeating: Terms(), count: components * points)
  }

  mutating func evaluate(_ parameters: UnsafePointer<Double>) {
    let n = distances.count
    for i in 0..<n { (values[i], curvatures[i]) = (0, 0) }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: StationaryEnvelope.orders) { m in
      guard let m = m.baseAddress else { return }
      for q in 0..<components {
        let (w, l) = (exp(parameters[3 * q]), exp(parameters[3 * q + 1]))
        let omega = 2 * .pi * parameters[3 * q + 2]
        for i in 0..<n { phases[i] = omega * distances[i] }
        VectorMath.sincos(phases, sines: &sines, cosines: &cosines, count: n)
        for i in 0..<n {
          let (c, s) = (cosines[i], sines[i])
          envelope.derivatives(at: distances[i], lengthScale: l, into: m)
          values[i] += w * m[0] * c
          curvatures[i] += w * (m[2] * c - 2 * omega * m[1] * s - omega * omega * m[0] * c)
          terms[q * n + i] = Terms(c: c, s: s, m: (m[0], m[1], m[2], m[3]))
        }
      }
    }
  }

  /// Writes sum_i a_i dk(r_i) + b_i dk''(r_i), with the differentials in each of the parameters that were
  /// evaluated last.
  func pullBack(
    values a: [Double], curvatures b: [Double], at parameters: UnsafePointer<Double>,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    let n = distances.count
    for q in 0..<components {
      let (w, omega) = (exp(parameters[3 * q]), 2 * .pi * parameters[3 * q + 2])
      let omega2 = omega * omega
      var (weight, length, frequency) = (0.0, 0.0, 0.0)
      for i in 0..<n {
        let (r, t) = (distances[i], terms[q * n + i])
        let (c, s, m) = (t.c, t.s, t.m)
        weight += a[i] * m.0 * c + b[i] * (m.2 * c - 2 * omega * m.1 * s - omega2 * m.0 * c)
        // d m^(j) / d log l = -(j m^(j) + r m^(j + 1)).
        length -= a[i] * r * m.1 * c
        length -=
          b[i] * ((2 * m.2 + r * m.3) * c - 2 * omega * (m.1 + r * m.2) * s - omega2 * r * m.1 * c)
        frequency -= a[i] * m.0 * r * s
        frequency +=
          b[i] * (r * s * (omega2 * m.0 - m.2) - 2 * m.1 * (s + omega * r * c) - 2 * omega * m.0 * c)
      }
      gradient[3 * q] = w * weight
      gradient[3 * q + 1] = w * length
      gradient[3 * q + 2] = 2 * .pi * w * frequency
    }
  }
}
