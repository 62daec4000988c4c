/// The mean over the chains of their biased autocovariances,
/// 1/n sum over i of (x_i - mean)(x_(i + t) - mean), at the lags t = 0 ..< n: O(chains n log n).
///
/// The transform is linear, so power spectra are added, two chains a transform (one real, one imaginary), and
/// a single transform goes back.
func meanAutocovariance(_ sample: ChainSample) -> [Double] {
  let (n, means) = (sample.draws, sample.means)
  // Twice the length: the series' end must not meet its beginning.
  let fourier = FourierTransform(atLeast: 2 * n)
  let size = fourier.size
  var (real, imaginary) = (Array(repeating: 0.0, count: size), Array(repeating: 0.0, count: size))
  var power = real
  sample.values.withUnsafeBufferPointer { values in
    real.withUnsafeMutableBufferPointer { real in
      imaginary.withUnsafeMutableBufferPointer { imaginary in
        guard let re = real.baseAddress, let im = imaginary.baseAddress else { return }
        for chain in stride(from: 0, to: sample.chains, by: 2) {
          re.update(repeating: 0, count: size)
          im.update(repeating: 0, count: size)
          for i in 0..<n { re[i] = values[chain * n + i] - means[chain] }
          if chain + 1 < sample.chains {
            for i in 0..<n { im[i] = values[(chain + 1) * n + i] - means[chain + 1] }
          }
          fourier.transform(re, im)
          for k in 0..<size { power[k] += re[k] * re[k] + im[k] * im[k] }
        }
        // |X_k|^2 + |Y_k|^2 = (|Z_k|^2 + |Z_-k|^2) / 2 of z = x + iy; it is even, so its transform is real.
        for k in 0..<size {
          re[k] = 0.5 * (power[k] + power[(size - k) & (size - 1)])
          im[k] = 0
        }
        fourier.transform(re, im)
      }
    }
  }
  let scale = 1 / (Double(size) * Double(n) * Double(sample.chains))
  return real.prefix(n).map { $0 * scale }
}
