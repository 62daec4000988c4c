import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// A scan denotes what the same loop of Swift denotes.
@Suite struct ScanTests {
  static let returns = [0.3, -0.1, 0.7, -1.2, 0.05, 0.4]

  /// Stochastic volatility, by a scan and by a loop.
  static func volatility(_ returns: [Double], scanned: Bool) -> Model<Random<Double>> {
    Model {
      let phi = Latent("phi", Beta(20, 1.5))
      let sigma = Latent("sigma", InverseGamma(shape: 2.5, scale: 0.05))
      let first = Latent("first", Normal(0, sigma / sqrt(1 - phi * phi)))
      if scanned {
        let scan = Scan("path", over: returns, from: first) { h, y in
          let next = Latent("h", Normal(phi * h, sigma))
          Observe(y, from: Normal(0, exp(0.5 * next)), as: "y")
          Return(next)
        }
        scan
        Return(scan.final)
      } else {
        var h = first
        for (t, y) in returns.enumerated() {
          h = Latent("h[\(t)]", Normal(phi * h, sigma))
          Observe(y, from: Normal(0, exp(0.5 * h)), as: "y[\(t)]")
        }
        Return(h)
      }
    }
  }

  @Test func hasTheDensityAndGradientOfTheLoop() throws {
    try expectSame(Self.volatility(Self.returns, scanned: true), Self.volatility(Self.returns, scanned: false))
  }

  @Test func gradientAgreesWithDifferences() throws {
    let compiled = try CompiledModel(Self.volatility(Self.returns, scanned: true))
    let position = try compiled.start(.random, key: RandomKey(seed: 3))
    try expectGradient(of: compiled.density, at: position, "stochastic volatility")
  }

  /// Vectors as states and sequences, transforms with Jacobians at each step, two sequences, a factor, and a random
  /// sequence.
  @Test func vectorStates() throws {
    let columns = [[0.5, 1], [0.2, -1], [1.5, 0.3], [-0.7, 0.1]]
    let x = try Matrix(columns: columns)
    let y = [2, 0, 3, 1]
    func model(scanned: Bool) -> Model<Random<[Double]>> {
      Model {
        let z = Latent("z", Normal(0, 1), count: 4)
        let a = Latent("a", Exponential(rate: 2))
        let start = Latent("start", Normal(0, 1), count: 2)
        if scanned {
          let scan = Scan("s", over: x, y, from: (start, Random<Double>(0.5))) { state, row, k in
            let shape = Latent("shape", Gamma(shape: 2, rate: 1 + state.1))
            let share = Latent("share", Dirichlet([2, 3, 1.5]))
            let beta = state.0 * a + shape * row
            Observe(k, from: PoissonLog(logRate: dot(beta, row) + share[1]), as: "k")
            Factor(-0.1 * square(shape) * share[0], as: "penalty")
            Return((beta, 0.5 * state.1 + shape))
          }
          scan
          Factor(0.2 * scan.final.1 + dot(scan.states.1, z))
          Return(scan.final.0)
        } else {
          var (beta, level) = (start, Random<Double>(0.5))
          var levels: [Random<Double>] = []
          for t in 0..<4 {
            let shape = Latent("shape[\(t)]", Gamma(shape: 2, rate: 1 + level))
            let share = Latent("share[\(t)]", Dirichlet([2, 3, 1.5]))
            beta = beta * a + shape * columns[t]
            Observe(y[t], from: PoissonLog(logRate: dot(beta, columns[t]) + share[1]), as: "k[\(t)]")
            Factor(-0.1 * square(shape) * share[0], as: "penalty[\(t)]")
            level = 0.5 * level + shape
            levels.append(level)
          }
          Factor(0.2 * level + dot(Random<[Double]>(levels), z))
          Return(beta)
        }
      }
    }
    try expectSame(model(scanned: true), model(scanned: false))
    let compiled = try CompiledModel(model(scanned: true))
    try expectGradient(
      of: compiled.density, at: try compiled.start(.random(radius: 1), key: RandomKey(seed: 4)), "vector states")
  }

  /// A scan over the elements of a random vector, and a scan in a scan.
  @Test func scansNest() throws {
    func model(scanned: Bool) -> Model<Random<Double>> {
      Model {
        let z = Latent("z", Normal(0, 1), count: 3)
        let b = Latent("b", Normal(0, 1))
        if scanned {
          let outer = Scan("outer", over: z, from: b) { s, e in
            let inner = Scan("inner", over: [0.1, 0.4], from: s * e) { u, y in
              let v = Latent("v", Normal(u + b, 1))
              Observe(y, from: Normal(v + e, 0.7))
              Return(0.5 * v + s)
            }
            inner
            Return(inner.final + inner.states[0])
          }
          outer
          Factor(-square(outer.final))
          Return(outer.final)
        } else {
          var s = b
          for i in 0..<3 {
            let e = z[i]
            var u = s * e
            var first = u
            for (j, y) in [0.1, 0.4].enumerated() {
              let v = Latent("v[\(i),\(j)]", Normal(u + b, 1))
              Observe(y, from: Normal(v + e, 0.7))
              u = 0.5 * v + s
              if j == 0 { first = u }
            }
            s = u + first
          }
          Factor(-square(s))
          Return(s)
        }
      }
    }
    try expectSame(model(scanned: true), model(scanned: false))
  }

  /// Both densities at one point. The coordinates of a scan's sites lie step by step, those of a loop's in the order in
  /// which they are met: sites are matched by value.
  private func expectSame<A, B>(_ scanned: Model<A>, _ looped: Model<B>) throws {
    let (scan, loop) = (try CompiledModel(scanned), try CompiledModel(looped))
    #expect(scan.density.dimension == loop.density.dimension)
    let order = try loopOrder(scan, loop)
    for seed in 0..<5 {
      let position = RandomKey(seed: UInt64(seed)).normals(scan.density.dimension).map { 0.7 * $0 }
      let (value, gradient) = valueAndGradient(scan.density, at: position)
      let (other, otherGradient) = valueAndGradient(loop.density, at: order.map { position[$0] })
      #expect(abs(value - other) < 1e-11 * max(1, abs(value)), "\(value), \(other)")
      for (i, j) in order.enumerated() {
        #expect(abs(otherGradient[i] - gradient[j]) < 1e-10 * max(1, abs(gradient[j])), "coordinate \(j)")
      }
    }
  }

  /// For each coordinate of the loop's position, that of the scan's.
  private func loopOrder<A, B>(_ scan: CompiledModel<A>, _ loop: CompiledModel<B>) throws -> [Int] {
    try loop.inferredSites.flatMap { site -> [Int] in
      let parts = site.path.split(separator: "[")
      let name = String(parts[0])
      let own = try #require(scan.inferredSites.first { $0.path.split(separator: "/").last.map(String.init) == name })
      guard parts.count > 1 else { return Array(own.range) }
      let indices = parts[1].dropLast().split(separator: ",").compactMap { Int($0) }
      let step = indices.count == 2 ? indices[0] * 2 + indices[1] : indices[0]
      let width = site.range.count
      return (0..<width).map { own.range.lowerBound + step * width + $0 }
    }
  }
}
