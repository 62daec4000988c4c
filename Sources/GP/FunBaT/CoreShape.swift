/// Where the weights of a core are, and the pairs of them that meet the same second moments.
///
/// Weight (r_1 ... r_K) has the number that is read with mode 0 as its first digit. The pairs r <= s of a
/// mode are numbered as `TensorMoments` has them, and a pair of weights has the number of its modes' pairs,
/// read likewise: E[W_i W_j] counts with prod_k E[u_(k r_k) u_(k s_k)], which does not tell r_k, s_k from
/// s_k, r_k.
package struct CoreShape {
  package let ranks: [Int]
  /// The number of weights.
  package let count: Int
  /// By mode, and in all.
  let pairsOfModes: [Int]
  package let pairs: Int
  /// Of weights i and j: `pairOf[i * count + j]`.
  package let pairOf: [Int32]
  /// The weights on the superdiagonal.
  package let diagonal: [Int]

  package init(_ ranks: [Int]) {
    let count = ranks.reduce(1, *)
    let pairsOfModes = ranks.map { $0 * ($0 + 1) / 2 }
    let digits = (0..<count).map { Self.digits($0, ranks) }
    var pairOf = Array(repeating: Int32(0), count: count * count)
    for i in 0..<count {
      for j in 0..<count {
        let pair = ranks.indices.reduce(0) { number, k in
          let (r, s) = (min(digits[i][k], digits[j][k]), max(digits[i][k], digits[j][k]))
          return number * pairsOfModes[k] + r * ranks[k] - r * (r - 1) / 2 + s - r
        }
        pairOf[i * count + j] = Int32(pair)
      }
    }
    diagonal = (0..<(ranks.min() ?? 0)).map { r in ranks.reduce(0) { $0 * $1 + r } }
    pairs = pairsOfModes.reduce(1, *)
    (self.ranks, self.count, self.pairsOfModes, self.pairOf) = (ranks, count, pairsOfModes, pairOf)
  }

  /// The digits of a number whose places have these bases.
  private static func digits(_ number: Int, _ bases: [Int]) -> [Int] {
    var (rest, digits) = (number, bases)
    for k in bases.indices.reversed() { (rest, digits[k]) = (rest / bases[k], rest % bases[k]) }
    return digits
  }

  /// The numbers with a mode's digit first, then those of the others: the number at `digit * others + other`.
  private static func order(_ bases: [Int], by mode: Int) -> [Int32] {
    let others = bases.indices.filter { $0 != mode }
    let rest = others.map { bases[$0] }
    let count = rest.reduce(1, *)
    return (0..<(bases[mode] * count)).map { place in
      var digits = Array(repeating: place / count, count: bases.count)
      for (k, digit) in zip(others, Self.digits(place % count, rest)) { digits[k] = digit }
      return Int32(zip(digits, bases).reduce(0) { $0 * $1.1 + $1.0 })
    }
  }

  /// Weights by the digit of a mode, then by those of the others.
  func weights(by mode: Int) -> [Int32] { Self.order(ranks, by: mode) }
  /// Pairs likewise.
  func pairs(by mode: Int) -> [Int32] { Self.order(pairsOfModes, by: mode) }
}
