/// An atom as plain numbers.
struct KroneckerFactor {
  let shape: StateSpaceAtom.Shape
  let value: Double
}

/// Writes the matrices of a block, a variance times a product of processes, in memory that it owns: A, Q, and for each
/// factor the derivatives of A and Q in its coefficient, one after the other, each row after row.
///
///     A = A1 (x) A2,   Q = Q1 (x) P2 + (A1 P1 A1^T) (x) Q2,
///
/// with P at the end of the step and A1 P1 A1^T = P1 - Q1, factor by factor.
struct KroneckerStep {
  private typealias Block = UnsafeMutablePointer<Double>
  private let room: UnsafeMutablePointer<Double>
  private let square: Int

  /// - Parameter states: of the largest block.
  init(states: Int) {
    square = max(states * states, 1)
    room = VectorRows.allocate(16 * square)
  }

  func deallocate() { room.deallocate() }

  /// - Parameter slopes: whether the derivatives are written.
  func write(
    _ factors: UnsafeBufferPointer<KroneckerFactor>, weight: Double, from t: Double, _ distance: Double,
    slopes: Bool, to step: UnsafeMutablePointer<Double>
  ) {
    switch factors.count {
    case 0: (step[0], step[1]) = (1, 0)
    case 1: writeSingle(factors[0], weight, distance, slopes, step)
    case 2 where factors[1].shape == .rotation && factors[0].shape != .line:
      writeTurning(factors[0], factors[1], weight, distance, slopes, step)
    default:
      let size = factors.reduce(1) { $0 * $1.shape.states }
      for chosen in 0..<(slopes ? factors.count : 1) {
        writeProduct(factors, weight, t, distance, slopes ? chosen : nil, size * size, step)
      }
    }
  }

  private func writeSingle(
    _ factor: KroneckerFactor, _ weight: Double, _ distance: Double, _ slopes: Bool, _ step: Block
  ) {
    let s2 = factor.shape.states * factor.shape.states
    factor.shape.writeStep(factor.value, distance, to: step, noise: step + s2)
    if slopes {
      factor.shape.writeStepSlopes(factor.value, distance, step, to: step + 2 * s2, noise: step + 3 * s2)
      for i in 0..<s2 { step[3 * s2 + i] *= weight }
    }
    for i in 0..<s2 { step[s2 + i] *= weight }
  }

  /// A process times a rotation, which adds nothing: Q = Q1 (x) 1.
  private func writeTurning(
    _ first: KroneckerFactor, _ second: KroneckerFactor, _ weight: Double, _ distance: Double, _ slopes: Bool,
    _ step: Block
  ) {
    let s = first.shape.states
    let (s2, n2) = (s * s, 4 * s * s)
    let (own, turn) = (room, room + 4 * s2)
    writeSingle(first, weight, distance, slopes, own)
    second.shape.writeStep(second.value, distance, to: turn, noise: turn + 4)
    for i in 0..<s {
      for j in 0..<s {
        let (a, q) = (own[i * s + j], own[s2 + i * s + j])
        let (da, dq) = slopes ? (own[2 * s2 + i * s + j], own[3 * s2 + i * s + j]) : (0, 0)
        for k in 0..<2 {
          let row = (2 * i + k) * 2 * s + 2 * j
          for l in 0..<2 {
            let (target, r) = (step + row + l, turn[2 * k + l])
            target[0] = a * r
            target[n2] = k == l ? q : 0
            guard slopes else { continue }
            // The turn's derivative is itself a quarter of a turn on.
            let dr = k == 0 ? turn[2 + l] : -turn[l]
            target[2 * n2] = da * r
            target[3 * n2] = k == l ? dq : 0
            target[4 * n2] = distance * a * dr
            target[5 * n2] = 0
          }
        }
      }
    }
  }

  /// Any product, with the derivatives in the coefficient of one factor.
  private func writeProduct(
    _ factors: UnsafeBufferPointer<KroneckerFactor>, _ weight: Double, _ t: Double, _ distance: Double,
    _ chosen: Int?, _ size: Int, _ step: Block
  ) {
    // A, Q, P and their derivatives of the factors so far, and of one factor; and what the next are made in.
    let (a0, q0, p0, da0, dq0, dp0) = parts(0)
    let (a1, q1, p1, da1, dq1, dp1) = parts(6)
    room.update(repeating: 0, count: 6 * square)
    (a0[0], p0[0]) = (1, 1)
    var n = 1
    for (number, factor) in factors.enumerated() {
      let m = factor.shape.states
      factor.shape.writeStep(factor.value, distance, to: a1, noise: q1)
      factor.shape.writeCovariance(factor.value, at: t + distance, to: p1, slope: dp1)
      if number == chosen {
        factor.shape.writeStepSlopes(factor.value, distance, a1, to: da1, noise: dq1)
      } else {
        for i in 0..<(m * m) { (da1[i], dq1[i], dp1[i]) = (0, 0, 0) }
      }
      // In an order in which what is needed is not yet overwritten.
      if chosen != nil {
        add(dq0, n, p1, m)
        add(q0, n, dp1, m)
        add(dp0, n, q1, m)
        add(dq0, n, q1, m, times: -1)
        add(p0, n, dq1, m)
        add(q0, n, dq1, m, times: -1)
        move(n * m, to: dq0)
        add(da0, n, a1, m)
        add(a0, n, da1, m)
        move(n * m, to: da0)
        add(dp0, n, p1, m)
        add(p0, n, dp1, m)
        move(n * m, to: dp0)
      }
      add(q0, n, p1, m)
      add(p0, n, q1, m)
      add(q0, n, q1, m, times: -1)
      move(n * m, to: q0)
      add(a0, n, a1, m)
      move(n * m, to: a0)
      add(p0, n, p1, m)
      move(n * m, to: p0)
      n *= m
    }
    for i in 0..<size { (step[i], step[size + i]) = (a0[i], weight * q0[i]) }
    guard let chosen else { return }
    let slopes = step + (2 + 2 * chosen) * size
    for i in 0..<size { (slopes[i], slopes[size + i]) = (da0[i], weight * dq0[i]) }
  }

  /// Writes weight times the product of the stationary covariances, and its derivative in one coefficient.
  func writeCovariance(
    _ factors: UnsafeBufferPointer<KroneckerFactor>, weight: Double, at t: Double, slopesOf chosen: Int? = nil,
    to p: UnsafeMutablePointer<Double>, slopes dp: UnsafeMutablePointer<Double>? = nil
  ) {
    let (_, _, p0, _, _, dp0) = parts(0)
    let (_, _, p1, _, _, dp1) = parts(6)
    (p0[0], dp0[0]) = (weight, 0)
    var n = 1
    for (number, factor) in factors.enumerated() {
      let m = factor.shape.states
      factor.shape.writeCovariance(factor.value, at: t, to: p1, slope: dp1)
      if number != chosen { for i in 0..<(m * m) { dp1[i] = 0 } }
      add(dp0, n, p1, m)
      add(p0, n, dp1, m)
      move(n * m, to: dp0)
      add(p0, n, p1, m)
      move(n * m, to: p0)
      n *= m
    }
    p.update(from: p0, count: n * n)
    dp?.update(from: dp0, count: n * n)
  }

  private func parts(_ first: Int) -> (Block, Block, Block, Block, Block, Block) {
    let base = room + first * square
    return (base, base + square, base + 2 * square, base + 3 * square, base + 4 * square, base + 5 * square)
  }

  /// Where a sum of Kronecker products is made, as it may replace what it is made of; else 0.
  private var next: Block { room + 12 * square }

  private func move(_ size: Int, to target: Block) {
    for i in 0..<(size * size) { (target[i], next[i]) = (next[i], 0) }
  }

  /// Adds weight x (x) y, of square matrices of sizes n and m, to the sum.
  private func add(_ x: Block, _ n: Int, _ y: Block, _ m: Int, times weight: Double = 1) {
    for i in 0..<n {
      for j in 0..<n {
        let factor = weight * x[i * n + j]
        if factor == 0 { continue }
        for k in 0..<m {
          let row = next + ((i * m + k) * n * m + j * m)
          for l in 0..<m { row[l] += factor * y[k * m + l] }
        }
      }
    }
  }
}
