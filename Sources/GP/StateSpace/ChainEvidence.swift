import NumericCore

/// log Z of a chain for eight sets of length scales and variances at a time, by the lanes of vector instructions: the filter
/// alone, which keeps nothing of the points behind it.
package final class ChainEvidence {
  package typealias Lanes = SIMD8<Double>

  private let chain: LatentChain
  private let room: UnsafeMutablePointer<Lanes>
  private let scales: UnsafeMutablePointer<Lanes>

  package init(_ chain: LatentChain) {
    self.chain = chain
    let n = chain.size
    room = .allocate(capacity: 7 * n * n + 5 * n + 32)
    room.initialize(repeating: .zero, count: 7 * n * n + 5 * n + 32)
    scales = .allocate(capacity: 4 * chain.components + 4)
    scales.initialize(repeating: .zero, count: 4 * chain.components + 4)
  }

  deinit {
    room.deallocate()
    scales.deallocate()
  }

  /// - Parameters:
  ///   - lengthScales: by component, a set in each lane; so `variances`.
  package func logMass(lengthScales: [Lanes], variances: [Lanes]) -> Lanes {
    let (n, c, s) = (chain.size, chain.components, chain.smoothness.states)
    let m = room
    let p = m + n
    let next = p + n * n
    let work = next + n * n
    let rates = scales
    let spread = rates + c
    for a in 0..<c {
      rates[a] = chain.smoothness.rate / lengthScales[a]
      spread[a] = variances[a]
    }
    let stationary = chain.smoothness.stationary
    m.update(repeating: .zero, count: n)
    p.update(repeating: .zero, count: n * n)
    for a in 0..<c {
      for i in 0..<s { for j in 0..<s { p[(a * s + i) * n + a * s + j] = spread[a] * stationary[i * s + j] } }
    }
    var logMass = Lanes.zero
    for j in chain.points.indices {
      if j > 0 { predict(distance: chain.points[j] - chain.points[j - 1], m, p, next, rates, spread, work) }
      logMass += update(m, p, chain.precision + j * c * c, chain.linear + j * c, work)
    }
    return logMass
  }

  private func predict(
    distance: Double, _ m: UnsafeMutablePointer<Lanes>, _ p: UnsafeMutablePointer<Lanes>,
    _ next: UnsafeMutablePointer<Lanes>, _ rates: UnsafeMutablePointer<Lanes>,
    _ spread: UnsafeMutablePointer<Lanes>,
    _ work: UnsafeMutablePointer<Lanes>
  ) {
    let (n, c, s) = (chain.size, chain.components, chain.smoothness.states)
    let decay = spread + c
    for a in 0..<c { decay[a] = -distance * rates[a] }
    decay.withMemoryRebound(to: Double.self, capacity: 8 * c) { VectorMath.exp($0, $0, count: 8 * c) }
    if s == 1 {
      for i in 0..<n {
        m[i] *= decay[i]
        for j in 0...i { p[i * n + j] *= decay[i] * decay[j] }
        p[i * n + i] += spread[i] * (1 - decay[i]) * (1 + decay[i])
      }
      for i in 0..<n { for j in (i + 1)..<max(n, i + 1) { p[i * n + j] = p[j * n + i] } }
      return
    }
    let (transition, noise) = (work, work + c * s * s)
    let farthest = Lanes(repeating: MaternSmoothness.farthest)
    func z(_ a: Int) -> Lanes { pointwiseMin(distance * rates[a], farthest) }
    for a in 0..<c { write(z(a), decay[a], transition + a * s * s, noise) }
    for a in 0..<c {
      let block = transition + a * s * s
      for i in 0..<s {
        var mean = Lanes.zero
        for k in 0..<s { mean += block[i * s + k] * m[a * s + k] }
        noise[s * s + i] = mean
        for j in 0..<n {
          var sum = Lanes.zero
          for k in 0..<s { sum += block[i * s + k] * p[(a * s + k) * n + j] }
          next[(a * s + i) * n + j] = sum
        }
      }
      for i in 0..<s { m[a * s + i] = noise[s * s + i] }
    }
    for a in 0..<c {
      let block = transition + a * s * s
      for i in 0..<n {
        for j in 0..<s {
          var sum = Lanes.zero
          for k in 0..<s { sum += next[i * n + a * s + k] * block[j * s + k] }
          p[i * n + a * s + j] = sum
        }
      }
      write(z(a), decay[a], nil, noise)
      for i in 0..<s { for j in 0..<s { p[(a * s + i) * n + a * s + j] += spread[a] * noise[i * s + j] } }
    }
  }

  /// A and Q of one component, as `MaternSmoothness` has them.
  private func write(
    _ z: Lanes, _ e: Lanes, _ a: UnsafeMutablePointer<Lanes>?, _ q: UnsafeMutablePointer<Lanes>
  ) {
    let (z2, square) = (z * z, e * e)
    if chain.smoothness == .threeHalves {
      if let a {
        (a[0], a[1], a[2], a[3]) = (e * (1 + z), e * z, -e * z, e * (1 - z))
        return
      }
      q[0] = tail(2 * z, square, from: 3)
      q[1] = 2 * z2 * square
      q[2] = q[1]
      q[3] = (1 - e) * (1 + e) + square * (2 * z - 2 * z2)
      return
    }
    let h = 0.5 * z2
    if let a {
      (a[0], a[1], a[2]) = (e * (1 + z + h), e * (z + z2), e * h)
      (a[3], a[4], a[5]) = (-e * h, e * (1 + z - z2), e * (z - h))
      (a[6], a[7], a[8]) = (e * (h - z), e * (z2 - 3 * z), e * (1 - 2 * z + h))
      return
    }
    let (third, z3, z4) = (tail(2 * z, square, from: 3) / 3, z2 * z, z2 * z2)
    let middle = square * z3 * polynomial(z, 4.0 / 3, -2.0 / 3)
    q[0] = tail(2 * z, square, from: 5)
    q[1] = square * z4 * (2.0 / 3)
    q[2] = middle - third
    q[3] = q[1]
    q[4] = middle + third
    q[5] = square * z2 * polynomial(z, 8.0 / 3, -8.0 / 3, 2.0 / 3)
    q[6] = q[2]
    q[7] = q[5]
    q[8] = (1 - e) * (1 + e) + square * z * polynomial(z, 10.0 / 3, -22.0 / 3, 4, -2.0 / 3)
  }

  /// The sum of coefficient k times z^k.
  private func polynomial(_ z: Lanes, _ coefficients: Double...) -> Lanes {
    var sum = Lanes.zero
    for coefficient in coefficients.reversed() { sum = sum * z + coefficient }
    return sum
  }

  /// exp(-x) times the sum of x^k / k! for k from n on; `decay` is exp(-x).
  private func tail(_ x: Lanes, _ decay: Lanes, from n: Int) -> Lanes {
    var (rest, term) = (1 - decay, decay)
    for k in 1..<n {
      term *= x / Double(k)
      rest -= term
    }
    guard any(x .< 1) else { return rest }
    var sum = Lanes.zero
    for k in n..<(n + 16) {
      term *= x / Double(k)
      sum += term
    }
    return rest.replacing(with: sum, where: x .< 1)
  }

  private func update(
    _ m: UnsafeMutablePointer<Lanes>, _ p: UnsafeMutablePointer<Lanes>, _ lambda: UnsafePointer<Double>,
    _ eta: UnsafePointer<Double>, _ work: UnsafeMutablePointer<Lanes>
  ) -> Lanes {
    let (n, c, s) = (chain.size, chain.components, chain.smoothness.states)
    let l = work
    let (half, k, b) = (l + n * n, l + 2 * n * n, l + 3 * n * n)
    let rest = l + 4 * n * n
    l.update(from: p, count: n * n)
    factor(l, n)
    for a in 0..<c {
      for j in 0..<n {
        var sum = Lanes.zero
        var t = (j + s - 1) / s
        while t < c {
          sum += lambda[a * c + t] * l[t * s * n + j]
          t += 1
        }
        half[a * n + j] = sum
      }
    }
    for i in 0..<n {
      for j in 0...i {
        var sum = i == j ? Lanes(repeating: 1) : .zero
        var t = (i + s - 1) / s
        while t < c {
          sum += l[t * s * n + i] * half[t * n + j]
          t += 1
        }
        k[i * n + j] = sum
      }
    }
    factor(k, n)
    for i in 0..<n {
      for j in 0..<n {
        var sum = j <= i ? l[i * n + j] : .zero
        for t in 0..<j { sum -= b[i * n + t] * k[j * n + t] }
        b[i * n + j] = sum / k[j * n + j]
      }
    }
    for i in 0..<n {
      for j in 0...i {
        var sum = Lanes.zero
        for t in 0..<n { sum += b[i * n + t] * b[j * n + t] }
        p[i * n + j] = sum
        p[j * n + i] = sum
      }
    }
    var determinant = Lanes(repeating: 1)
    var logMass = Lanes.zero
    for i in 0..<n {
      determinant *= k[i * n + i]
      // Before a product of many large pivots overflows.
      if any(determinant .> 0x1p400) {
        logMass -= logarithms(determinant)
        determinant = Lanes(repeating: 1)
      }
    }
    logMass -= logarithms(determinant)
    for a in 0..<c {
      var product = Lanes.zero
      for t in 0..<c { product += lambda[a * c + t] * m[t * s] }
      rest[a] = eta[a] - product
      logMass += m[a * s] * (eta[a] - 0.5 * product)
      rest[c + a] = m[a * s]
    }
    for i in 0..<n {
      var sum = m[i]
      for a in 0..<c { sum += p[i * n + a * s] * rest[a] }
      m[i] = sum
    }
    for a in 0..<c { logMass += 0.5 * rest[a] * (m[a * s] - rest[c + a]) }
    return logMass
  }

  private func logarithms(_ x: Lanes) -> Lanes {
    var x = x
    withUnsafeMutableBytes(of: &x) { bytes in
      let numbers = bytes.bindMemory(to: Double.self)
      if let base = numbers.baseAddress { VectorMath.log(base, base, count: 8) }
    }
    return x
  }

  private func factor(_ a: UnsafeMutablePointer<Lanes>, _ n: Int) {
    for j in 0..<n {
      let diagonal = a[j * n + j]
      var sum = diagonal
      for t in 0..<j { sum -= a[j * n + t] * a[j * n + t] }
      let least = diagonal * 0x1p-50
      sum.replace(with: least, where: sum .< least)
      sum.replace(with: Lanes(repeating: .leastNormalMagnitude), where: sum .< .leastNormalMagnitude)
      let root = sum.squareRoot()
      let inverse = 1 / root
      a[j * n + j] = root
      var i = j + 1
      while i < n {
        var sum = a[i * n + j]
        for t in 0..<j { sum -= a[i * n + t] * a[j * n + t] }
        a[i * n + j] = sum * inverse
        i += 1
      }
    }
  }
}
