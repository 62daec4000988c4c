import COpenBLAS

/// BLAS on buffers: column-major, nothing allocated.
///
/// OpenBLAS is set to one thread, so that its threads do not fight those of chains; `setThreads` gives it more.
public enum BLAS {
  private static let isConfigured: Bool = {
    openblas_set_num_threads(1)
    return true
  }()

  /// Sets OpenBLAS to one thread, unless `setThreads` has been called. Factorisations and schedules call it when they
  /// are made, so that the products below need not.
  public static func configure() { _ = isConfigured }

  /// The number of threads of one product; for work that is dense and runs alone.
  public static func setThreads(_ count: Int) {
    configure()
    openblas_set_num_threads(Int32(clamping: max(count, 1)))
  }

  public static var threads: Int {
    configure()
    return Int(openblas_get_num_threads())
  }

  /// x.y.
  public static func dot(count: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>) -> Double {
    cblas_ddot(Int32(count), x, 1, y, 1)
  }

  /// y = y + alpha x.
  public static func add(
    count: Int, _ alpha: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>
  ) {
    cblas_daxpy(Int32(count), alpha, x, 1, y, 1)
  }

  /// y = alpha op(A) x + beta y, with A of rows x columns.
  public static func gemv(
    transpose: Bool, rows: Int, columns: Int, alpha: Double, _ a: UnsafePointer<Double>, leadingDimension: Int,
    _ x: UnsafePointer<Double>, beta: Double, _ y: UnsafeMutablePointer<Double>
  ) {
    cblas_dgemv(
      CblasColMajor, transpose ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), alpha, a,
      Int32(leadingDimension), x, 1, beta, y, 1)
  }

  /// C = alpha op(A) op(B) + beta C, with op(A) of m x k and op(B) of k x n.
  public static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Double, _ a: UnsafePointer<Double>, lda: Int,
    _ b: UnsafePointer<Double>, ldb: Int, beta: Double, _ c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    cblas_dgemm(
      CblasColMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, Int32(m),
      Int32(n), Int32(k), alpha, a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }

  /// x = op(L)^-1 x for a lower triangular L.
  public static func solveLower(
    transpose: Bool, count n: Int, _ l: UnsafePointer<Double>, leadingDimension: Int, _ x: UnsafeMutablePointer<Double>
  ) {
    cblas_dtrsv(
      CblasColMajor, CblasLower, transpose ? CblasTrans : CblasNoTrans, CblasNonUnit, Int32(n), l,
      Int32(leadingDimension), x, 1)
  }

  /// x = op(L) x for a lower triangular L.
  public static func multiplyLower(
    transpose: Bool, count n: Int, _ l: UnsafePointer<Double>, leadingDimension: Int, _ x: UnsafeMutablePointer<Double>
  ) {
    cblas_dtrmv(
      CblasColMajor, CblasLower, transpose ? CblasTrans : CblasNoTrans, CblasNonUnit, Int32(n), l,
      Int32(leadingDimension), x, 1)
  }

  /// B = op(T)^-1 B for a triangular T of rows x rows, of which the other triangle is not read; B is rows x columns.
  public static func solve(
    _ triangle: Triangle, transpose: Bool, rows: Int, columns: Int, _ t: UnsafePointer<Double>, leadingDimension: Int,
    _ b: UnsafeMutablePointer<Double>
  ) {
    cblas_dtrsm(
      CblasColMajor, CblasLeft, triangle == .lower ? CblasLower : CblasUpper, transpose ? CblasTrans : CblasNoTrans,
      CblasNonUnit, Int32(rows), Int32(columns), 1, t, Int32(leadingDimension), b, Int32(rows))
  }

  /// B = op(L)^-1 B, or B op(L)^-1 where `fromRight`, for a lower triangular L; B is rows x columns.
  public static func solveLower(
    fromRight: Bool, transpose: Bool, rows: Int, columns: Int, _ l: UnsafePointer<Double>, leadingDimension: Int,
    _ b: UnsafeMutablePointer<Double>
  ) {
    cblas_dtrsm(
      CblasColMajor, fromRight ? CblasRight : CblasLeft, CblasLower, transpose ? CblasTrans : CblasNoTrans,
      CblasNonUnit, Int32(rows), Int32(columns), 1, l, Int32(leadingDimension), b, Int32(rows))
  }

  /// Overwrites the lower triangle of a symmetric matrix by its Cholesky factor; returns nil, or the order (from 0) of
  /// the leading minor that is not positive.
  public static func cholesky(count n: Int, _ a: UnsafeMutablePointer<Double>) -> Int? {
    configure()
    guard n > 0 else { return nil }
    var (size, info) = (Int32(n), Int32(0))
    var lower = CChar(UInt8(ascii: "L"))
    dpotrf_(&lower, &size, a, &size, &info)
    return info == 0 ? nil : Int(info) - 1
  }
}
