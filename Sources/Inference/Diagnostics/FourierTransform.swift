import Foundation

/// The discrete Fourier transform of a power of two numbers (Cooley and Tukey 1965); its roots of unity are
/// made once.
struct FourierTransform {
  let size: Int
  /// The real and imaginary parts of exp(-2 pi i k / size), for k below size / 2.
  private let cosines: [Double]
  private let sines: [Double]

  /// For series of at least `count` numbers: the next power of two.
  init(atLeast count: Int) {
    var size = 1
    while size < count { size *= 2 }
    let angles = (0..<(size / 2)).map { -2 * Double.pi * Double($0) / Double(size) }
    (self.size, cosines, sines) = (size, angles.map(cos), angles.map(sin))
  }

  /// X_k = sum over j of x_j exp(-2 pi i j k / size), in place: O(size log size).
  func transform(_ real: UnsafeMutablePointer<Double>, _ imaginary: UnsafeMutablePointer<Double>) {
    permute(real, imaginary)
    cosines.withUnsafeBufferPointer { cosines in
      sines.withUnsafeBufferPointer { sines in
        var half = 1
        while half < size {
          let step = size / (2 * half)
          for first in stride(from: 0, to: size, by: 2 * half) {
            for k in 0..<half {
              let (a, b) = (first &+ k, first &+ k &+ half)
              let (c, s) = (cosines[k &* step], sines[k &* step])
              let r = real[b] * c - imaginary[b] * s
              let m = real[b] * s + imaginary[b] * c
              (real[b], imaginary[b]) = (real[a] - r, imaginary[a] - m)
              (real[a], imaginary[a]) = (real[a] + r, imaginary[a] + m)
            }
          }
          half *= 2
        }
      }
    }
  }

  /// Puts each number where its index with the bits reversed says.
  private func permute(_ real: UnsafeMutablePointer<Double>, _ imaginary: UnsafeMutablePointer<Double>) {
    var j = 0
    for i in 0..<size {
      if i < j {
        (real[i], real[j]) = (real[j], real[i])
        (imaginary[i], imaginary[j]) = (imaginary[j], imaginary[i])
      }
      var bit = size >> 1
      while bit > 0 && j & bit != 0 {
        j ^= bit
        bit >>= 1
      }
      j |= bit
    }
  }
}
