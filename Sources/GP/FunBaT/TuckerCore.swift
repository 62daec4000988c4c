#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The posterior of the weights of a Tucker form given the functions: Gaussian, with a precision alpha_i of
/// the prior of each weight, which maximises the bound (automatic relevance determination by the evidence:
/// Tipping and Faul, 'Fast marginal likelihood maximisation for sparse Bayesian models', AISTATS 2003).
/// Weights whose alpha is infinite are 0, cost nothing and tell nothing; those of the superdiagonal are 1.
///
/// Cost of an update: count^3. Nothing is allocated in it.
package final class TuckerCore {
  package let shape: CoreShape
  /// E[W], Cov[W], and E[W_i W_j] summed over the weights of each pair.
  package let mean, covariance, second: UnsafeMutablePointer<Double>
  /// The messages: sum E[z z^T] by pair, and sum E[z (y - additive effects)], over the entries.
  package let pairSums, linearSums: UnsafeMutablePointer<Double>
  /// By weight; infinite where it is fixed.
  package internal(set) var alphas: [Double]
  /// KL(q(W) || N(0, 1 / alpha)).
  package private(set) var divergence = 0.0
  private let isFixed: [Bool]
  /// Of entries that are no longer at hand, times the E[tau] of their time.
  private let pairMemory, linearMemory: UnsafeMutablePointer<Double>
  /// What they are worth where they were made.
  private(set) var siteStart = 0.0
  private let precision, linear, room: UnsafeMutablePointer<Double>

  /// What rounding leaves of a variance given the other weights when it is 0.
  private static var rounding: Double { 1e-11 }

  package init(_ shape: CoreShape) {
    self.shape = shape
    let (n, block) = (shape.count, VectorRows.allocate)
    (mean, covariance, second) = (block(n), block(n * n), block(shape.pairs))
    (pairSums, linearSums) = (block(shape.pairs), block(n))
    (pairMemory, linearMemory) = (block(shape.pairs), block(n))
    (precision, linear, room) = (block(n * n), block(n), block(n))
    alphas = Array(repeating: .infinity, count: n)
    isFixed = (0..<n).map { shape.diagonal.contains($0) }
    finish()
  }

  deinit {
    for block in [
      mean, covariance, second, pairSums, linearSums, pairMemory, linearMemory, precision, linear, room,
    ] { block.deallocate() }
  }

  /// Takes over another posterior, and its messages as those of entries that are no longer at hand.
  func remember(_ other: TuckerCore, noisePrecision tau: Double) {
    let n = shape.count
    for t in 0..<shape.pairs { pairMemory[t] = other.pairMemory[t] + tau * other.pairSums[t] }
    for i in 0..<n { linearMemory[i] = other.linearMemory[i] + tau * other.linearSums[i] }
    mean.update(from: other.mean, count: n)
    covariance.update(from: other.covariance, count: n * n)
    second.update(from: other.second, count: shape.pairs)
    (alphas, divergence) = (other.alphas, other.divergence)
    siteStart = siteValue
  }

  /// What the messages of entries that are no longer at hand are worth.
  var siteValue: Double {
    var sum = 0.0
    for t in 0..<shape.pairs { sum -= 0.5 * second[t] * pairMemory[t] }
    for i in 0..<shape.count { sum += mean[i] * linearMemory[i] }
    return sum
  }

  /// Lets weights of functions from the given numbers on be N(0, 1), until alphas are learned.
  func admit(beyond ranks: [Int]) {
    for mode in ranks.indices {
      let others = shape.count / shape.ranks[mode]
      for i in shape.weights(by: mode)[(ranks[mode] * others)...].map({ Int($0) }) where !isFixed[i] {
        alphas[i] = 1
      }
    }
  }

  /// Takes the messages, given E[tau] of the noise.
  ///
  /// - Parameter learns: whether alphas are updated, too.
  package func update(noisePrecision tau: Double, learns: Bool = true) {
    let n = shape.count
    for i in 0..<(n * n) {
      let pair = Int(shape.pairOf[i])
      precision[i] = tau * pairSums[pair] + pairMemory[pair]
    }
    for i in 0..<n {
      linear[i] = tau * linearSums[i] + linearMemory[i]
      for d in shape.diagonal { linear[i] -= precision[i * n + d] }
    }
    rebuild()
    if learns { learn() }
    finish()
  }

  /// The best alpha of each weight, one after the other.
  private func learn() {
    let n = shape.count
    for i in 0..<n where !isFixed[i] {
      if alphas[i] < .infinity { remove(i) }
      let (s, q) = evidence(i)
      // Where (log alpha - log(alpha + s) + q^2 / (alpha + s)) / 2 is highest.
      let isUseful = s > Self.rounding * precision[i * n + i] && q * q > s * (1 + Self.rounding)
      alphas[i] = isUseful ? s * s / (q * q - s) : .infinity
      if isUseful { insert(i, s) }
    }
    // Once more without the rounding errors of what was removed.
    rebuild()
  }

  /// The covariance of the weights that are not switched off, one by one.
  private func rebuild() {
    let n = shape.count
    covariance.update(repeating: 0, count: n * n)
    divergence = 0
    for i in 0..<n where alphas[i] < .infinity {
      let s = evidence(i).s
      insert(i, s)
      divergence += 0.5 * (log((alphas[i] + s) / alphas[i]) - 1)
    }
  }

  /// Of a weight outside of the covariance: the precision s and the linear term q of its message, all others
  /// integrated out. Leaves Cov[W] Lambda_i in `room`.
  private func evidence(_ i: Int) -> (s: Double, q: Double) {
    let (n, own) = (shape.count, precision + i * shape.count)
    var (s, q) = (own[i], linear[i])
    for j in 0..<n {
      guard alphas[j] < .infinity else {
        room[j] = 0
        continue
      }
      var sum = 0.0
      for k in 0..<n { sum += covariance[j * n + k] * own[k] }
      room[j] = sum
      s -= own[j] * sum
      q -= linear[j] * sum
    }
    return (max(s, 0), q)
  }

  /// Adds u u^T / (alpha + s), u = e_i - Cov[W] Lambda_i, after `evidence`.
  private func insert(_ i: Int, _ s: Double) {
    let n = shape.count
    room[i] = -1
    let scale = 1 / (alphas[i] + s)
    for j in 0..<n where room[j] != 0 {
      for k in 0..<n { covariance[j * n + k] += scale * room[j] * room[k] }
    }
  }

  private func remove(_ i: Int) {
    let (n, own) = (shape.count, covariance + i * shape.count)
    room.update(from: own, count: n)
    let scale = 1 / own[i]
    for j in 0..<n where room[j] != 0 {
      for k in 0..<n { covariance[j * n + k] -= scale * room[j] * room[k] }
    }
    for j in 0..<n { (own[j], covariance[j * n + i]) = (0, 0) }
    alphas[i] = .infinity
  }

  /// E[(W z)^2 - 2 W z (y - additive effects)] summed over the entries of the last messages.
  var squares: Double {
    var sum = 0.0
    for t in 0..<shape.pairs { sum += second[t] * pairSums[t] }
    for i in 0..<shape.count { sum -= 2 * mean[i] * linearSums[i] }
    return sum
  }

  /// Means, second moments and the divergence, of a covariance.
  private func finish() {
    let n = shape.count
    for i in 0..<n {
      var sum = isFixed[i] ? 1.0 : 0
      for k in 0..<n { sum += covariance[i * n + k] * linear[k] }
      mean[i] = sum
      if alphas[i] < .infinity { divergence += 0.5 * alphas[i] * (sum * sum + covariance[i * n + i]) }
    }
    second.update(repeating: 0, count: shape.pairs)
    for i in 0..<n {
      for j in 0..<n { second[Int(shape.pairOf[i * n + j])] += covariance[i * n + j] + mean[i] * mean[j] }
    }
  }
}
