import Foundation

/// The biased autocovariances of a series at all lags, by the fast Fourier transform: O(n log n).
func autocovariance(_ x: [Double]) -> [Double] {
  let n = x.count
  guard n > 0 else { return [] }
  let mean = x.reduce(0, +) / Double(n)
  var size = 1
  while size < 2 * n { size *= 2 }
  var real = Array(repeating: 0.0, count: size)
  var imaginary = real
  for i in 0..<n { real[i] = x[i] - mean }
  fourierTransform(&real, &imaginary)
  for i in 0..<size {
    real[i] = real[i] * real[i] + imaginary[i] * imaginary[i]
    imaginary[i] = 0
  }
  fourierTransform(&real, &imaginary)
  return (0..<n).map { real[$0] / Double(size) / Double(n) }
}

/// The discrete Fourier transform in place, for a power of two (Cooley and Tukey).
private func fourierTransform(_ real: inout [Double], _ imaginary: inout [Double]) {
  let n = real.count
  var j = 0
  for i in 1..<max(n, 1) {
    var bit = n >> 1
    while j & bit != 0 {
      j ^= bit
      bit >>= 1
    }
    j |= bit
    if i < j {
      real.swapAt(i, j)
      imaginary.swapAt(i, j)
    }
  }
  var length = 2
  while length <= n {
    let half = length / 2
    for k in 0..<half {
      let angle = -2 * Double.pi * Double(k) / Double(length)
      let (c, s) = (cos(angle), sin(angle))
      for i in stride(from: k, to: n, by: length) {
        let (r, m) = (real[i + half] * c - imaginary[i + half] * s, real[i + half] * s + imaginary[i + half] * c)
        (real[i + half], imaginary[i + half]) = (real[i] - r, imaginary[i] - m)
        real[i] += r
        imaginary[i] += m
      }
    }
    length *= 2
  }
}
