import Foundation

/// The exact law of the numbers of offspring: each vector of counts with its probability.
typealias OffspringLaw = [[Int]: Double]

/// Exact laws, from the schemes' definitions; `shares` are M W_i, and sum to M.
enum ExactOffspring {
  /// M independent ancestors, one after the other.
  static func multinomial(_ shares: [Double], count: Int) -> OffspringLaw {
    independent(Array(repeating: shares.map { $0 / shares.reduce(0, +) }, count: count))
  }

  /// One independent ancestor a stratum [k, k + 1): particle i with the part of the stratum that is its own.
  static func stratified(_ shares: [Double]) -> OffspringLaw {
    independent(strata(shares))
  }

  /// The overlap of each stratum with each particle's part of the line.
  static func strata(_ shares: [Double]) -> [[Double]] {
    let ends = ends(shares)
    let count = Int(ends[shares.count].rounded())
    func overlap(_ i: Int, _ k: Int) -> Double {
      let (low, high) = (max(ends[i], Double(k)), min(ends[i + 1], Double(k + 1)))
      return max(0, high - low)
    }
    return (0..<count).map { k in shares.indices.map { overlap($0, k) } }
  }

  /// Counts are constant in u between the fractional parts of the ends of the particles' parts.
  static func systematic(_ shares: [Double]) -> OffspringLaw {
    let ends = ends(shares)
    let breaks = ([0, 1] + ends.dropFirst().dropLast().map { $0 - $0.rounded(.down) }).sorted()
    var law: OffspringLaw = [:]
    for (a, b) in zip(breaks, breaks.dropFirst()) where b - a > 1e-14 {
      let u = (a + b) / 2
      // the points k + u below x are as many as the whole numbers below x - u
      let below = ends.map { Int(($0 - u).rounded(.up)) }.map { max($0, 0) }
      law[shares.indices.map { below[$0 + 1] - below[$0] }, default: 0] += b - a
    }
    return law
  }

  static func residual(_ shares: [Double]) -> OffspringLaw {
    let certain = shares.map { Int(($0 + 1e-12).rounded(.down)) }
    let rest = zip(shares, certain).map { max($0 - Double($1), 0) }
    let drawn = Int(rest.reduce(0, +).rounded())
    guard drawn > 0 else { return [certain: 1] }
    var law: OffspringLaw = [:]
    for (counts, p) in multinomial(rest, count: drawn) { law[zip(certain, counts).map(+)] = p }
    return law
  }

  /// The law given that a uniformly picked offspring is of particle b: weighted by its count.
  static func conditional(_ law: OffspringLaw, on b: Int) -> OffspringLaw {
    let mean = law.reduce(0) { $0 + $1.value * Double($1.key[b]) }
    return law.reduce(into: [:]) { result, entry in
      if entry.key[b] > 0 { result[entry.key] = entry.value * Double(entry.key[b]) / mean }
    }
  }

  private static func ends(_ shares: [Double]) -> [Double] {
    shares.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  private static func independent(_ ancestors: [[Double]]) -> OffspringLaw {
    var law: OffspringLaw = [Array(repeating: 0, count: ancestors[0].count): 1]
    for probabilities in ancestors {
      var next: OffspringLaw = [:]
      for (counts, mass) in law {
        for (i, p) in probabilities.enumerated() where p > 0 {
          var more = counts
          more[i] += 1
          next[more, default: 0] += mass * p
        }
      }
      law = next
    }
    return law
  }
}
