import NumericCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Independent processes on a circle, as Fourier series with independent normal coefficients: f_a(x) = sum_i
/// c_ai phi_i(x), phi being 1, sqrt(2) cos(2 pi k x / period), sqrt(2) sin(2 pi k x / period) for the
/// harmonics k up to a highest one.
///
/// Matern processes on the circle: the variance of a coefficient is in proportion to (2 nu / l^2 + (2 pi k /
/// period)^2)^-(nu + 1/2) (Borovitskiy et al., 'Matern Gaussian processes on Riemannian manifolds', NeurIPS
/// 2020), and those of a component sum to its variance.
///
/// The posterior is that of g, c = sqrt(p) g with p the variances: of precision B = 1 + sqrt(p) M sqrt(p), M
/// the messages to coefficients. It is one task's. Cost of a pass: points x (components x basis)^2 / 4 +
/// (components x basis)^3; nothing is allocated in it.
package final class CircularFunctions: ModeFunctions {
  package let points: [Double]
  package let components: Int
  package let period: Double
  package let smoothness: MaternSmoothness
  package var lengthScales: [Double]
  package var variances: [Double]
  package let precision, linear: UnsafeMutablePointer<Double>
  package let means, covariances: UnsafeMutablePointer<Double>

  /// The number of functions of the basis, and that of all coefficients.
  private let basis: Int
  private let size: Int
  private let rows: VectorRows
  /// Of each point: phi.
  private let table: UnsafeMutablePointer<Double>
  /// The roots of the variances of coefficients, and d log p / d log l.
  private let roots, slopes: UnsafeMutablePointer<Double>
  /// U of B = U^T U; B^-1; the posterior mean of g; room for a row.
  private let factor, inverse, mean, room: UnsafeMutablePointer<Double>
  private var isInverted = false

  /// Arbitrary: a compromise between peaks that are sharp and the cost, its cube.
  private static var highestHarmonic: Int { 16 }
  private static var fewestHarmonics: Int { 4 }

  package init(
    _ points: [Double], components: Int, smoothness: MaternSmoothness, period: Double, lengthScale: Double
  ) {
    (self.points, self.components, self.period) = (points, components, period)
    self.smoothness = smoothness
    let harmonics = min(max(points.count, Self.fewestHarmonics), Self.highestHarmonic)
    basis = 2 * harmonics + 1
    size = components * basis
    lengthScales = Array(repeating: lengthScale, count: components)
    variances = Array(repeating: 1, count: components)
    rows = VectorRows(size)
    let (n, c, block) = (points.count, components, VectorRows.allocate)
    (precision, linear) = (block(n * c * c), block(n * c))
    (means, covariances) = (block(n * c), block(n * c * c))
    (roots, slopes) = (block(size), block(size))
    (factor, inverse) = (block(size * rows.width), block(size * rows.width))
    (mean, room) = (block(rows.width), block(rows.width))
    table = block(n * basis)
    for (j, x) in points.enumerated() { writeBasis(x, to: table + j * basis) }
  }

  deinit {
    for block in [precision, linear, means, covariances, table, roots, slopes, factor, inverse, mean, room] {
      block.deallocate()
    }
  }

  private func writeBasis(_ x: Double, to phi: UnsafeMutablePointer<Double>) {
    phi[0] = 1
    for k in 1...(basis / 2) {
      // The remainder first: x may be far off.
      let angle = 2 * .pi * Double(k) * (x / period - (x / period).rounded(.down))
      (phi[2 * k - 1], phi[2 * k]) = (2.0.squareRoot() * cos(angle), 2.0.squareRoot() * sin(angle))
    }
  }

  /// The prior's variances, and how they change with the length scale.
  private func writePrior() {
    let power = smoothness.rawValue + 0.5
    for a in 0..<components {
      let own = 2 * smoothness.rawValue / (lengthScales[a] * lengthScales[a])
      let (p, d) = (roots + a * basis, slopes + a * basis)
      var (sum, change) = (0.0, 0.0)
      for i in 0..<basis {
        let frequency = 2 * .pi * Double((i + 1) / 2) / period
        let share = own / (own + frequency * frequency)
        // In proportion to that of the constant.
        p[i] = pow(share, power)
        d[i] = -2 * power * (1 - share)
        sum += p[i]
        change += p[i] * d[i]
      }
      for i in 0..<basis {
        p[i] = (variances[a] * p[i] / sum).squareRoot()
        d[i] -= change / sum
      }
    }
  }

  package func takeMessages() -> Double {
    let (c, w) = (components, rows.width)
    writePrior()
    isInverted = false
    factor.update(repeating: 0, count: size * w)
    mean.update(repeating: 0, count: w)
    for j in points.indices {
      let (phi, l, e) = (table + j * basis, precision + j * c * c, linear + j * c)
      for a in 0..<c {
        for i in 0..<basis { mean[a * basis + i] += e[a] * phi[i] }
        for b in a..<c where l[a * c + b] != 0 {
          for i in 0..<basis {
            let (weight, target) = (l[a * c + b] * phi[i], factor + (a * basis + i) * w + b * basis)
            for k in 0..<basis { target[k] += weight * phi[k] }
          }
        }
      }
    }
    for r in 0..<size {
      let row = factor + r * w
      for t in r..<size {
        row[t] *= roots[r] * roots[t]
        factor[t * w + r] = row[t]
      }
      row[r] += 1
      mean[r] *= roots[r]
    }
    rows.factor(factor, size)
    // log Z = |U^-T h|^2 / 2 - log |U|, h the linear terms of g.
    var logMass = 0.0
    for r in 0..<size {
      var sum = mean[r]
      for t in 0..<r { sum -= factor[t * w + r] * mean[t] }
      mean[r] = sum / factor[r * w + r]
      logMass += 0.5 * mean[r] * mean[r] - log(factor[r * w + r])
    }
    for r in (0..<size).reversed() {
      var sum = mean[r]
      for t in (r + 1)..<max(size, r + 1) { sum -= factor[r * w + t] * mean[t] }
      mean[r] = sum / factor[r * w + r]
    }
    return logMass
  }

  /// B^-1, from U^T U X = 1.
  private func invert() {
    guard !isInverted else { return }
    let w = rows.width
    inverse.update(repeating: 0, count: size * w)
    for r in 0..<size {
      let row = inverse + r * w
      row[r] = 1
      for t in 0..<r { rows.add(-factor[t * w + r], inverse + t * w, to: row) }
      rows.set(row, 1 / factor[r * w + r], row)
    }
    for r in (0..<size).reversed() {
      let row = inverse + r * w
      for t in (r + 1)..<max(size, r + 1) { rows.add(-factor[r * w + t], inverse + t * w, to: row) }
      rows.set(row, 1 / factor[r * w + r], row)
    }
    isInverted = true
  }

  /// d log Z / d log p_i = (E[g_i^2] - 1) / 2.
  package func writeGradient(to gradient: UnsafeMutablePointer<Double>) {
    invert()
    for a in 0..<components {
      (gradient[a], gradient[components + a]) = (0, 0)
      for i in (a * basis)..<((a + 1) * basis) {
        let change = 0.5 * (inverse[i * rows.width + i] + mean[i] * mean[i] - 1)
        gradient[a] += change * slopes[i]
        gradient[components + a] += change
      }
    }
  }

  package func writePosterior() {
    invert()
    let c = components
    for j in points.indices { write(table + j * basis, means + j * c, covariances + j * c * c) }
  }

  /// Mean and covariance where the basis has the values phi.
  private func write(
    _ phi: UnsafePointer<Double>, _ m: UnsafeMutablePointer<Double>, _ v: UnsafeMutablePointer<Double>
  ) {
    let c = components
    for a in 0..<c {
      // The row of (sqrt(p) phi)_a^T B^-1.
      rows.clear(room)
      m[a] = 0
      for i in 0..<basis {
        let (r, weight) = (a * basis + i, roots[a * basis + i] * phi[i])
        m[a] += weight * mean[r]
        rows.add(weight, inverse + r * rows.width, to: room)
      }
      for b in 0...a {
        var sum = 0.0
        for i in 0..<basis { sum += room[b * basis + i] * roots[b * basis + i] * phi[i] }
        (v[a * c + b], v[b * c + a]) = (sum, sum)
      }
    }
  }

  package func predict(at x: Double) -> (mean: [Double], covariance: [Double]) {
    let c = components
    var m = Array(repeating: 0.0, count: c)
    var v = Array(repeating: 0.0, count: c * c)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: basis) { phi in
      guard let phi = phi.baseAddress else { return }
      writeBasis(x, to: phi)
      write(phi, &m, &v)
    }
    return (m, v)
  }
}
