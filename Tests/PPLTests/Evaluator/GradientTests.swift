import Foundation
import NumericCore
import PPL
import Testing

/// Gradients of the language's functions and of random programs.
@Suite struct GradientTests {
  @Test func elementaryFunctions() throws {
    let functions: [(String, @Sendable (Random<[Double]>) -> Random<[Double]>)] = [
      ("exp", { exp($0) }), ("log", { log($0) }), ("log1p", { log1p($0) }), ("expm1", { expm1($0) }),
      ("sqrt", { sqrt($0) }), ("square", { square($0) }), ("abs", { abs(-$0) }), ("sin", { sin($0) }),
      ("cos", { cos($0) }), ("tanh", { tanh($0) }), ("logistic", { logistic($0 - 1) }), ("softplus", { softplus($0 - 1) }),
      ("logit", { logit($0 / 10) }), ("erf", { erf($0) }), ("erfc", { erfc($0) }), ("logGamma", { logGamma($0) }),
      ("digamma", { digamma($0) }), ("pow", { pow($0, 2.5) }), ("cumulativeSum", { $0.cumulativeSum }),
      ("gather", { $0[[0, 2, 2, 1, 0]] }), ("slice", { $0[1..<4] }),
      ("logAddExp", { logAddExp($0, 2 - $0) }), ("division", { 1 / (1 + $0) + $0 / 3 }),
    ]
    for (name, function) in functions {
      let model = Model {
        let x = Latent("x", Flat(), count: 5)
        let y = function(x)
        Factor(dot(y, (0..<y.count).map { 1 + 0.3 * Double($0) }))
        Return(x)
      }
      try expectGradient(of: CompiledModel(model).density, at: [0.3, 1.2, 0.8, 2.5, 1.9], name)
    }
  }

  @Test func scalarsAndReductions() throws {
    let model = Model {
      let x = Latent("x", Flat(), count: 4)
      let a = Latent("a", Flat())
      let b = Latent("b", Flat())
      let chosen = (a > 0).choose(a * b, else: a - b)
      Factor(x.logSumExp + x.mean * a + max(a, b) * min(a, b) + pow(square(a) + 1, b) + chosen)
      Factor(Random<[Double]>([a, b, x[1], a * b]).sum * x[2])
      Return(x)
    }
    try expectGradient(of: CompiledModel(model).density, at: [0.2, -1, 0.5, 2, 0.7, 1.3], "scalars")
    try expectGradient(of: CompiledModel(model).density, at: [3, 1, -0.5, 0.1, -0.7, 0.3], "scalars")
  }

  /// Values and derivatives of what is chosen element by element, against the same written by numbers.
  @Test func vectorChoices() throws {
    let threshold = [0.5, -0.2, 0.1]
    let model = Model {
      let x = Latent("x", Flat(), count: 3)
      let a = Latent("a", Flat())
      let chosen = (x > 0.3).choose(square(x), else: a) + (!(x < threshold)).choose(2 * x, else: -1)
      Factor(dot(chosen + max(x, a) * min(x, threshold), [1, 2, 3]))
      Return(x)
    }
    let compiled = try CompiledModel(model)
    var workspace = compiled.density.makeWorkspace()
    for point in [[0.2, 1, 0.35, -0.4], [0.7, -0.5, 0.0, 0.6]] {
      let (x, a) = (Array(point.prefix(3)), point[3])
      let terms = zip(x, threshold).map { x, t in
        (x > 0.3 ? x * x : a) + (x >= t ? 2 * x : -1) + max(x, a) * min(x, t)
      }
      let expected = terms[0] + 2 * terms[1] + 3 * terms[2]
      let density = compiled.density.logDensity(at: point.span, workspace: &workspace)
      #expect(abs(density - expected) < 1e-14)
      try expectGradient(of: compiled.density, at: point, "choices")
    }
    let wrong = Model {
      Return((Latent("x", Normal(0, 1), count: 3) > 0).choose([1.0, 2], else: 0))
    }
    #expect(throws: ModelError.self) { try CompiledModel(wrong) }
  }

  @Test func matrices() throws {
    let X = try Matrix(rowsOf: [[1, 2, 0.5], [0.3, -1, 2], [1.5, 0.2, 0.1], [-1, 1, 0]])
    let D = try Matrix(columns: (0..<4).map { i in (0..<4).map { j in Double((i - j) * (i - j)) } })
    let model = Model {
      let beta = Latent("beta", Flat(), count: 3)
      let rho = Latent("rho", Flat(lower: 0))
      let sigma = Latent("sigma", Flat(lower: 0))
      let covariance = exp(D * (-0.5 / square(rho))) + sigma * Matrix.identity(4)
      let factor = cholesky(covariance)
      let mean = X * beta
      Observe([1.0, 0.5, -1, 2], from: MultivariateNormal(mean, covariance: covariance))
      Factor((factor * mean).sum + 0.1 * (factor * factor).sum + factor[2, 1])
      Return(beta)
    }
    try expectGradient(of: CompiledModel(model).density, at: [0.3, -0.5, 1.1, 0.2, -0.4], "matrices")
  }

  @Test func multivariateDensitiesInTheirParameters() throws {
    let model = Model {
      let a = Latent("a", Flat(lower: 0), count: 3)
      let x = Latent("x", Dirichlet(a))
      let category = Categorical(x)
      Observe([0, 2, 1, 1], from: category)
      Return(x)
    }
    try expectGradient(of: CompiledModel(model).density, at: [0.3, -0.5, 1.1, 0.2, -0.4], "Dirichlet, Categorical")
  }

  /// 200 random programs: sums, products and functions of scalars and vectors, gathered, reduced and scored.
  @Test(arguments: 0..<200) func randomPrograms(seed: Int) throws {
    let model = randomProgram(seed: UInt64(seed))
    let compiled = try CompiledModel(model)
    let position = try compiled.start(.random(radius: 1), key: RandomKey(seed: UInt64(seed)))
    try expectGradient(of: compiled.density, at: position, "program \(seed)")
  }

  /// Many draws evaluated together give, bit by bit, what each gives alone.
  @Test(arguments: 0..<20) func lanesAgreeWithOneLane(seed: Int) throws {
    let compiled = try CompiledModel(randomProgram(seed: UInt64(seed)))
    let n = compiled.density.dimension
    var stream = RandomStream(RandomKey(seed: 7))
    let positions = (0..<(37 * n)).map { _ in stream.uniform() - 0.5 }
    let together = try compiled.generate(positions: positions, count: 37, key: RandomKey(seed: 1))
    for draw in [0, 17, 36] {
      let alone = try compiled.generate(
        positions: Array(positions[(draw * n)..<((draw + 1) * n)]), count: 1, key: RandomKey(seed: 1))
      for (a, b) in zip(together.columns, alone.columns) {
        #expect(a[draw] == b[0])
      }
    }
  }
}

/// A model of random structure, always with finite densities.
func randomProgram(seed: UInt64) -> Model<Random<[Double]>> {
  Model {
    let parts = randomParts(seed: seed)
    Observe(parts.data, from: Normal(parts.mean, parts.spread), as: "y")
    Observe(parts.data.map { $0 > 0 }, from: BernoulliLogit(tanh(parts.first)), as: "z")
    Return(parts.mean)
  }
}

private func randomParts(
  seed: UInt64
) -> (mean: Random<[Double]>, spread: Random<Double>, first: Random<[Double]>, data: [Double]) {
  var stream = RandomStream(RandomKey(seed: seed).child("program"))
  func pick(_ n: Int) -> Int { Int(stream.next() % UInt64(n)) }
  let n = [1, 3, 8, 13][pick(4)]
  let scale = Latent("scale", Gamma(shape: 2, rate: 2))
  var scalars = [Latent("a", Normal(0, 1)), Latent("b", StudentT(degrees: 4, 0, scale: 1)), scale]
  var vectors = [Latent("v", Normal(scalars[0], scale), count: n), Latent("w", Logistic(0, scale: 1), count: n)]
  for step in 0..<(4 + pick(8)) {
    let (s, t) = (scalars[pick(scalars.count)], scalars[pick(scalars.count)])
    let (v, w) = (vectors[pick(vectors.count)], vectors[pick(vectors.count)])
    switch pick(12) {
    case 0: scalars.append(s * t + 0.5)
    case 1: scalars.append(tanh(s - t))
    case 2: scalars.append(v.mean)
    case 3: scalars.append(softplus(s))
    case 4: scalars.append(v.logSumExp)
    case 5: vectors.append(tanh(v + s * w))
    case 6: vectors.append(v / (1 + square(w)))
    case 7: vectors.append(logistic(v) * w - t)
    case 8: vectors.append(v[(0..<n).map { ($0 * 7 + step) % n }])
    case 9: vectors.append(log1p(square(v)) + s)
    case 10: scalars.append(dot(tanh(v), w) * (1 / Double(n)))
    default: vectors.append(exp(-square(v)) + sqrt(1 + square(w)))
    }
  }
  return (
    vectors[vectors.count - 1], 0.3 + softplus(scalars[scalars.count - 1]), vectors[0],
    (0..<n).map { _ in 2 * stream.uniform() - 1 }
  )
}
