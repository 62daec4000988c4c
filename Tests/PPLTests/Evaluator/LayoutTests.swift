import NumericCore
import PPL
import Testing

/// Values and adjoints that lie in one place: slices in their whole, terms of a sum in the sum.
@Suite struct LayoutTests {
  private func expectGradient(
    _ name: String, _ score: @escaping @Sendable (Random<[Double]>, Random<Double>) -> Random<Double>
  ) throws {
    let model = Model {
      let x = Latent("x", Flat(), count: 11)
      let s = Latent("s", Flat())
      Factor(score(x, s) + 0.1 * s + x.sum)
    }
    let q = (0..<12).map { 0.3 + 0.1 * Double($0 % 5) }
    try PPLTests.expectGradient(of: CompiledModel(model).density, at: q, name)
  }

  @Test func slices() throws {
    try expectGradient("of the position") { x, s in tanh(x[2..<10]).sum * s + square(x[0]) * x[10] }
    try expectGradient("that overlap") { x, _ in dot(x[0..<10], exp(x[1..<11])) }
    try expectGradient("of a value") { x, s in
      let y = exp(s * x)
      return tanh(y[1..<9]).sum + y[3] * y[10] + y.sum
    }
    try expectGradient("of a slice") { x, s in
      let y = tanh(x)[1..<10]
      return square(y[2..<8]).sum + s * y[2..<8][1] * y[0]
    }
    try expectGradient("of which a sum is made") { x, _ in
      let y = tanh(x)
      return square(y[0..<9] + y[2..<11]).sum
    }
  }

  @Test func sums() throws {
    try expectGradient("of sums") { x, s in
      let (a, b, c) = (tanh(x), exp(x), square(x))
      return square((a + b) + (c + a * s)).sum
    }
    try expectGradient("of a value with itself") { x, _ in
      let a = tanh(x)
      return square(a + a).sum
    }
    try expectGradient("of a value that is read elsewhere") { x, s in
      let a = tanh(x)
      return square(a + exp(x)).sum + dot(a, x) * s
    }
    try expectGradient("that broadcast") { x, s in square(tanh(s) + exp(x)).sum + square(exp(s) + tanh(s)) }
    try expectGradient("and differences") { x, s in
      let (a, b) = (tanh(x), exp(x))
      return square((a - b) - s * x).sum + square(b - a * x).sum
    }
    try expectGradient("of what is gathered") { x, _ in
      let g = tanh(x)[[0, 3, 3, 10, 0, 7]]
      return square(g + exp(g)).sum
    }
    try expectGradient("of stacks") { x, s in
      let y = Random<[Double]>([x[0] + s, exp(s), x[1] * x[2]])
      return square(y + tanh(y)).sum
    }
  }

  /// Products that nothing else reads are merged into the sum that does; others are not.
  @Test func products() throws {
    try expectGradient("of numbers") { x, s in
      let p = x[0] * x[1]
      return exp(p + s) * tanh(x[2] * x[3] - x[4]) * exp(x[5] - x[6] * s)
    }
    try expectGradient("that are read twice") { x, s in
      let p = s * x
      return tanh(p + x).sum + square(p).sum
    }
    try expectGradient("on both sides") { x, s in square(x * x + s * x).sum + square(s * x - x * x).sum }
  }

  /// What is specialised to data is so for the data at hand.
  @Test func aStandardNormalThatIsBoundAnew() throws {
    func model(_ mean: Double, _ sd: Double) -> Model<Random<[Double]>> {
      Model {
        let x = Latent("x", Normal(mean, sd), count: 11)
        Observe([0.1, 0.2], from: Normal(x[0] + x[1], 1))
        Return(x)
      }
    }
    let q = (0..<11).map { 0.3 + 0.1 * Double($0 % 5) }
    func evaluate(_ density: ModelDensity) -> [Double] {
      var workspace = density.makeWorkspace()
      var gradient = Array(repeating: 0.0, count: 11)
      var span = gradient.mutableSpan
      return [density.logDensity(at: q.span, gradient: &span, workspace: &workspace)] + gradient
    }
    let (standard, wide) = (try CompiledModel(model(0, 1)), try CompiledModel(model(0.5, 2)))
    #expect(evaluate(try standard.binding(model(0.5, 2)).density) == evaluate(wide.density))
    #expect(evaluate(try wide.binding(model(0, 1)).density) == evaluate(standard.density))
    try PPLTests.expectGradient(of: standard.density, at: q, "standard normal")
  }
}
