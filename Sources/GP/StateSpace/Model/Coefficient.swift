/// A number that depends on the hyper-parameters of a kernel, with its derivatives in their coordinates.
struct Coefficient: Sendable {
  var value: Double
  /// One for each coordinate of the kernel's hyper-parameters.
  var slopes: [Double]

  /// The same number among more hyper-parameters: those of this kernel start at `offset`.
  func placed(at offset: Int, of count: Int) -> Coefficient {
    var result = Coefficient(value: value, slopes: Array(repeating: 0, count: count))
    for (i, slope) in slopes.enumerated() { result.slopes[offset + i] = slope }
    return result
  }

  static func * (a: Coefficient, b: Coefficient) -> Coefficient {
    Coefficient(value: a.value * b.value, slopes: zip(a.slopes, b.slopes).map { $0 * b.value + a.value * $1 })
  }

  /// a + sign b.
  static func sum(_ a: Coefficient, _ sign: Double, _ b: Coefficient) -> Coefficient {
    Coefficient(value: a.value + sign * b.value, slopes: zip(a.slopes, b.slopes).map { $0 + sign * $1 })
  }

  func scaled(by factor: Double) -> Coefficient {
    Coefficient(value: factor * value, slopes: slopes.map { factor * $0 })
  }
}
