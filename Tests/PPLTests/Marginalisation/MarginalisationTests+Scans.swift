import Foundation
import NumericCore
import PPL

/// Scans whose states are summed out, beside the same loops with values in place of the states.
extension MarginalisationTests {
  /// A hidden Markov model as a scan, with random transitions, whose first state is a site of its own.
  static func hidden(_ given: [[Int]]?) -> Model<Random<[Double]>> {
    Model {
      let mu = Latent("mu", Normal([-1.0, 0.5, 2], 2), count: 3)
      let rows = Latent("rows", Normal(0, 1), count: 9)
      let start = given.map { Random<Int>($0[0][0]) } ?? Latent("start", Categorical([0.2, 0.5, 0.3]))
      if given != nil { Factor(Categorical([0.2, 0.5, 0.3]).logDensity(at: start)) }
      if let given {
        // the same as a loop
        var previous = start
        for (t, y) in y.enumerated() {
          let p = transition(rows, previous)
          let state = Random<Int>(given[1][t])
          Factor(Categorical(p).logDensity(at: state))
          Observe(y, from: Normal(mu[state] + 0.2 * previous.real, 0.7))
          previous = state
        }
      } else {
        let scan = Scan("path", over: y, from: start) { previous, y in
          let state = Latent("z", Categorical(transition(rows, previous)))
          Observe(y, from: Normal(mu[state] + 0.2 * previous.real, 0.7), as: "y")
          Return(state)
        }
        scan
      }
      Return(mu)
    }
  }

  private static func transition(_ rows: Random<[Double]>, _ state: Random<Int>) -> Random<[Double]> {
    let logits = Random<[Double]>((0..<3).map { rows[state + 3 * $0] })
    return exp(logits - logits.logSumExp)
  }

  private static func step(
    _ one: Random<Int>, _ two: Random<Int>, _ trend: Random<Double>, _ shared: Random<Int>, _ a: Random<Double>
  ) -> Random<Double> {
    logistic(a * (1 + one.real) - 0.4 * two.real + 0.3 * shared.real + 0.2 * trend)
  }

  private static func next(_ count: Random<Int>, _ z: Random<Int>) -> Random<Int> {
    (count.real > 1.5).choose(Random<Int>(2), else: count + z)
  }

  /// A chain of second order that starts at numbers, with a site that all steps share, one that each step has to itself,
  /// a continuous latent in each step, a continuous state, and what depends on both final states.
  static func joinedChain(_ given: [[Int]]?) -> Model<Random<[Double]>> {
    return Model {
      let a = Latent("a", Normal(0, 1))
      let shared = given.map { Random<Int>($0[0][0]) } ?? Latent("shared", Binomial(trials: 2, 0.4))
      if given != nil { Factor(Binomial(trials: 2, 0.4).logDensity(at: shared)) }
      if let given {
        var (one, two, trend) = (Random<Int>(1), Random<Int>(0), Random<Double>(0.3))
        let noise = Latent("path/noise", Normal(0.1, 1), count: y.count)
        for (t, y) in y.enumerated() {
          let p = step(one, two, trend, shared, a)
          let (state, switched) = (Random<Int>(given[1][t]), Random<Int>(given[2][t]))
          Factor(Binomial(trials: 1, p).logDensity(at: state))
          Factor(Binomial(trials: 1, 0.3).logDensity(at: switched))
          Observe(y, from: Normal(state.real + noise[t] * (1 + switched.real), 0.8))
          trend = 0.7 * trend + a
          (one, two) = (state, one)
        }
        Factor(-0.2 * square(one.real + trend - a) - 0.1 * shared.real * two.real)
      } else {
        let scan = Scan("path", over: y, from: (Random<Int>(1), Random<Int>(0), Random<Double>(0.3))) { state, y in
          let p = step(state.0, state.1, state.2, shared, a)
          let next = Latent("z", Binomial(trials: 1, p))
          let switched = Latent("switched", Binomial(trials: 1, 0.3))
          let noise = Latent("noise", Normal(0.1, 1))
          Observe(y, from: Normal(next.real + noise * (1 + switched.real), 0.8), as: "y")
          Return((next, state.0, 0.7 * state.2 + a))
        }
        scan
        let (one, two, trend) = scan.final
        Factor(-0.2 * square(one.real + trend - a) - 0.1 * shared.real * two.real)
      }
      Return(Random<[Double]>([a]))
    }
  }

  /// Two scans, the second of which starts where the first ends; the state counts, and stops at 2.
  static func counted(_ given: [[Int]]?) -> Model<Random<[Double]>> {
    Model {
      let a = Latent("a", Normal(0, 1))
      if let given {
        var count = Random<Int>(0)
        let steps = y.count
        for (t, y) in (y + y).enumerated() {
          let z = Random<Int>(given[t / steps][t % steps])
          Factor(Binomial(trials: 1, logistic(a - count.real)).logDensity(at: z))
          count = next(count, z)
          Observe(y, from: Normal(a * count.real + (t < steps ? 0 : 1), 0.8))
        }
      } else {
        let first = Scan("first", over: y, from: Random<Int>(0)) { count, y in
          let z = Latent("z", Binomial(trials: 1, logistic(a - count.real)))
          let new = next(count, z)
          Observe(y, from: Normal(a * new.real, 0.8), as: "y")
          Return(new)
        }
        first
        let second = Scan("second", over: y, from: first.final) { count, y in
          let z = Latent("z", Binomial(trials: 1, logistic(a - count.real)))
          let new = next(count, z)
          Observe(y, from: Normal(a * new.real + 1, 0.8), as: "y")
          Return(new)
        }
        second
      }
      Return(Random<[Double]>([a]))
    }
  }

  /// Two chains side by side.
  static func panel(_ given: [[Int]]?) -> Model<Random<[Double]>> {
    var rows = Matrix(rows: 2, columns: 3)
    for (i, y) in (y + [0.7, -0.2]).enumerated() { rows[i % 2, i / 2] = y }
    let zeros: [Double] = [0, 0]
    return Model { [rows] in
      let mu = Latent("mu", Normal(0, 2), count: 2)
      if let given {
        var before = Random<[Int]>([0, 0])
        for t in 0..<3 {
          let z = Random<[Int]>([given[0][2 * t], given[0][2 * t + 1]])
          Factor(Binomial(trials: 1, 0.3 + 0.4 * before.real).logDensities(at: z).sum)
          Observe([rows[0, t], rows[1, t]], from: Normal(mu[z], 0.7))
          before = z
        }
      } else {
        let scan = Scan("path", over: rows, from: Random<[Double]>(zeros)) { before, y in
          let z = Latent("z", Binomial(trials: 1, 0.3 + 0.4 * before), count: 2)
          Observe(y, from: Normal(mu[z], 0.7), as: "y")
          Return(z.real)
        }
        scan
      }
      Return(mu)
    }
  }
}
