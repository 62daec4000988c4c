import Foundation
import GP
import NumericCore
import Testing

/// The posterior of a core given its messages, against dense formulas.
@Suite struct TuckerCoreTests {
  /// Messages of 60 random entries: independent functions whose products z are given without error.
  static func core(_ ranks: [Int], seed: UInt64) -> (core: TuckerCore, gram: Matrix, linear: [Double]) {
    let core = TuckerCore(CoreShape(ranks))
    let (n, key) = (core.shape.count, RandomKey(seed: seed))
    var (gram, linear) = (Matrix(rows: n, columns: n), Array(repeating: 0.0, count: n))
    for entry in 0..<60 {
      let own = key.child(UInt64(entry))
      let factors = ranks.indices.map { own.child(UInt64($0)).normals(ranks[$0]) }
      let z = factors.reduce([1.0]) { z, factor in z.flatMap { a in factor.map { a * $0 } } }
      // The superdiagonal, and one other weight.
      let y = core.shape.diagonal.reduce(0) { $0 + z[$1] } + 0.8 * z[1] + 0.3 * own.normals(1)[0]
      for i in 0..<n {
        linear[i] += z[i] * y
        for j in 0..<n { gram[i, j] += z[i] * z[j] }
      }
    }
    for i in 0..<n {
      core.linearSums[i] = linear[i]
      for j in 0..<n { core.pairSums[Int(core.shape.pairOf[i * n + j])] = gram[i, j] }
    }
    return (core, gram, linear)
  }

  /// log of the integral of exp(eta . w - w . Lambda w / 2) under the prior, and the posterior, of free
  /// weights.
  static func dense(_ core: TuckerCore, _ gram: Matrix, _ linear: [Double], tau: Double, alphas: [Double])
    throws -> (
      evidence: Double, mean: [Double], covariance: Matrix, active: [Int]
    )
  {
    let active = alphas.indices.filter { alphas[$0] < .infinity }
    var precision = Matrix(rows: active.count, columns: active.count)
    var eta = active.map { tau * linear[$0] }
    for (a, i) in active.enumerated() {
      for d in core.shape.diagonal { eta[a] -= tau * gram[i, d] }
      for (b, j) in active.enumerated() { precision[a, b] = tau * gram[i, j] + (a == b ? alphas[i] : 0) }
    }
    let factor = try Cholesky(precision)
    let mean = factor.solve(eta)
    let evidence =
      0.5
      * (active.reduce(0) { $0 + log(alphas[$1]) } - factor.logDeterminant
        + zip(eta, mean).reduce(0) { $0 + $1.0 * $1.1 })
    return (evidence, mean, factor.solve(Matrix.identity(active.count)), active)
  }

  @Test(arguments: [[2, 2, 2], [2, 3], [1, 2, 3], [2, 2, 3, 1]]) func isTheDensePosterior(ranks: [Int]) throws {
    let tau = 9.0
    let (core, gram, linear) = Self.core(ranks, seed: 4)
    var last = -Double.infinity
    for _ in 0..<30 {
      core.update(noisePrecision: tau)
      let (evidence, mean, covariance, active) = try Self.dense(
        core, gram, linear, tau: tau, alphas: core.alphas)
      #expect(evidence >= last - 1e-9)
      last = evidence
      let n = core.shape.count
      for i in 0..<n where core.alphas[i] == .infinity {
        #expect(core.mean[i] == (core.shape.diagonal.contains(i) ? 1 : 0))
      }
      // KL(N(m, S) || N(0, 1 / alpha)) from its definition.
      var divergence = -0.5 * Double(active.count)
      if !active.isEmpty { divergence -= 0.5 * (try Cholesky(covariance).logDeterminant) }
      for (a, i) in active.enumerated() {
        #expect(abs(core.mean[i] - mean[a]) < 1e-10)
        for (b, j) in active.enumerated() {
          #expect(abs(core.covariance[i * n + j] - covariance[a, b]) < 1e-10)
        }
        divergence += 0.5 * (core.alphas[i] * (mean[a] * mean[a] + covariance[a, a]) - log(core.alphas[i]))
      }
      #expect(abs(core.divergence - divergence) < 1e-9)
    }
    // No other alpha of any one weight has a higher evidence.
    for i in core.alphas.indices where !core.shape.diagonal.contains(i) {
      for factor in [0.5, 0.9, 1.1, 2, .infinity] {
        var alphas = core.alphas
        alphas[i] = alphas[i] < .infinity ? alphas[i] * factor : 10 * factor
        #expect(try Self.dense(core, gram, linear, tau: tau, alphas: alphas).evidence <= last + 1e-6)
      }
    }
    // The weight that the data have.
    #expect(core.alphas[1] < .infinity && abs(core.mean[1] - 0.8) < 0.2)
  }

  /// E[W W^T] summed by pairs is the same quadratic form, whatever the moments of the modes.
  @Test func pairsAreTheQuadraticForm() {
    let ranks = [2, 3, 4]
    let (core, _, _) = Self.core(ranks, seed: 6)
    core.update(noisePrecision: 2)
    let (key, n) = (RandomKey(seed: 1), core.shape.count)
    let moments = ranks.indices.map { k in
      let draws = key.child(UInt64(k)).normals(ranks[k] * ranks[k])
      return { (r: Int, s: Int) in draws[r * ranks[k] + s] + draws[s * ranks[k] + r] }
    }
    func digits(_ i: Int) -> [Int] { [i / 12, i / 4 % 3, i % 4] }
    var (form, packed) = (0.0, Array(repeating: 0.0, count: core.shape.pairs))
    for i in 0..<n {
      for j in 0..<n {
        let product = (0..<3).reduce(1.0) { $0 * moments[$1](digits(i)[$1], digits(j)[$1]) }
        packed[Int(core.shape.pairOf[i * n + j])] = product
        form += (core.covariance[i * n + j] + core.mean[i] * core.mean[j]) * product
      }
    }
    let sum = packed.indices.reduce(0) { $0 + core.second[$1] * packed[$1] }
    #expect(abs(form - sum) < 1e-10 * max(1, abs(form)))
  }
}
