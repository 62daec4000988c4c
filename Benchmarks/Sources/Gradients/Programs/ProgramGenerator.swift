import PPL

extension AbstractProgram {
  /// The program of a seed: a hierarchical regression where the seed is even, a program of expressions where it is odd.
  static func generated(seed: UInt64) -> AbstractProgram {
    var generator = ProgramGenerator(seed: seed)
    return generator.generate()
  }
}

private struct ProgramGenerator {
  let seed: UInt64
  private var stream: RandomStream
  private var program: AbstractProgram

  init(seed: UInt64) {
    self.seed = seed
    stream = RandomStream(RandomKey(seed: seed).child("generated program"))
    program = AbstractProgram("\(seed % 2 == 0 ? "regression" : "expressions") \(seed)")
  }

  mutating func generate() -> AbstractProgram {
    if seed % 2 == 0 { regression() } else { expressions() }
    return program
  }

  private mutating func pick<T>(_ choices: [T]) -> T { choices[Int(stream.next() % UInt64(choices.count))] }
  private mutating func chance(_ p: Double) -> Bool { stream.uniform() < p }
  private mutating func normals(_ n: Int) -> [Double] { (0..<n).map { _ in stream.normal() } }

  // MARK: Parts

  private mutating func location(_ name: String) -> Int {
    switch pick([0, 1, 2, 3, 4]) {
    case 0: program.latent(name, .normal, 0, pick([1, 2.5, 5]))
    case 1: program.latent(name, .studentT, 4, 0, 2)
    case 2: program.latent(name, .cauchy, 0, 2.5)
    case 3: program.latent(name, .laplace, 0, 1)
    default: program.latent(name, .logistic, 0.5, 1)
    }
  }

  private mutating func scale(_ name: String) -> Int {
    switch pick([0, 1, 2, 3, 4, 5, 6]) {
    case 0: program.latent(name, .halfNormal, 1.5)
    case 1: program.latent(name, .halfCauchy, 2)
    case 2: program.latent(name, .halfStudentT, 3, 2)
    case 3: program.latent(name, .exponential, 1)
    case 4: program.latent(name, .gamma, 2, 1.5)
    case 5: program.latent(name, .inverseGamma, 3, 2)
    default: program.latent(name, .logNormal, 0, 0.5)
    }
  }

  /// Effects of groups, centred or not.
  private mutating func effects(_ name: String, groups: Int) -> Int {
    let (mean, spread) = (location("\(name) mean"), scale("\(name) spread"))
    if chance(0.5) { return program.latent(name, .normal, [mean, spread], count: groups) }
    let z = program.latent(name, .normal, 0, 1, count: groups)
    return program.binary(.add, mean, program.binary(.multiply, spread, z))
  }

  private mutating func likelihood(of predictor: Int, count n: Int) {
    switch pick([0, 0, 1, 2, 2, 3, 4, 5]) {
    case 0: program.observe(normals(n), .normal, predictor, scale("sigma"))
    case 1: program.observe(normals(n), .studentT, program.constant(5), predictor, scale("sigma"))
    case 2: program.observe(normals(n).map { $0 > 0 ? 1 : 0 }, .bernoulliLogit, predictor)
    case 3:
      let rate = program.binary(.multiply, program.constant(0.5), predictor)
      program.observe(normals(n).map { ($0 * $0 * 1.5).rounded(.down) }, .poissonLog, rate)
    case 4:
      let data = normals(n).map { 0.5 + $0 * $0 }
      program.observe(data, .logNormal, predictor, scale("sigma"))
    default: program.observe(normals(n), .logistic, predictor, scale("sigma"))
    }
  }

  // MARK: Kinds of programs

  private mutating func regression() {
    let groups = pick([4, 8, 15, 30, 85])
    let n = groups * pick([2, 5, 11])
    let group = (0..<n).map { _ in Int(stream.next() % UInt64(groups)) }
    var predictor = program.gather(effects("intercept", groups: groups), group)
    if chance(0.6) {
      let columns = pick([2, 3, 6, 12])
      let family = pick([AbstractProgram.Family.normal, .laplace])
      let beta = program.latent("beta", family, 0, 1, count: columns)
      let elements = normals(n * columns)
      predictor = program.binary(
        .add, predictor, program.matrixVector(rows: n, columns: columns, elements, beta))
    }
    if chance(0.6) {
      let slopes = chance(0.5) ? program.gather(effects("slope", groups: groups), group) : location("slope")
      let covariate = program.data(normals(n))
      predictor = program.binary(.add, predictor, program.binary(.multiply, slopes, covariate))
    }
    likelihood(of: predictor, count: n)
  }

  private mutating func expressions() {
    let n = pick([3, 8, 13, 50, 100, 400])
    var scalars = [location("a"), location("b"), scale("c")]
    if chance(0.3) { scalars.append(program.latent("p", .beta, 2, 3)) }
    if chance(0.3) { scalars.append(program.latent("u", .uniform, -1, 2)) }
    var vectors = [
      program.latent("v", .normal, [scalars[0], scalars[2]], count: n),
      program.latent("w", .logistic, 0, 1, count: n),
    ]
    let one = program.constant(1)
    for _ in 0..<(4 + pick([0, 2, 4, 8])) {
      let (s, t, v, w) = (pick(scalars), pick(scalars), pick(vectors), pick(vectors))
      switch pick(Array(0..<14)) {
      case 0: scalars.append(program.binary(.add, program.binary(.multiply, s, t), program.constant(0.5)))
      case 1: scalars.append(program.unary(.tanh, program.binary(.subtract, s, t)))
      case 2: scalars.append(program.binary(.multiply, program.sum(v), program.constant(1 / Double(n))))
      case 3: scalars.append(program.unary(.softplus, s))
      case 4: scalars.append(program.unary(.exp, program.unary(.negate, program.unary(.square, s))))
      case 5: vectors.append(program.unary(.tanh, program.binary(.add, v, program.binary(.multiply, s, w))))
      case 6: vectors.append(program.binary(.divide, v, program.binary(.add, one, program.unary(.square, w))))
      case 7:
        let product = program.binary(.multiply, program.unary(.logistic, v), w)
        vectors.append(program.binary(.subtract, product, t))
      case 8:
        vectors.append(program.gather(v, (0..<n).map { _ in Int(stream.next() % UInt64(n)) }))
      case 9: vectors.append(program.binary(.add, program.unary(.log1p, program.unary(.square, v)), s))
      case 10:
        let products = program.binary(.multiply, program.unary(.tanh, v), w)
        scalars.append(program.binary(.multiply, program.sum(products), program.constant(1 / Double(n))))
      case 11: vectors.append(program.unary(.sin, program.binary(.multiply, v, s)))
      case 12: scalars.append(program.unary(.log, program.binary(.add, one, program.unary(.square, s))))
      default:
        let bump = program.unary(.exp, program.unary(.negate, program.unary(.square, v)))
        let root = program.unary(.sqrt, program.binary(.add, one, program.unary(.square, w)))
        vectors.append(program.binary(.add, bump, root))
      }
    }
    let last = program.unary(.softplus, scalars[scalars.count - 1])
    let spread = program.binary(.add, program.constant(0.3), last)
    program.observe(normals(n), .normal, vectors[vectors.count - 1], spread)
    if chance(0.5) { likelihood(of: vectors[vectors.count - 2], count: n) }
  }
}
