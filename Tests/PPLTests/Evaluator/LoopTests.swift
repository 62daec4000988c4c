import Foundation
import NumericCore
import PPL
import Testing

/// Loops take whole vectors, or four at a time, and leave out what lies beyond the end: every length gives what numbers
/// give one by one.
@Suite struct LoopTests {
  /// Value and gradient of the density of a model.
  private func evaluate(_ model: Model<Void>, at q: [Double]) throws -> (value: Double, gradient: [Double]) {
    let density = try CompiledModel(model).density
    var workspace = density.makeWorkspace()
    var gradient = Array(repeating: Double.nan, count: q.count)
    var span = gradient.mutableSpan
    // Twice: nothing of the first run may be left.
    _ = density.logDensity(at: q.span, gradient: &span, workspace: &workspace)
    let value = density.logDensity(at: q.span, gradient: &span, workspace: &workspace)
    return (value, gradient)
  }

  /// Expects two models of the same position to agree to the accuracy of the vector mathematics.
  private func expectAgreement(_ one: Model<Void>, _ other: Model<Void>, at q: [Double], _ label: String) throws {
    let (a, b) = (try evaluate(one, at: q), try evaluate(other, at: q))
    #expect(abs(a.value - b.value) <= 1e-12 * max(1, abs(b.value)), "\(label): \(a.value), expected \(b.value)")
    for (i, (x, y)) in zip(a.gradient, b.gradient).enumerated() {
      #expect(abs(x - y) <= 1e-12 * max(1, abs(y)), "\(label), coordinate \(i): \(x), expected \(y)")
    }
  }

  private func numbers(_ n: Int, seed: UInt64 = 1) -> [Double] {
    var stream = RandomStream(RandomKey(seed: seed))
    return (0..<n).map { _ in 0.1 + stream.uniform() }
  }

  private static let lengths = [1, 2, 3, 7, 8, 9, 12, 16, 17, 25, 31, 32, 33, 39, 40, 41, 64, 70]

  private struct Function: Sendable {
    let name: String
    let array: @Sendable (Random<[Double]>) -> Random<[Double]>
    let number: @Sendable (Random<Double>) -> Random<Double>
  }

  private static let functions: [Function] = [
    Function(name: "exp", array: { exp($0) }, number: { exp($0) }),
    Function(name: "log", array: { log($0) }, number: { log($0) }),
    Function(name: "sqrt", array: { sqrt($0) }, number: { sqrt($0) }),
    Function(name: "sin", array: { sin($0) }, number: { sin($0) }),
    Function(name: "tanh", array: { tanh($0) }, number: { tanh($0) }),
    Function(name: "erf", array: { erf($0) }, number: { erf($0) }),
    Function(name: "logistic", array: { logistic($0) }, number: { logistic($0) }),
    Function(name: "softplus", array: { softplus($0) }, number: { softplus($0) }),
    Function(name: "logit", array: { logit($0 / 2) }, number: { logit($0 / 2) }),
    Function(name: "logGamma", array: { logGamma($0) }, number: { logGamma($0) }),
    Function(name: "division", array: { 1 / (2 + $0) }, number: { 1 / (2 + $0) }),
  ]

  @Test(arguments: lengths) func functionsOfEachLength(n: Int) throws {
    let weights = numbers(n, seed: 2)
    for function in Self.functions {
      let together = Model {
        let x = Latent("x", Flat(), count: n)
        Factor(dot(function.array(x) * x, weights))
      }
      let apart = Model {
        let x = Latent("x", Flat(), count: n)
        for i in 0..<n { Factor(function.number(x[i]) * x[i] * weights[i]) }
      }
      try expectAgreement(together, apart, at: numbers(n), "\(function.name) of \(n)")
    }
  }

  /// Scalars that broadcast collect the derivatives of all elements, and of those alone.
  @Test(arguments: lengths) func operationsOfEachLength(n: Int) throws {
    let weights = numbers(n, seed: 2)
    let operations: [(String, @Sendable (Random<[Double]>, Random<Double>) -> Random<[Double]>)] = [
      ("x + s", { $0 + $1 }), ("x - s", { $0 - $1 }), ("s x", { $1 * $0 }), ("x / s", { $0 / $1 }),
      ("s / x", { $1 / $0 }), ("s x + s", { $1 * $0 + $1 }), ("x x - s", { $0 * $0 - $1 }),
      ("s - s x", { $1 - $1 * $0 }), ("x s + x", { $0 * $1 + $0 }),
    ]
    for (name, operation) in operations {
      let together = Model {
        let x = Latent("x", Flat(), count: n)
        let s = Latent("s", Flat())
        Factor(dot(tanh(operation(x, s)), weights))
      }
      let apart = Model {
        let x = Latent("x", Flat(), count: n)
        let s = Latent("s", Flat())
        for i in 0..<n {
          let y = operation(Random<[Double]>([x[i]]), s)
          Factor(tanh(y[0]) * weights[i])
        }
      }
      try expectAgreement(together, apart, at: numbers(n + 1), "\(name) of \(n)")
    }
  }

  @Test(arguments: lengths) func likelihoodsOfEachLength(n: Int) throws {
    let data = numbers(n, seed: 2)
    func pair(
      _ name: String, _ together: @escaping @Sendable (Random<[Double]>, Random<Double>) -> Statement,
      _ apart: @escaping @Sendable (Random<Double>, Random<Double>, Int) -> Statement
    ) throws {
      for isDense in [true, false] {
        let one = Model {
          let x = Latent("x", Flat(), count: n)
          let s = Latent("s", Flat(lower: 0))
          if isDense { together(x, s) } else { together(x[0] + [Double](repeating: 0, count: n), s) }
          Factor(0.5 * x.sum + 0.1 * s)
        }
        let other = Model {
          let x = Latent("x", Flat(), count: n)
          let s = Latent("s", Flat(lower: 0))
          for i in 0..<n { apart(isDense ? x[i] : x[0], s, i) }
          Factor(0.5 * x.sum + 0.1 * s)
        }
        try expectAgreement(one, other, at: numbers(n + 1), "\(name) of \(n)")
      }
    }
    try pair("Normal", { Observe(data, from: Normal($0, $1)) }, { Observe(data[$2], from: Normal($0, $1)) })
    try pair(
      "Logistic", { Observe(data, from: Logistic($0, scale: $1)) },
      { Observe(data[$2], from: Logistic($0, scale: $1)) })
    try pair(
      "StudentT", { Observe(data, from: StudentT(degrees: 4, $0, scale: $1)) },
      { Observe(data[$2], from: StudentT(degrees: 4, $0, scale: $1)) })
    try pair(
      "BernoulliLogit", { x, _ in Observe(data.map { $0 > 0.6 }, from: BernoulliLogit(x)) },
      { x, _, i in Observe(data[i] > 0.6, from: BernoulliLogit(x)) })
    try pair(
      "PoissonLog", { x, _ in Observe(data.map { Int(5 * $0) }, from: PoissonLog(logRate: x)) },
      { x, _, i in Observe(Int(5 * data[i]), from: PoissonLog(logRate: x)) })
  }

  /// A product with a sum that only the mean of a kernel reads becomes one operation with it: the same values and
  /// derivatives as where something else reads it too, with weight 0, and as finite differences.
  @Test(arguments: lengths) func linearMeansOfEachLength(n: Int) throws {
    let (a, data) = (numbers(n, seed: 3), numbers(n, seed: 2))
    typealias Mean = Random<[Double]>
    @Sendable func mean(_ form: Int, _ x: Mean, _ s: Random<Double>, _ t: Random<Double>) -> Mean {
      switch form {
      case 0: t + s * x
      case 1: x + s * a
      case 2: x * x + t
      default: s * x + x
      }
    }
    let likelihoods: [(String, @Sendable (Mean, Random<Double>) -> Statement)] = [
      ("Normal", { Observe(data, from: Normal($0, $1)) }),
      ("Normal by a score", { Factor(0.5 * Normal($0, $1).logDensities(at: data).sum) }),
      ("BernoulliLogit", { m, _ in Observe(data.map { $0 > 0.6 }, from: BernoulliLogit(m)) }),
      ("PoissonLog", { m, _ in Observe(data.map { Int(5 * $0) }, from: PoissonLog(logRate: m)) }),
    ]
    for (form, name) in ["t + s x", "x + s a", "x x + t", "s x + x"].enumerated() {
      for (likelihood, observe) in likelihoods {
        func model(isReadTwice: Bool) -> Model<Void> {
          Model {
            let x = Latent("x", Flat(), count: n)
            let s = Latent("s", Flat(lower: 0))
            let t = Latent("t", Flat())
            let m = mean(form, x, s, t)
            observe(m, s)
            Factor(0.1 * x.sum + t * s)
            if isReadTwice { Factor(0.0 * m.sum) }
          }
        }
        let label = "\(likelihood) of \(name), \(n)"
        let one = model(isReadTwice: false)
        try expectAgreement(one, model(isReadTwice: true), at: numbers(n + 2), label)
        if n < 10 { try PPLTests.expectGradient(of: CompiledModel(one).density, at: numbers(n + 2), label) }
      }
    }
  }

  /// A number as the mean of many elements stays a step of its own; a mean that is an element's own does not.
  @Test func linearMeansOfNumbers() throws {
    let model = Model {
      let x = Latent("x", Flat(), count: 3)
      Observe([0.1, 0.7, -0.4], from: Normal(x[0] * x[1] + x[2], exp(x[2])))
      Observe(0.3, from: Normal(x[1] * x[2] + x[0], 2))
      Observe(0.2, from: Normal(x[1] * x[1] + x[1], exp(x[0])))
    }
    try PPLTests.expectGradient(of: CompiledModel(model).density, at: [0.3, -0.2, 0.5], "numbers")
  }

  /// log(1 + z^2) and its slope, where z^2 is nothing beside 1, and where it overflows.
  @Test func theCauchyKernelFarOut() throws {
    let model = Model {
      let x = Latent("x", Cauchy(0, scale: 1))
      Factor(0.0 * x)
    }
    for z in [0, 1e-200, 1e-9, 1e9, 1e149, 1e151, 1e200, 1e300, -1e300] {
      let (value, gradient) = try evaluate(model, at: [z])
      let logarithm = abs(z) > 1e8 ? 2 * log(abs(z)) : log1p(z * z)
      let slope = abs(z) > 1e8 ? -2 / z : -2 * z / (1 + z * z)
      #expect(abs(value + logarithm + log(Double.pi)) <= 1e-15 * (1 + abs(value)), "\(z): \(value)")
      #expect(abs(gradient[0] - slope) <= 1e-15 * abs(slope), "\(z): \(gradient[0])")
    }
  }

  /// A product that a sum takes in has, bit by bit, the value of both operations.
  @Test(arguments: lengths) func productsInSumsAreExact(n: Int) throws {
    let (a, b, c) = (numbers(n, seed: 3), numbers(n, seed: 4), numbers(n, seed: 5))
    let model = Model {
      let x = Latent("x", Flat(), count: n)
      let y = Latent("y", Flat(), count: n)
      let z = Latent("z", Flat(), count: n)
      Factor(x.sum + y.sum + z.sum)
      Return((add: x * y + z, subtract: x * y - z, from: z - x * y, last: z + x * y))
    }
    let draws = try CompiledModel(model).generate(positions: a + b + c, count: 1, key: RandomKey(seed: 1))
    func column(_ name: String) throws -> [Double] {
      let index = try #require(draws.variables.firstIndex { $0.name.hasSuffix(name) })
      let first = draws.variables[..<index].reduce(0) { $0 + $1.shape.count }
      return draws.columns[first..<(first + n)].map { $0[0] }
    }
    for i in 0..<n {
      #expect(try column("add")[i] == a[i] * b[i] + c[i])
      #expect(try column("subtract")[i] == a[i] * b[i] - c[i])
      #expect(try column("from")[i] == c[i] - a[i] * b[i])
      #expect(try column("last")[i] == c[i] + a[i] * b[i])
    }
  }
}
