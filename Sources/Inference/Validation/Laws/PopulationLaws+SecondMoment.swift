import Foundation
import NumericCore
import PPL

extension PopulationLaws {
  /// What a kernel that always resamples claims of the second moment of sum_i w_i f(x_i), for two particles.
  public enum SecondMoment: Sendable {
    case unknown
    /// That of multinomial resampling.
    case multinomial
    /// That of multinomial resampling, or less.
    case atMostMultinomial
  }

  /// E (sum_i w_i f(x_i))^2 of two particles that are resampled once, between two scores. A mean does not
  /// tell copies that share their future, or offspring that share an ancestor, from independent ones; this
  /// does.
  func secondMomentChecks(of kernel: some PopulationKernel, key: RandomKey) throws -> [LawVerdict.Check] {
    guard secondMoment != .unknown else { return [] }
    return try [("static", TwoScores.model), ("dynamic", TwoScores.dynamicModel)].flatMap { name, model in
      let program = try PopulationProgram(model)
      var squares = TwoScores.functions.map { _ in [Double]() }
      // a second moment asks for more draws than a mean
      for repetition in 0..<(8 * repetitions) {
        let key = key.child(name).child(UInt64(repetition))
        let population = try program.population(2, key: key.child("population"))
        _ = try population.advance()
        try kernel.apply(to: population, key: key.child("kernel"))
        while try population.advance() != nil {}
        let (weights, values) = (population.logWeights.map(exp), try population.values())
        let (x, y) = (values["x"]?[0] ?? [], values["y"]?[0] ?? [])
        for (i, function) in TwoScores.functions.enumerated() {
          let sum = weights.indices.reduce(0) { $0 + weights[$1] * function.f(x[$1], y[$1]) }
          squares[i].append(sum * sum)
        }
      }
      return try zip(TwoScores.functions, squares).map { function, sample in
        let (mean, exact) = (Diagnostics.mean(sample), TwoScores.secondMoment(of: function.f))
        let isBelow = secondMoment == .atMostMultinomial && mean <= exact
        let test = try StatisticalTest.mean(of: isBelow ? sample.map { _ in exact } : sample, equals: exact)
        return LawVerdict.Check(
          .resampling, "two scores, \(name), N = 2", "second moment, f = \(function.name)", estimate: mean, exact: exact,
          test: test)
      }
    }
  }
}

/// x ~ Categorical(p), a score w(x), y ~ Bernoulli(q(x)), a score v(y).
private enum TwoScores {
  static let p = [0.3, 0.5, 0.2]
  static let w = [0.2, 1, 1.5]
  static let q = [0.2, 0.5, 0.9]
  static let v = [0.6, 1.1]

  static var model: Model<(y: Random<Bool>, x: Random<Int>)> {
    Model {
      let x = Latent("x", Categorical(p))
      Factor(w.map { log($0) }[x])
      let y = Latent("y", Bernoulli(q[x]))
      Factor(y.choose(Random<Double>(log(v[1])), else: Random<Double>(log(v[0]))))
      Return((y: y, x: x))
    }
  }

  /// The same by a continuation that scores.
  static var dynamicModel: Model<(y: Random<Bool>, x: Random<Int>)> {
    Model {
      let x = Latent("x", Categorical(p))
      Factor(w.map { log($0) }[x])
      let rest = try Submodel(
        "rest",
        x.flatMap { x in
          Model {
            let y = Latent("y", Bernoulli(q[x]))
            Factor(y.choose(Random<Double>(log(v[1])), else: Random<Double>(log(v[0]))))
            Return(y)
          }
        })
      rest
      Return((y: rest.value, x: x))
    }
  }

  /// Those whose mean is near 0 tell most: their second moment is all variance.
  static let functions: [(name: String, f: @Sendable (_ x: Double, _ y: Double) -> Double)] = [
    ("1", { _, _ in 1 }), ("2 y - 1", { 2 * $1 - 1 }), ("x - 1", { x, _ in x - 1 }),
  ]

  /// E (sum w f)^2 after multinomial resampling of two particles between the scores.
  ///
  /// With G = v(y) f(x, y), weights u_i = w(x_i) / 2 of sum U and shares s_i = u_i / U, it is the mean over
  /// x_1, x_2 of U^2 / 4 (2 sum_i s_i E[G^2 | x_i] + 2 (sum_i s_i E[G | x_i])^2).
  static func secondMoment(of f: (Double, Double) -> Double) -> Double {
    func moment(_ x: Int, _ power: Double) -> Double {
      (1 - q[x]) * pow(v[0] * f(Double(x), 0), power) + q[x] * pow(v[1] * f(Double(x), 1), power)
    }
    var sum = 0.0
    for a in p.indices {
      for b in p.indices {
        let total = (w[a] + w[b]) / 2
        func mean(_ power: Double) -> Double { (w[a] * moment(a, power) + w[b] * moment(b, power)) / (w[a] + w[b]) }
        sum += p[a] * p[b] * total * total / 2 * (mean(2) + mean(1) * mean(1))
      }
    }
    return sum
  }
}
