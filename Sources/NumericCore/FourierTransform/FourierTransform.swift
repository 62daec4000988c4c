#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The discrete Fourier transform of complex sequences whose length is a power of two: X_k = sum_j x_j exp(-2
/// pi i j k / n) (Cooley and Tukey 1965, in place, decimation in time). Made once for a length; transforms
/// allocate nothing.
public struct FourierTransform: Sendable {
  /// n.
  public let count: Int
  /// cos and -sin of pi k / h for k in 0..<h, from place h - 1 on, for each stage h = 1, 2, 4, ..., n / 2.
  private let cosines: [Double]
  private let sines: [Double]

  /// - Parameter count: at least how long the sequences are: the next power of two is taken.
  public init(atLeast count: Int) {
    var n = 1
    while n < count { n *= 2 }
    self.count = n
    var (cosines, sines): ([Double], [Double]) = ([], [])
    var half = 1
    while half < n {
      for k in 0..<half {
        let angle = Double.pi * Double(k) / Double(half)
        cosines.append(cos(angle))
        sines.append(-sin(angle))
      }
      half *= 2
    }
    (self.cosines, self.sines) = (cosines, sines)
  }

  public typealias Buffer = UnsafeMutablePointer<Double>

  /// Overwrites the `count` numbers real + i imaginary by their transform. Cost: 5 n log2 n.
  public func forward(_ real: Buffer, _ imaginary: Buffer) {
    reverseBits(real, imaginary)
    cosines.withUnsafeBufferPointer { cosines in
      sines.withUnsafeBufferPointer { sines in
        var half = 1
        while half < count {
          for start in stride(from: 0, to: count, by: 2 * half) {
            for k in 0..<half {
              let (a, b) = (start + k, start + k + half)
              let (c, s) = (cosines[half - 1 + k], sines[half - 1 + k])
              let (re, im) = (c * real[b] - s * imaginary[b], c * imaginary[b] + s * real[b])
              (real[b], imaginary[b]) = (real[a] - re, imaginary[a] - im)
              (real[a], imaginary[a]) = (real[a] + re, imaginary[a] + im)
            }
          }
          half *= 2
        }
      }
    }
  }

  /// Undoes `forward`, with its factor 1 / n.
  public func inverse(_ real: Buffer, _ imaginary: Buffer) {
    // Exchanging the parts conjugates the transform.
    forward(imaginary, real)
    let scale = 1 / Double(count)
    for i in 0..<count {
      real[i] *= scale
      imaginary[i] *= scale
    }
  }

  private func reverseBits(_ real: Buffer, _ imaginary: Buffer) {
    var j = 0
    for i in 0..<count {
      if i < j {
        (real[i], real[j]) = (real[j], real[i])
        (imaginary[i], imaginary[j]) = (imaginary[j], imaginary[i])
      }
      var bit = count / 2
      while bit > 0, j & bit != 0 {
        j ^= bit
        bit /= 2
      }
      j |= bit
    }
  }
}
