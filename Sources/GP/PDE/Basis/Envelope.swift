import Foundation
import NumericCore

/// The squared exponential covariance on an interval, as a sum of products of polynomials: with t from -1 to 1 along the
/// interval, P_k the Legendre polynomials of norm 1, and a the interval's length over twice the length scale,
///
///     exp(-(x - x')^2 / (2 l^2)) = sum_n g_n(t) g_n(t'),   g_n = exp(-a^2 t^2 / 2) (a t)^n / sqrt(n!)
///                                = sum_i e_i(t) e_i(t'),   e_i = sum_(k >= i) R_ik P_k
///
/// with R the triangle of the QR factorisation of the coefficients of the g_n in the P_k. The deviations of the e_i fall
/// faster than geometrically once i > a, and each e_i keeps its relative accuracy and that of its derivatives, since it is
/// a short combination of polynomials: a factorisation of the covariance itself would lose what is below the square
/// root of rounding.
struct Envelope: Sendable {
  private let centre, halfLength: Double
  /// R', without the columns below rounding.
  private let coefficients: Matrix
  var count: Int { coefficients.columns }
  /// The root mean square of each e_i over the interval, times the root of 2.
  var deviations: [Double] { (0..<count).map { norm(Array(coefficients.column($0))) } }

  /// Below rounding of values of order 1.
  static let rounding = 1e-17

  /// - Parameter smallest: the deviation below which functions are left out.
  init(on interval: ClosedRange<Double>, lengthScale: Double, smallest: Double = rounding) {
    centre = 0.5 * (interval.lowerBound + interval.upperBound)
    halfLength = 0.5 * (interval.upperBound - interval.lowerBound)
    let a = halfLength / lengthScale
    // max |g_n| = a^n / sqrt(n!) exp(-a^2 / 2) falls once n > a^2, faster than a geometric series.
    var (terms, size) = (0, exp(-0.5 * a * a))
    while Double(terms) <= a * a || size > smallest {
      terms += 1
      size *= a / Double(terms).squareRoot()
    }
    // A few more degrees for the exponential that multiplies the last terms.
    let degrees = terms + 8
    let rule = GaussLegendre(degrees + terms)
    var functions = Matrix(rows: rule.nodes.count, columns: terms)
    let places = rule.nodes.map { 2 * $0 - 1 }
    for (i, t) in places.enumerated() {
      var g = 2 * rule.weights[i] * exp(-0.5 * a * a * t * t)
      for n in 0..<terms {
        functions[i, n] = g
        g *= a * t / Double(n + 1).squareRoot()
      }
    }
    let polynomials = Self.polynomials(at: places, count: degrees, order: 0)[0]
    let r = QR(finite: functions.transposeTimes(polynomials)).r
    let sizes = (0..<r.rows).map { i in (0..<r.columns).reduce(0) { $0 + r[i, $1] * r[i, $1] }.squareRoot() }
    let kept = (sizes.lastIndex { $0 > smallest } ?? 0) + 1
    var coefficients = Matrix(rows: degrees, columns: kept)
    for i in 0..<kept { for k in 0..<degrees { coefficients[k, i] = r[i, k] } }
    self.coefficients = coefficients
  }

  /// The e_i at points, and their derivatives up to an order.
  func evaluate(at x: [Double], order: Int) -> [Matrix] {
    let t = x.map { ($0 - centre) / halfLength }
    var result: [Matrix] = []
    var scale = 1.0
    for polynomials in Self.polynomials(at: t, count: coefficients.rows, order: order) {
      var values = polynomials * coefficients
      values.withUnsafeMutableBufferPointer { values in for i in values.indices { values[i] *= scale } }
      result.append(values)
      scale /= halfLength
    }
    return result
  }

  /// The Legendre polynomials of norm 1 on [-1, 1], and their derivatives, by
  ///
  ///     (k + 1) L_(k+1) = (2 k + 1) t L_k - k L_(k-1),   L_(k+1)^(d) = L_(k-1)^(d) + (2 k + 1) L_k^(d-1)
  static func polynomials(at t: [Double], count: Int, order: Int) -> [Matrix] {
    let n = t.count
    var result: [Matrix] = []
    for d in 0...order {
      var values = Matrix(rows: n, columns: count)
      values.withUnsafeMutableBufferPointer { to in
        if d == 0 { for i in 0..<n { to[i] = 1 } }
        for k in 1..<max(count, 1) {
          let (before, last, next) = (n * max(k - 2, 0), n * (k - 1), n * k)
          if d == 0 {
            let (rise, fall) = (Double(2 * k - 1) / Double(k), Double(k - 1) / Double(k))
            for i in 0..<n { to[next + i] = rise * t[i] * to[last + i] - fall * to[before + i] }
          } else {
            // Derivatives of L_0 are 0, and stand for those of L_-1.
            result[d - 1].withUnsafeColumn(k - 1) { lower in
              for i in 0..<n { to[next + i] = to[before + i] + Double(2 * k - 1) * lower[i] }
            }
          }
        }
      }
      result.append(values)
    }
    for d in 0...order {
      result[d].withUnsafeMutableBufferPointer { to in
        for k in 0..<count {
          let norm = (Double(k) + 0.5).squareRoot()
          for i in n * k..<n * (k + 1) { to[i] *= norm }
        }
      }
    }
    return result
  }
}

extension QR {
  /// Of a matrix that is made of finite numbers, as coefficients of bounded functions are.
  init(finite matrix: Matrix) {
    do { try self.init(matrix) } catch { preconditionFailure("\(error)") }
  }
}
