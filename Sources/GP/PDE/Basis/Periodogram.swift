import Foundation
import NumericCore

/// Amplitudes of what oscillates in samples on a uniform grid: the modulus of the Fourier transform, zero-padded,
/// after the mean is taken off and Hann's window is put on, scaled so that a cos(2 pi f x) of a frequency of its own
/// gives a at f.
struct Periodogram: Sendable {
  /// Cycles per unit, from 0 to Nyquist's.
  let frequencies: [Double]
  /// The root of the sum of squares over columns.
  let amplitudes: [Double]

  /// - Parameters:
  ///   - columns: samples in the rows; at least 2.
  ///   - spacing: the step of the grid.
  init(_ columns: Matrix, spacing: Double) {
    let n = columns.rows
    // Four times the length, so that a peak is seen within an eighth of the resolution.
    let transform = FourierTransform(atLeast: 4 * n)
    let window = (0..<n).map { 0.5 - 0.5 * cos(2 * .pi * Double($0 + 1) / Double(n + 1)) }
    let gain = 2 / window.reduce(0, +)
    let half = transform.count / 2
    var powers = Array(repeating: 0.0, count: half + 1)
    var real = Array(repeating: 0.0, count: transform.count)
    var imaginary = real
    for j in 0..<columns.columns {
      let column = columns.column(j)
      let mean = column.reduce(0, +) / Double(n)
      for (i, value) in column.enumerated() { real[i] = window[i] * (value - mean) }
      for i in n..<real.count { real[i] = 0 }
      for i in imaginary.indices { imaginary[i] = 0 }
      real.withUnsafeMutableBufferPointer { re in
        imaginary.withUnsafeMutableBufferPointer { im in
          transform.forward(re.baseAddress!, im.baseAddress!)
        }
      }
      for k in 0...half { powers[k] += real[k] * real[k] + imaginary[k] * imaginary[k] }
    }
    amplitudes = powers.map { gain * $0.squareRoot() }
    frequencies = (0...half).map { Double($0) / (Double(transform.count) * spacing) }
  }

  /// The highest peaks that are at least `separation` away from each other and from frequencies already there, down to
  /// `fraction` of the highest one; in a band, where it stands out of its noise.
  func peaks(
    apartFrom taken: [Double], in band: SignalBand?, separation: Double, fraction: Double
  ) -> [(frequency: Double, amplitude: Double)] {
    let limit = band?.highest ?? .infinity
    let free = frequencies.indices.filter { k in
      frequencies[k] < limit && taken.allSatisfy { abs($0 - frequencies[k]) >= separation }
    }
    guard let largest = free.map({ amplitudes[$0] }).max(), largest > (band?.least ?? 0) else { return [] }
    let isPeak = { (k: Int) in
      (k == 0 || amplitudes[k] >= amplitudes[k - 1])
        && (k + 1 == amplitudes.count || amplitudes[k] >= amplitudes[k + 1])
    }
    // Beside a frequency that is taken the highest free place may lie on a slope: it counts.
    let candidates = free.filter {
      amplitudes[$0] >= fraction * largest && (isPeak($0) || amplitudes[$0] == largest)
    }.sorted { amplitudes[$0] > amplitudes[$1] }
    var result: [(frequency: Double, amplitude: Double)] = []
    for k in candidates where result.allSatisfy({ abs($0.frequency - frequencies[k]) >= separation }) {
      result.append((frequencies[k], amplitudes[k]))
    }
    return result
  }

  /// Weighted by power; 0 where there is none.
  var meanFrequency: Double {
    let total = amplitudes.reduce(0) { $0 + $1 * $1 }
    return total > 0 ? zip(frequencies, amplitudes).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / total : 0
  }

  func largest(below limit: Double) -> Double {
    zip(frequencies, amplitudes).reduce(0) { $1.0 < limit ? max($0, $1.1) : $0 }
  }

  /// The frequency below which a share of the power lies.
  func frequency(holding share: Double) -> Double {
    let total = amplitudes.reduce(0) { $0 + $1 * $1 }
    var sum = 0.0
    for (f, a) in zip(frequencies, amplitudes) {
      sum += a * a
      if sum >= share * total { return f }
    }
    return frequencies[frequencies.count - 1]
  }

  /// The share of the power above a frequency.
  func share(above limit: Double) -> Double {
    let total = amplitudes.reduce(0) { $0 + $1 * $1 }
    guard total > 0 else { return 0 }
    return zip(frequencies, amplitudes).reduce(0) { $0 + ($1.0 > limit ? $1.1 * $1.1 : 0) } / total
  }
}
