import COpenBLAS

/// LAPACK's drivers on column-major buffers, with the workspace that they ask for. All return LAPACK's `info`: 0 where
/// all went well. Dimensions are at least 1.
enum LAPACK {
  typealias Buffer = UnsafeMutablePointer<Double>

  /// Asks a driver for the size of its workspace (a length of -1 is the question), makes it, and runs the driver.
  private static func run(
    integers: Int = 1, _ driver: (Buffer, Int32, UnsafeMutablePointer<Int32>) -> Int32
  ) -> Int {
    BLAS.configure()
    return withUnsafeTemporaryAllocation(of: Int32.self, capacity: integers) { integers in
      var size = 0.0
      guard let integers = integers.baseAddress, driver(&size, -1, integers) == 0 else { return -1 }
      return withUnsafeTemporaryAllocation(of: Double.self, capacity: Swift.max(1, Int(size))) { work in
        guard let work = work.baseAddress else { return -1 }
        return Int(driver(work, Int32(size), integers))
      }
    }
  }

  private static func letter(_ scalar: Unicode.Scalar) -> CChar { CChar(UInt8(ascii: scalar)) }

  /// Eigenvalues in ascending order; where `vectors`, A is overwritten by them. Its lower triangle is read.
  static func symmetricEigen(count: Int, vectors: Bool, _ a: Buffer, _ values: Buffer) -> Int {
    var (job, lower, n) = (letter(vectors ? "V" : "N"), letter("L"), Int32(count))
    var integerSize = vectors ? 3 + 5 * n : 1
    return run(integers: Int(integerSize)) { work, size, integers in
      var (size, info) = (size, Int32(0))
      dsyevd_(&job, &lower, &n, a, &n, values, work, &size, integers, &integerSize, &info)
      return info
    }
  }

  /// A x = lambda B x: A is overwritten by the vectors, B by its Cholesky factor. Lower triangles are read.
  static func generalizedSymmetricEigen(count: Int, _ a: Buffer, _ b: Buffer, _ values: Buffer) -> Int {
    var (kind, job, lower, n) = (Int32(1), letter("V"), letter("L"), Int32(count))
    var integerSize = 3 + 5 * n
    return run(integers: Int(integerSize)) { work, size, integers in
      var (size, info) = (size, Int32(0))
      dsygvd_(&kind, &job, &lower, &n, a, &n, b, &n, values, work, &size, integers, &integerSize, &info)
      return info
    }
  }

  /// R in the upper triangle of A, the reflectors of Q below it and in `tau`.
  static func qr(rows: Int, columns: Int, _ a: Buffer, tau: Buffer) -> Int {
    var (m, n) = (Int32(rows), Int32(columns))
    return run { work, size, _ in
      var (size, info) = (size, Int32(0))
      dgeqrf_(&m, &n, a, &m, tau, work, &size, &info)
      return info
    }
  }

  /// Overwrites `reflectors` reflectors by the first `columns` columns of Q.
  static func orthogonal(rows: Int, columns: Int, reflectors: Int, _ a: Buffer, tau: UnsafePointer<Double>) -> Int {
    var (m, n, k) = (Int32(rows), Int32(columns), Int32(reflectors))
    return run { work, size, _ in
      var (size, info) = (size, Int32(0))
      dorgqr_(&m, &n, &k, a, &m, tau, work, &size, &info)
      return info
    }
  }

  /// C = op(Q) C, with C of rows x columns.
  static func multiplyByQ(
    transposed: Bool, rows: Int, columns: Int, reflectors: Int, _ a: UnsafePointer<Double>,
    tau: UnsafePointer<Double>, _ c: Buffer
  ) -> Int {
    var (side, transpose) = (letter("L"), letter(transposed ? "T" : "N"))
    var (m, n, k) = (Int32(rows), Int32(columns), Int32(reflectors))
    return run { work, size, _ in
      var (size, info) = (size, Int32(0))
      dormqr_(&side, &transpose, &m, &n, &k, a, &m, tau, c, &m, work, &size, &info)
      return info
    }
  }

  /// Singular values in descending order, and where `u` and `vt` are there the thin factors. A is overwritten.
  static func singularValues(
    rows: Int, columns: Int, _ a: Buffer, _ values: Buffer, u: Buffer?, vt: Buffer?
  ) -> Int {
    var (job, m, n, k) = (
      letter(u == nil ? "N" : "S"), Int32(rows), Int32(columns), Int32(Swift.min(rows, columns))
    )
    return run(integers: 8 * Int(k)) { work, size, integers in
      var (size, info, unused) = (size, Int32(0), 0.0)
      withUnsafeMutablePointer(to: &unused) { unused in
        dgesdd_(&job, &m, &n, a, &m, values, u ?? unused, &m, vt ?? unused, &k, work, &size, integers, &info)
      }
      return info
    }
  }

  /// A with at least as many rows as columns becomes bidiagonal: the reflectors of Q below its diagonal, those of P above
  /// its superdiagonal. Each of the four vectors has as many places as there are columns.
  static func bidiagonal(
    rows: Int, columns: Int, _ a: Buffer, diagonal: Buffer, superdiagonal: Buffer, tauQ: Buffer, tauP: Buffer
  ) -> Int {
    var (m, n) = (Int32(rows), Int32(columns))
    return run { work, size, _ in
      var (size, info) = (size, Int32(0))
      dgebrd_(&m, &n, a, &m, diagonal, superdiagonal, tauQ, tauP, work, &size, &info)
      return info
    }
  }

  /// C = op(Q) C with the reflectors on the left of a bidiagonal matrix, op(P) C with those on its right; `reduced` is how
  /// many columns, on the right how many rows, the matrix had.
  static func multiplyByBidiagonal(
    left: Bool, transposed: Bool, rows: Int, columns: Int, reduced: Int, _ a: UnsafePointer<Double>, leading: Int,
    tau: UnsafePointer<Double>, _ c: Buffer
  ) -> Int {
    var (vectors, side, transpose) = (letter(left ? "Q" : "P"), letter("L"), letter(transposed ? "T" : "N"))
    var (m, n, k, lead) = (Int32(rows), Int32(columns), Int32(reduced), Int32(leading))
    return run { work, size, _ in
      var (size, info) = (size, Int32(0))
      dormbr_(&vectors, &side, &transpose, &m, &n, &k, a, &lead, tau, c, &m, work, &size, &info)
      return info
    }
  }

  /// Overwrites the diagonal of an upper bidiagonal matrix by its singular values in descending order.
  static func singularValues(count: Int, diagonal: Buffer, superdiagonal: Buffer) -> Int {
    var (upper, n, none, lead, info) = (letter("U"), Int32(count), Int32(0), Int32(1), Int32(0))
    BLAS.configure()
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * count + 1) { work in
      guard let work = work.baseAddress else { return -1 }
      // The last place stands for the vectors that are not asked for.
      let unused = work + 4 * count
      dbdsqr_(
        &upper, &n, &none, &none, &none, diagonal, superdiagonal, unused, &lead, unused, &lead, unused, &lead, work,
        &info)
      return Int(info)
    }
  }

  /// Overwrites a complex A (pairs of doubles) by the upper triangle T of A = V T V^H, and `vectors` by V.
  static func complexSchur(count: Int, _ a: Buffer, vectors: Buffer) -> Int {
    var (job, sort, n, sorted) = (letter("V"), letter("N"), Int32(count), Int32(0))
    var (size, info) = (Int32(-1), Int32(0))
    BLAS.configure()
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * count + 2) { room in
      guard let values = room.baseAddress else { return -1 }
      let real = values + 2 * count
      // The answer is a complex number; there is room for it.
      zgees_(&job, &sort, nil, &n, a, &n, &sorted, values, vectors, &n, real, &size, real, nil, &info)
      guard info == 0 else { return Int(info) }
      size = Int32(real[0])
      return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * (Int(size) + count)) { work in
        guard let work = work.baseAddress else { return -1 }
        zgees_(&job, &sort, nil, &n, a, &n, &sorted, values, vectors, &n, work, &size, real, nil, &info)
        return Int(info)
      }
    }
  }

  /// Overwrites C by the X of A X + X B = scale C, all complex (pairs of doubles), A (m x m) and B (n x n) upper
  /// triangular. The info is 1 where A and -B share eigenvalues within rounding.
  static func triangularSylvester(
    rows: Int, columns: Int, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ c: Buffer, scale: inout Double
  ) -> Int {
    var (no, sign, m, n, info) = (letter("N"), Int32(1), Int32(rows), Int32(columns), Int32(0))
    ztrsyl_(&no, &no, &sign, &m, &n, a, &m, b, &n, c, &m, &scale, &info)
    return Int(info)
  }

  /// Overwrites the lower Cholesky factor by the lower triangle of the inverse of what it factors.
  static func inverseFromCholesky(count: Int, _ l: Buffer) -> Int {
    var (lower, n, info) = (letter("L"), Int32(count), Int32(0))
    BLAS.configure()
    dpotri_(&lower, &n, l, &n, &info)
    return Int(info)
  }
}
