import PPL

private typealias Program = Model<Random<Int>>
private typealias Kernel = @Sendable (Random<Int>) -> Program

extension ProgramIdentity {
  /// Laws 1 to 4 and 17, on random programs.
  static func all(seed: UInt64) throws -> [ProgramIdentity] {
    /// Programs of other parts are others.
    func kernel(_ part: UInt64, depth: Int = 1, scores: Bool = true) -> Kernel {
      let program = RandomProgram(seed: 1_000 * part + seed, depth: depth, scores: scores)
      return { program($0) }
    }
    let (m, k, h) = (kernel(1)(1), kernel(2), kernel(3, depth: 0))
    let point = Program { Return(Random<Int>(2)) }
    return [
      ProgramIdentity(.monad, "static and dynamic bind", bind(m, k), bindDynamically(m, k)),
      ProgramIdentity(.monad, "left identity", k(Random<Int>(2)), bind(point, k), bindDynamically(point, k)),
      ProgramIdentity(
        .monad, "right identity", m, bind(m) { value in Model { Return(value) } },
        bindDynamically(m) { value in Model { Return(value) } }),
      ProgramIdentity(
        .monad, "associativity", bind(bind(m, k), h), bind(m) { bind(k($0), h) },
        bindDynamically(m) { bindDynamically(k($0), h) }),
      ProgramIdentity(
        .commutativity, "two parts", both(m, k, h, firstComesFirst: true), both(m, k, h, firstComesFirst: false)),
      ProgramIdentity(.affinity, "an unused part", m, using(m, without: kernel(4, scores: false)(1))),
      ProgramIdentity(.scores, "a, b and ab", scored(m, [-0.3]), scored(m, [-0.7, 0.4]), scored(m, [-0.5, 0, 0.2])),
      ProgramIdentity(.scores, "1 is nothing", m, scored(m, [0, 0])),
      ProgramIdentity(
        .metamorphic, "permuted data", observed(m, [true, false, true], isPlate: false),
        observed(m, [true, true, false], isPlate: false), observed(m, [false, true, true], isPlate: true)),
    ]
  }

  private static func bind(_ model: Program, _ kernel: @escaping Kernel) -> Program {
    Model {
      let first = try Submodel("first", model)
      first
      let second = try Submodel("second", kernel(first.value))
      second
      Return(second.value)
    }
  }

  /// The same by a continuation.
  private static func bindDynamically(_ model: Program, _ kernel: @escaping Kernel) -> Program {
    Model {
      let first = try Submodel("first", model)
      first
      let second = try Submodel("second", first.value.flatMap { kernel(Random<Int>($0)) })
      second
      Return(second.value)
    }
  }

  private static func both(
    _ input: Program, _ f: @escaping Kernel, _ g: @escaping Kernel, firstComesFirst: Bool
  ) -> Program {
    Model {
      let input = try Submodel("input", input)
      input
      let a = try Submodel("a", f(input.value))
      let b = try Submodel("b", g(input.value))
      if firstComesFirst { a }
      b
      if !firstComesFirst { a }
      Return(Random<Int>(expression: max(a.value.real, b.value.real).expression))
    }
  }

  private static func using(_ model: Program, without unused: Program) -> Program {
    Model {
      let first = try Submodel("unused", unused)
      first
      let second = try Submodel("used", model)
      second
      Return(second.value)
    }
  }

  private static func scored(_ model: Program, _ factors: [Double]) -> Program {
    Model {
      let part = try Submodel("part", model)
      part
      for factor in factors { Factor(Random<Double>(factor)) }
      Return(part.value)
    }
  }

  private static func observed(_ model: Program, _ data: [Bool], isPlate: Bool) -> Program {
    Model {
      let x = try Submodel("x", model)
      x
      let p = [0.2, 0.5, 0.7][x.value]
      if isPlate { Observe(data, from: Bernoulli(p)) } else { for y in data { Observe(y, from: Bernoulli(p)) } }
      Return(x.value)
    }
  }
}
