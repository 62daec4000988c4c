import Foundation
import GP
import NumericCore
import Testing

/// The bound of Tucker forms against its definition, of dense Gaussians and literal sums over the core.
@Suite struct TuckerBoundTests {
  typealias DenseMode = TensorBoundTests.DenseMode

  /// A term of the signal: the additive effect of a mode, or a product with its weight.
  enum Term {
    case effect(Int)
    case product(weight: Int, functions: [Int])

    func component(_ mode: Int) -> Int? {
      switch self {
      case .effect(let own): own == mode ? 0 : nil
      case .product(_, let functions): functions[mode] + 1
      }
    }
  }

  static func terms(_ ranks: [Int]) -> [Term] {
    var functions = [[Int]()]
    for rank in ranks { functions = functions.flatMap { head in (0..<rank).map { head + [$0] } } }
    return ranks.indices.map { .effect($0) }
      + functions.enumerated().map { .product(weight: $0.offset, functions: $0.element) }
  }

  /// E[(y - sum of terms)^2].
  static func expectedSquare(_ y: Double, at place: [Int], _ modes: [DenseMode], _ core: TuckerCore) -> Double {
    let terms = terms(core.shape.ranks)
    func weight(_ term: Term) -> Double {
      if case .product(let i, _) = term { core.mean[i] } else { 1 }
    }
    func weights(_ t: Term, _ u: Term) -> Double {
      guard case .product(let i, _) = t, case .product(let j, _) = u else { return weight(t) * weight(u) }
      return core.covariance[i * core.shape.count + j] + core.mean[i] * core.mean[j]
    }
    var sum = y * y
    for t in terms {
      sum -= 2 * y * modes.indices.reduce(weight(t)) { $0 * modes[$1].moment(place[$1], t.component($1)) }
      for u in terms {
        sum += modes.indices.reduce(weights(t, u)) {
          $0 * modes[$1].moment(place[$1], t.component($1), u.component($1))
        }
      }
    }
    return sum
  }

  /// KL(N(m, S) || N(0, 1 / alpha)) of the weights that are not switched off.
  static func divergence(_ core: TuckerCore) throws -> Double {
    let (n, active) = (core.shape.count, core.alphas.indices.filter { core.alphas[$0] < .infinity })
    guard !active.isEmpty else { return 0 }
    var covariance = Matrix(rows: active.count, columns: active.count)
    for (a, i) in active.enumerated() {
      for (b, j) in active.enumerated() { covariance[a, b] = core.covariance[i * n + j] }
    }
    return try active.reduce(-0.5 * (Cholesky(covariance).logDeterminant + Double(active.count))) { sum, i in
      let square = core.covariance[i * n + i] + core.mean[i] * core.mean[i]
      return sum + 0.5 * (core.alphas[i] * square - log(core.alphas[i]))
    }
  }

  @Test(arguments: [[2, 2, 2], [2, 2, 1], [3, 2, 1], [2, 3, 2], [1, 1, 1]]) func isItsDefinition(ranks: [Int])
    throws
  {
    // Cells of a grid of 4 x 3 x 2 places, one missing and one twice: two products with one function of the
    // last mode.
    let cells = [3, 3, 5, 0, 1, 2, 4] + (7..<24)
    let columns = [
      cells.map { Double($0 / 6) }, cells.map { 1.25 * Double($0 / 2 % 3) }, cells.map { Double($0 % 2) },
    ]
    let values = cells.indices.map { i in
      let (x, y, z) = (columns[0][i], columns[1][i], columns[2][i])
      return (1.5 - z) * (sin(x) * (1 - y) + 1.4 * cos(2 * x) * y) + z * x * y * 0.3 + 0.05 * sin(Double(7 * i))
    }
    let indexes = columns.map { ModeIndex($0) }
    var active = 0
    for (sweeps, seed) in [(1, 1), (2, 2), (12, 3), (200, 3)] {
      let products = TensorFactorisation(
        TensorEntries(indexes, values: values), rank: ranks.min() ?? 0, smoothness: .threeHalves,
        key: RandomKey(seed: 2))
      products.run(maximumSweeps: 3, tolerance: 1e-12)
      let fit = TensorFactorisation(products, ranks: ranks, key: RandomKey(seed: UInt64(seed)))
      fit.run(maximumSweeps: sweeps, tolerance: 0)
      let core = try #require(fit.core)
      #expect(sweeps < 200 || fit.returns > 0)
      active += core.alphas.count { $0 < .infinity }
      let modes = try fit.chains.map { try DenseMode($0) }
      let squares = values.indices.reduce(0) { sum, i in
        sum + Self.expectedSquare(values[i], at: indexes.map { Int($0.pointOfEntry[i]) }, modes, core)
      }
      let noise = TensorBoundTests.gammaMoments(shape: fit.shape, rate: fit.rate, prior: (1e-3, 1e-3))
      let logPrior = fit.chains.reduce(0) { $0 + TensorBoundTests.logPrior($1) }
      let likelihood = 0.5 * Double(values.count) * (noise.log - log(2 * .pi)) - 0.5 * noise.mean * squares
      let divergences = try modes.reduce(0) { $0 + $1.divergence } + Self.divergence(core)
      let bound = likelihood - divergences - noise.divergence + logPrior
      let found = try #require(fit.history.last)
      #expect(abs(found - bound) < 1e-6 * max(1, abs(bound)), "\(found) \(bound) after \(sweeps) sweeps")
      for i in values.indices {
        let place = indexes.map { Int($0.pointOfEntry[i]) }
        let (mean, variance) = fit.signal(of: i)
        let second = Self.expectedSquare(0, at: place, modes, core)
        #expect(abs(2 * mean - 1 - (second - Self.expectedSquare(1, at: place, modes, core))) < 1e-6)
        #expect(abs(mean * mean + variance - second) < 1e-6)
      }
    }
    #expect(active > 0 || ranks == [1, 1, 1], "no weight was ever on")
  }
}
