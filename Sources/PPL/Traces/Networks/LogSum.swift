/// A sum of logarithms from which summands can be taken away again, infinite ones too.
struct LogSum: BitwiseCopyable, Sendable {
  private var finite = 0.0
  private var negative = 0
  private var positive = 0
  private var undefined = 0

  @inline(__always) mutating func add(_ x: Double) {
    if x.isFinite { finite += x } else { count(x, 1) }
  }

  @inline(__always) mutating func remove(_ x: Double) {
    if x.isFinite { finite -= x } else { count(x, -1) }
  }

  private mutating func count(_ x: Double, _ times: Int) {
    if x.isNaN { undefined += times } else if x < 0 { negative += times } else { positive += times }
  }

  /// NaN where a summand is, or where there are both infinities.
  var value: Double {
    if undefined > 0 || (negative > 0 && positive > 0) { return .nan }
    return negative > 0 ? -.infinity : positive > 0 ? .infinity : finite
  }
}
