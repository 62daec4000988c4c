import NumericCore

/// y = op(A) x for an n x k matrix A: one `gemv` with one lane; with several lanes and a matrix of data, one `gemm`.
/// immediate (rows, columns, 1 for the transpose, _).
public enum MatrixVector: ArrayOperation {
  public static var name: String { "matrixVector" }

  public static func scratchCount(outputCount: Int, inputCounts: [Int], lanes: Int) -> Int {
    lanes == 1 ? 0 : inputCounts[0] + inputCounts[1] + outputCount
  }

  public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let (a, x, y) = (instruction.inputs.0, instruction.inputs.1, instruction.output)
    let (rows, columns, transposed) = (instruction.immediate.0, instruction.immediate.1, instruction.immediate.2 == 1)
    guard rows > 0 && columns > 0 else { return y.value.update(repeating: 0, count: y.count &* instruction.lanes) }
    if instruction.lanes == 1 {
      BLAS.gemv(
        transpose: transposed, rows: rows, columns: columns, alpha: 1, a.value, leadingDimension: rows, x.value,
        beta: 0, y.value)
    } else if a.laneStride == 0 && x.laneStride == 1 {
      // Lanes lie side by side: X' is lanes x k, and Y' = X' op(A)'.
      BLAS.gemm(
        transposeA: false, transposeB: !transposed, m: instruction.lanes, n: y.count, k: x.count, alpha: 1, x.value,
        lda: instruction.lanes, a.value, ldb: rows, beta: 0, y.value, ldc: instruction.lanes)
    } else {
      let (aRoom, xRoom) = (instruction.scratch, instruction.scratch + a.count)
      let yRoom = xRoom + x.count
      for l in 0..<instruction.lanes {
        a.gather(lane: l, into: aRoom)
        x.gather(lane: l, into: xRoom)
        BLAS.gemv(
          transpose: transposed, rows: rows, columns: columns, alpha: 1, aRoom, leadingDimension: rows, xRoom,
          beta: 0, yRoom)
        y.scatter(yRoom, lane: l)
      }
    }
  }

  public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let g = instruction.output.adjoint else { return }
    let (a, x) = (instruction.inputs.0, instruction.inputs.1)
    let (rows, columns, transposed) = (instruction.immediate.0, instruction.immediate.1, instruction.immediate.2 == 1)
    guard rows > 0 && columns > 0 else { return }
    if instruction.lanes == 1 {
      if let adjoint = x.adjoint {
        BLAS.gemv(
          transpose: !transposed, rows: rows, columns: columns, alpha: 1, a.value, leadingDimension: rows, g, beta: 1,
          adjoint)
      }
      if let adjoint = a.adjoint {
        let (left, right) = transposed ? (UnsafePointer(x.value), UnsafePointer(g)) : (UnsafePointer(g), UnsafePointer(x.value))
        BLAS.gemm(
          transposeA: false, transposeB: true, m: rows, n: columns, k: 1, alpha: 1, left, lda: rows, right,
          ldb: columns, beta: 1, adjoint, ldc: rows)
      }
      return
    }
    let lanes = instruction.lanes
    let count = instruction.output.count
    for l in 0..<lanes {
      for e in 0..<count {
        let d = g[e &* lanes &+ l]
        guard d != 0 else { continue }
        for j in 0..<x.count {
          let element = transposed ? j &+ e &* rows : e &+ j &* rows
          if let adjoint = x.adjoint {
            adjoint[j &* lanes &+ l] += d * a.value[element &* a.elementStride &+ l &* a.laneStride]
          }
          if let adjoint = a.adjoint {
            adjoint[element &* lanes &+ l] += d * x.value[j &* x.elementStride &+ l &* x.laneStride]
          }
        }
      }
    }
  }
}

/// C = A B; immediate (m, n, k, _): A is m x k, B is k x n.
public enum MatrixMatrix: ArrayOperation {
  public static var name: String { "matrixMatrix" }

  public static func scratchCount(outputCount: Int, inputCounts: [Int], lanes: Int) -> Int {
    2 * (outputCount + inputCounts[0] + inputCounts[1])
  }

  public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let (a, b, c) = (instruction.inputs.0, instruction.inputs.1, instruction.output)
    let (m, n, k) = (instruction.immediate.0, instruction.immediate.1, instruction.immediate.2)
    let aRoom = instruction.scratch
    let (bRoom, cRoom) = (aRoom + a.count, aRoom + a.count + b.count)
    for l in 0..<instruction.lanes {
      a.gather(lane: l, into: aRoom)
      b.gather(lane: l, into: bRoom)
      cRoom.update(repeating: 0, count: c.count)
      if m > 0 && n > 0 && k > 0 {
        BLAS.gemm(
          transposeA: false, transposeB: false, m: m, n: n, k: k, alpha: 1, aRoom, lda: m, bRoom, ldb: k, beta: 0,
          cRoom, ldc: m)
      }
      c.scatter(cRoom, lane: l)
    }
  }

  public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let g = instruction.output.adjoint else { return }
    let (a, b, c) = (instruction.inputs.0, instruction.inputs.1, instruction.output)
    let (m, n, k) = (instruction.immediate.0, instruction.immediate.1, instruction.immediate.2)
    guard m > 0 && n > 0 && k > 0 else { return }
    let aRoom = instruction.scratch
    let (bRoom, gRoom) = (aRoom + a.count, aRoom + a.count + b.count)
    let (aAdjoint, bAdjoint) = (gRoom + c.count, gRoom + c.count + a.count)
    let lanes = instruction.lanes
    for l in 0..<lanes {
      for e in 0..<c.count { gRoom[e] = g[e &* lanes &+ l] }
      if let adjoint = a.adjoint {
        b.gather(lane: l, into: bRoom)
        BLAS.gemm(
          transposeA: false, transposeB: true, m: m, n: k, k: n, alpha: 1, gRoom, lda: m, bRoom, ldb: k, beta: 0,
          aAdjoint, ldc: m)
        for e in 0..<a.count { adjoint[e &* lanes &+ l] += aAdjoint[e] }
      }
      if let adjoint = b.adjoint {
        a.gather(lane: l, into: aRoom)
        BLAS.gemm(
          transposeA: true, transposeB: false, m: k, n: n, k: m, alpha: 1, aRoom, lda: m, gRoom, ldb: m, beta: 0,
          bAdjoint, ldc: k)
        for e in 0..<b.count { adjoint[e &* lanes &+ l] += bAdjoint[e] }
      }
    }
  }
}

/// The lower Cholesky factor of a symmetric matrix, of which the lower triangle is read; NaN where the matrix is not
/// positive definite. immediate.0 is n. The derivative is that of Murray (2016), section 3.
public enum CholeskyFactor: ArrayOperation {
  public static var name: String { "cholesky" }

  public static func scratchCount(outputCount: Int, inputCounts: [Int], lanes: Int) -> Int { 2 * outputCount }

  public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let n = instruction.immediate.0
    let room = instruction.scratch
    for l in 0..<instruction.lanes {
      instruction.inputs.0.gather(lane: l, into: room)
      let failed = BLAS.cholesky(count: n, room) != nil
      for j in 0..<n {
        for i in 0..<n { room[i &+ j &* n] = failed ? .nan : i < j ? 0 : room[i &+ j &* n] }
      }
      instruction.output.scatter(room, lane: l)
    }
  }

  public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let g = instruction.output.adjoint, let adjoint = instruction.inputs.0.adjoint else { return }
    let n = instruction.immediate.0
    let lanes = instruction.lanes
    let factor = instruction.scratch
    let room = factor + n &* n
    for l in 0..<lanes {
      instruction.output.gather(lane: l, into: factor)
      // room = Phi(L' Lbar): the lower triangle with a halved diagonal, made symmetric.
      for j in 0..<n {
        for i in j..<n {
          var sum = 0.0
          for k in i..<n { sum += factor[k &+ i &* n] * g[(k &+ j &* n) &* lanes &+ l] }
          let half = 0.5 * sum
          room[i &+ j &* n] = half
          room[j &+ i &* n] = half
        }
      }
      BLAS.solveLower(
        fromRight: false, transpose: true, rows: n, columns: n, factor, leadingDimension: n, room)
      BLAS.solveLower(
        fromRight: true, transpose: false, rows: n, columns: n, factor, leadingDimension: n, room)
      for e in 0..<(n &* n) { adjoint[e &* lanes &+ l] += room[e] }
    }
  }
}

/// The log density of a multivariate normal: inputs x, mean, lower Cholesky factor of the covariance.
public enum MultivariateNormalDensity: ArrayOperation {
  public static var name: String { "multivariateNormal" }

  public static func scratchCount(outputCount: Int, inputCounts: [Int], lanes: Int) -> Int {
    inputCounts[2] + 2 * inputCounts[0]
  }

  /// Leaves L in the scratch and z = L^-1 (x - mean) behind it.
  private static func standardise(_ instruction: borrowing Instruction, lane l: Int) {
    let (x, mean, factor) = (instruction.inputs.0, instruction.inputs.1, instruction.inputs.2)
    let n = x.count
    let z = instruction.scratch + factor.count
    factor.gather(lane: l, into: instruction.scratch)
    for i in 0..<n {
      z[i] =
        x.value[i &* x.elementStride &+ l &* x.laneStride]
        - mean.value[(mean.count == 1 ? 0 : i) &* mean.elementStride &+ l &* mean.laneStride]
    }
    BLAS.solveLower(transpose: false, count: n, instruction.scratch, leadingDimension: n, z)
  }

  public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let n = instruction.inputs.0.count
    let (factor, z) = (instruction.scratch, instruction.scratch + n &* n)
    for l in 0..<instruction.lanes {
      standardise(instruction, lane: l)
      var total = -0.918938533204672742 * Double(n)
      for i in 0..<n { total -= 0.5 * z[i] * z[i] + Double.log(factor[i &+ i &* n]) }
      instruction.output.value[l] = total
    }
  }

  public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let g = instruction.output.adjoint else { return }
    let (x, mean, factor) = (instruction.inputs.0, instruction.inputs.1, instruction.inputs.2)
    let n = x.count
    let lanes = instruction.lanes
    let (l0, z) = (instruction.scratch, instruction.scratch + n &* n)
    let w = z + n
    for l in 0..<lanes {
      standardise(instruction, lane: l)
      w.update(from: z, count: n)
      BLAS.solveLower(transpose: true, count: n, l0, leadingDimension: n, w)
      for i in 0..<n {
        if let adjoint = x.adjoint { adjoint[i &* lanes &+ l] -= g[l] * w[i] }
        if let adjoint = mean.adjoint { adjoint[(mean.count == 1 ? 0 : i) &* lanes &+ l] += g[l] * w[i] }
      }
      if let adjoint = factor.adjoint {
        for j in 0..<n {
          for i in j..<n {
            let diagonal = i == j ? 1 / l0[i &+ i &* n] : 0
            adjoint[(i &+ j &* n) &* lanes &+ l] += g[l] * (w[i] * z[j] - diagonal)
          }
        }
      }
    }
  }
}

extension Operand {
  /// Copies one lane to where its elements lie side by side.
  func gather(lane: Int, into room: UnsafeMutablePointer<Double>) {
    for e in 0..<count { room[e] = value[e &* elementStride &+ lane &* laneStride] }
  }

  /// Copies elements that lie side by side into one lane.
  func scatter(_ room: UnsafePointer<Double>, lane: Int) {
    for e in 0..<count { value[e &* elementStride &+ lane &* laneStride] = room[e] }
  }
}
