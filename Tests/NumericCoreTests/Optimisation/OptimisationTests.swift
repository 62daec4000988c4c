import Foundation
import NumericCore
import Testing

@Suite struct OptimisationTests {
  @Test func goldenSection() {
    var evaluations = 0
    let x = goldenSectionMaximum(in: -1...3) {
      evaluations += 1
      return -($0 - 0.7) * ($0 - 0.7) * (2 + sin($0))
    }
    #expect(abs(x - 0.7) < 4e-3)
    #expect(evaluations < 20)
    // At an end, and in no interval at all.
    #expect(abs(goldenSectionMaximum(in: 0...1) { $0 } - 1) < 1e-3)
    #expect(goldenSectionMaximum(in: 2...2) { $0 } == 2)
  }

  /// Rosenbrock's function of n variables; its minimum is 0 at (1, ..., 1).
  private static func rosenbrock(_ x: UnsafeBufferPointer<Double>, _ g: UnsafeMutableBufferPointer<Double>) -> Double {
    var value = 0.0
    for i in g.indices { g[i] = 0 }
    for i in 0..<(x.count - 1) {
      let (a, b) = (x[i + 1] - x[i] * x[i], 1 - x[i])
      value += 100 * a * a + b * b
      g[i] += -400 * x[i] * a - 2 * b
      g[i + 1] += 200 * a
    }
    return value
  }

  @Test(arguments: [2, 10, 100]) func rosenbrock(n: Int) throws {
    let start = (0..<n).map { $0 % 2 == 0 ? -1.2 : 1.0 }
    let optimum = try LBFGS().minimise(from: start, Self.rosenbrock)
    #expect(optimum.position.allSatisfy { abs($0 - 1) < 1e-6 } || optimum.value < 4)
    #expect(optimum.gradientSize < 1e-5)
    for (before, after) in zip(optimum.history, optimum.history.dropFirst()) { #expect(after <= before) }
  }

  @Test func anIllConditionedQuadratic() throws {
    let scales = (0..<30).map { pow(10, 3 * Double($0) / 29) }
    let optimum = try LBFGS().minimise(from: scales.map { _ in 1 }) { x, g in
      var value = 0.0
      for i in x.indices {
        g[i] = scales[i] * (x[i] - 3)
        value += 0.5 * scales[i] * (x[i] - 3) * (x[i] - 3)
      }
      return value
    }
    #expect(optimum.convergence == .gradientIsSmall || optimum.convergence == .changeIsSmall)
    #expect(optimum.position.allSatisfy { abs($0 - 3) < 1e-5 })
  }

  /// x - log x, not defined for x <= 0: the search keeps away from there.
  @Test func aBarrier() throws {
    let optimum = try LBFGS().minimise(from: [30, 1e-3]) { x, g in
      var value = 0.0
      for i in x.indices {
        value += x[i] > 0 ? x[i] - log(x[i]) : .nan
        g[i] = 1 - 1 / x[i]
      }
      return value
    }
    #expect(optimum.position.allSatisfy { abs($0 - 1) < 1e-7 })
  }

  @Test func startsAndSettingsAreChecked() throws {
    #expect(throws: OptimisationError.self) { try LBFGS().minimise(from: [1]) { _, _ in .nan } }
    var bad = LBFGS()
    bad.memory = 0
    #expect(throws: OptimisationError.self) { try bad.minimise(from: [1]) { _, _ in 0 } }
    let atOptimum = try LBFGS().minimise(from: [1, 1], Self.rosenbrock)
    #expect(atOptimum.iterations == 0 && atOptimum.convergence == .gradientIsSmall)
    #expect(try LBFGS().minimise(from: []) { _, _ in 0 }.convergence == .gradientIsSmall)
  }

  /// The first steps by hand (Kingma and Ba, algorithm 1), and the way to an optimum.
  @Test func adam() {
    let adam = Adam(stepSize: 0.1)
    var (x, state) = ([1.0], Adam.State(dimension: 1))
    adam.step(&x, gradient: [2], &state)
    #expect(abs(x[0] - (1 - 0.1 * 2 / (2 + 1e-8))) < 1e-15)
    adam.step(&x, gradient: [-1], &state)
    let mean = (0.9 * 0.2 - 0.1) / (1 - 0.81)
    let square = (0.999 * 0.004 + 0.001) / (1 - 0.999 * 0.999)
    #expect(abs(x[0] - (0.9 - 0.1 * mean / (square.squareRoot() + 1e-8))) < 1e-8)
    for _ in 0..<2000 { adam.step(&x, gradient: [2 * (x[0] - 5)], &state) }
    #expect(abs(x[0] - 5) < 1e-3)
  }
}
