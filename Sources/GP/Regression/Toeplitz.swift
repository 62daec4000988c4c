import Foundation
import NumericCore

/// A symmetric positive definite Toeplitz matrix T[i, j] = t_|i-j|, with its inverse by the Gohberg-Semencul
/// formula: with u the first column of T^-1 and v = (0, u_{n-1}, ..., u_1),
///
///     T^-1 = (L(u) L(u)' - L(v) L(v)') / u_0
///
/// where L(u) is the lower triangular Toeplitz matrix of first column u. Made once by Levinson's recursion,
/// O(n^2) time and O(n) memory; then products and solves are O(n log n).
public struct Toeplitz: Sendable {
  /// t, the first column of T.
  public let column: [Double]
  /// log |T|.
  public let logDeterminant: Double
  /// u, the first column of T^-1.
  public let inverseColumn: [Double]
  /// v.
  let reversedColumn: [Double]
  private let transform: FourierTransform
  private let spectra: (matrix: Spectrum, first: Spectrum, second: Spectrum)

  /// - Throws: `notFinite`, or `notPositiveDefinite` with the order at which Levinson's recursion meets a
  ///   prediction error that is not positive.
  public init(_ column: [Double]) throws(LinearAlgebraError) {
    if let i = column.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: i, column: 0, value: column[i])
    }
    let n = column.count
    (self.column, transform) = (column, FourierTransform(atLeast: 2 * n))
    let (polynomial, error, logDeterminant) = try Self.levinson(column)
    self.logDeterminant = logDeterminant
    let u = polynomial.map { $0 / error }
    inverseColumn = u
    let v = (0..<n).map { $0 == 0 ? 0 : u[n - $0] }
    reversedColumn = v
    var circulant = Array(repeating: 0.0, count: transform.count)
    for i in 0..<n {
      circulant[i] = column[i]
      if i > 0 { circulant[transform.count - i] = column[i] }
    }
    spectra = (Spectrum(circulant, [], transform), Spectrum(u, [], transform), Spectrum(v, [], transform))
  }

  public var count: Int { column.count }

  /// a and E with T a = E e_0 and a_0 = 1: the best linear prediction, and its error (Golub and Van Loan
  /// 2013, section 4.7.3).
  private static func levinson(
    _ t: [Double]
  ) throws(LinearAlgebraError) -> (polynomial: [Double], error: Double, logDeterminant: Double) {
    let n = t.count
    var a = Array(repeating: 0.0, count: n)
    guard n > 0 else { return (a, 1, 0) }
    a[0] = 1
    var (error, sum) = (t[0], 0.0)
    for m in 0..<n {
      if m > 0 {
        var residual = 0.0
        for i in 0..<m { residual += a[i] * t[m - i] }
        let k = -residual / error
        // a_i and a_{m-i} together, in place.
        var (i, j) = (0, m)
        while i < j {
          (a[i], a[j]) = (a[i] + k * a[j], a[j] + k * a[i])
          (i, j) = (i + 1, j - 1)
        }
        if i == j { a[i] += k * a[i] }
        error *= (1 - k) * (1 + k)
      }
      guard error > 0 else { throw .notPositiveDefinite(pivot: m) }
      sum += log(error)
    }
    return (a, error, sum)
  }

  /// T x. Cost: O(n log n).
  public func multiply(_ x: [Double]) -> [Double] { multiply((x, x)).0 }

  /// T^-1 b, with one step of refinement. Cost: O(n log n).
  public func solve(_ b: [Double]) -> [Double] { solve((b, b)).0 }

  /// Two vectors, as the real and the imaginary part of one: what acts on them is real.
  typealias Pair = ([Double], [Double])

  private func multiply(_ x: Pair) -> Pair {
    precondition(x.0.count == count && x.1.count == count, "\(x.0.count) elements for a matrix of \(count)")
    var room = Spectrum(x.0, x.1, transform)
    room.multiply(by: spectra.matrix)
    return room.values(transform, count: count)
  }

  /// T^-1 of two vectors at the cost of one.
  func solve(_ b: Pair) -> Pair {
    precondition(b.0.count == count && b.1.count == count, "\(b.0.count) elements for a matrix of \(count)")
    guard count > 0 else { return b }
    var x = applyInverse(b)
    let product = multiply(x)
    let correction = applyInverse(
      (zip(b.0, product.0).map { $0 - $1 }, zip(b.1, product.1).map { $0 - $1 }))
    for i in 0..<count {
      x.0[i] += correction.0[i]
      x.1[i] += correction.1[i]
    }
    return x
  }

  private func applyInverse(_ b: Pair) -> Pair {
    let right = Spectrum(b.0, b.1, transform)
    func square(_ factor: Spectrum) -> Spectrum {
      var room = right
      room.multiply(byConjugate: factor)
      let inner = room.values(transform, count: count)
      room = Spectrum(inner.0, inner.1, transform)
      room.multiply(by: factor)
      return room
    }
    var result = square(spectra.first)
    result.subtract(square(spectra.second))
    let sum = result.values(transform, count: count)
    return (sum.0.map { $0 / inverseColumn[0] }, sum.1.map { $0 / inverseColumn[0] })
  }

  /// The diagonal of T^-1. Cost: O(n).
  public var inverseDiagonal: [Double] {
    var sum = 0.0
    return zip(inverseColumn, reversedColumn).map { u, v in
      sum += (u - v) * (u + v)
      return sum / inverseColumn[0]
    }
  }

  /// sum_i T^-1[i, i + lag] for each lag. Cost: O(n^2).
  public var inverseDiagonalSums: [Double] {
    let (n, u, v) = (count, inverseColumn, reversedColumn)
    return (0..<n).map { lag in
      var sum = 0.0
      for m in 0..<(n - lag) { sum += Double(n - lag - m) * (u[m] * u[m + lag] - v[m] * v[m + lag]) }
      return sum / u[0]
    }
  }
}

/// The transform of a sequence that is padded with zeros.
private struct Spectrum: Sendable {
  private var real: [Double]
  private var imaginary: [Double]

  init(_ x: [Double], _ y: [Double], _ transform: FourierTransform) {
    real = x + Array(repeating: 0, count: transform.count - x.count)
    imaginary = y + Array(repeating: 0, count: transform.count - y.count)
    withParts { transform.forward($0, $1) }
  }

  private mutating func withParts(_ body: (FourierTransform.Buffer, FourierTransform.Buffer) -> Void) {
    real.withUnsafeMutableBufferPointer { real in
      imaginary.withUnsafeMutableBufferPointer { imaginary in
        guard let real = real.baseAddress, let imaginary = imaginary.baseAddress else { return }
        body(real, imaginary)
      }
    }
  }

  mutating func multiply(by other: Spectrum) {
    for i in real.indices {
      (real[i], imaginary[i]) = (
        real[i] * other.real[i] - imaginary[i] * other.imaginary[i],
        real[i] * other.imaginary[i] + imaginary[i] * other.real[i]
      )
    }
  }

  mutating func multiply(byConjugate other: Spectrum) {
    for i in real.indices {
      (real[i], imaginary[i]) = (
        real[i] * other.real[i] + imaginary[i] * other.imaginary[i],
        imaginary[i] * other.real[i] - real[i] * other.imaginary[i]
      )
    }
  }

  mutating func subtract(_ other: Spectrum) {
    for i in real.indices {
      real[i] -= other.real[i]
      imaginary[i] -= other.imaginary[i]
    }
  }

  /// The first numbers of the sequence.
  func values(_ transform: FourierTransform, count: Int) -> ([Double], [Double]) {
    var copy = self
    copy.withParts { transform.inverse($0, $1) }
    return (Array(copy.real[..<count]), Array(copy.imaginary[..<count]))
  }
}
