import Foundation
import NumericCore
import PPL

extension FiniteModel {
  /// The programs that laws are checked on: static and dynamic ones, with scores between their choices, in
  /// loops and on some branches alone, with factors of 0, without scores, and with no mass at all.
  public static func standard() throws -> [FiniteModel] {
    [
      try FiniteModel("unscored", unscored), try FiniteModel("coins", coins),
      try FiniteModel("hidden Markov", hiddenMarkov()), try FiniteModel("plate", plate),
      try FiniteModel("zeros", zeros), try FiniteModel("branch", branch), try FiniteModel("recursion", tosses(0)),
      try FiniteModel("impossible", impossible),
    ]
  }

  private static func weight(_ x: Random<Bool>, _ heads: Double, _ tails: Double) -> Random<Double> {
    x.choose(Random<Double>(log(heads)), else: Random<Double>(log(tails)))
  }

  private static var unscored: Model<Random<Int>> {
    Model {
      let x = Latent("x", Bernoulli(0.3))
      Return(Latent("y", Binomial(trials: 2, x.choose(Random<Double>(0.5), else: Random<Double>(0.4)))))
    }
  }

  /// What is drawn before, between and after two scores.
  private static var coins: Model<Random<Bool>> {
    Model {
      let first = Latent("first", Bernoulli(0.3))
      Factor(weight(first, 0.9, 0.3))
      let second = Latent("second", Bernoulli(first.choose(Random<Double>(0.8), else: Random<Double>(0.4))))
      Factor(weight(second, 0.2, 0.7))
      Return(Latent("last", Bernoulli(second.choose(Random<Double>(0.6), else: Random<Double>(0.2)))))
    }
  }

  private static func hiddenMarkov() throws -> Model<(last: Random<Int>, path: Random<[Int]>)> {
    let P = try Matrix(rowsOf: [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.2, 0.5]])
    let emission = try Matrix(rowsOf: [[0.8, 0.2], [0.5, 0.5], [0.1, 0.9]])
    return Model {
      let first = Latent("first", Categorical([0.4, 0.4, 0.2]))
      let scan = Scan("chain", over: [0, 1, 1], from: first) { state, y in
        let next = Latent("state", Categorical(P[row: state]))
        Observe(y, from: Categorical(emission[row: next]), as: "y")
        Return(next)
      }
      scan
      Return((last: scan.final, path: scan.states))
    }
  }

  private static var plate: Model<Random<[Int]>> {
    Model {
      let hidden = Latent("hidden", Bernoulli(0.5))
      let counts = Latent(
        "counts", Binomial(trials: 2, hidden.choose(Random<Double>(0.7), else: Random<Double>(0.4))), count: 2)
      Observe([true, false, true], from: Bernoulli(0.2 + 0.15 * counts.real.sum), as: "y")
      Return(counts)
    }
  }

  /// Runs that die, early and late.
  private static var zeros: Model<Random<Int>> {
    Model {
      let x = Latent("x", Categorical([0.3, 0.3, 0.4]))
      Factor([-Double.infinity, 0, -0.5][x])
      let y = Latent("y", Bernoulli(0.5))
      Factor(weight(y, 0, 1.2) + [0, -0.7, 0.2][x])
      Return(x)
    }
  }

  /// One branch scores twice, one once with a value that it draws, one never.
  private static var branch: Model<Random<Int>> {
    Model {
      let x = Latent("x", Categorical([0.3, 0.4, 0.3]))
      let rest = try Submodel(
        "rest",
        x.flatMap { x -> Model<Random<Int>> in
          switch x {
          case 0: Model { Return(Random<Int>(0)) }
          case 1:
            Model {
              let y = Latent("y", Bernoulli(0.5))
              Factor(weight(y, 0.4, 1.1))
              Return(y.choose(Random<Int>(1), else: Random<Int>(2)))
            }
          default:
            Model {
              Factor(-0.2)
              let y = Latent("y", Bernoulli(0.6))
              Factor(weight(y, 0.5, 0.8))
              Return(y.choose(Random<Int>(2), else: Random<Int>(3)))
            }
          }
        })
      rest
      let last = Latent("last", Bernoulli(0.5))
      Factor(weight(last, 0.6, 0.9))
      Return(rest.value)
    }
  }

  /// Tosses until heads, three at the most, each with a score.
  private static func tosses(_ number: Int) -> Model<Random<Int>> {
    Latent(Bernoulli(number < 2 ? 0.4 : 1)).flatMap { heads -> Model<Random<Int>> in
      Model {
        Factor(heads ? -0.6 : 0.3)
        let rest = try Submodel("rest", heads ? Model { Return(Random<Int>(number)) } : tosses(number + 1))
        rest
        Return(rest.value)
      }
    }
  }

  private static var impossible: Model<Random<Bool>> {
    Model {
      let x = Latent("x", Bernoulli(0.5))
      Factor(weight(x, 0, 1))
      Factor(weight(x, 1, 0))
      Factor(weight(x, 0.5, 0.5))
      Return(x)
    }
  }
}
