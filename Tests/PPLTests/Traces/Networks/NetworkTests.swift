import Foundation
import NumericCore
import PPL
import Testing

/// Traces of static programs on networks are those on continuations, whatever is done to them.
@Suite struct NetworkTests {
  static let logisticPlate = Model {
    let m = Latent("m", Normal(0, 1))
    let b = Latent("b", Normal(0, 1))
    let sigma = Latent("sigma", Gamma(shape: 1, rate: 1))
    let x = [0.5, -0.3, 0.9, 0.1, -0.8]
    let z = Latent("z", Normal(m * x + b, sigma), count: x.count)
    Observe([true, false, true, true, false], from: BernoulliLogit(z), as: "y")
    Return((m, z.sum, z[2]))
  }

  static let logisticLoop = Model {
    let m = Latent("m", Normal(0, 1))
    let sigma = Latent("sigma", Gamma(shape: 1, rate: 1))
    for (i, x) in [0.5, -0.3, 0.9].enumerated() {
      let z = Latent("z[\(i)]", Normal(m * x, sigma))
      Observe(i != 1, from: BernoulliLogit(z), as: "y[\(i)]")
    }
    Return(m + sigma)
  }

  static let chain = Model {
    let transitions = try Matrix(rowsOf: [[0.1, 0.4, 0.5], [0.2, 0.6, 0.2], [0.15, 0.7, 0.15]])
    let levels: [Double] = [-1, 1, 0]
    let first = Latent("first", Categorical([1.0 / 3, 1.0 / 3, 1.0 / 3]))
    let scale = Latent("scale", Uniform(0.5, 2))
    let scan = Scan("s", over: [0.0, 1, 2, 1, 0], from: first) { state, y in
      let next = Latent("state", Categorical(transitions[row: state]))
      Observe(y, from: Normal(levels[next], scale), as: "y")
      Return(next)
    }
    scan
    Return(scan.final)
  }

  /// Bounds, counts and vectors that depend on other choices; sums and slices of arrays; a closure.
  static let mixed = Model {
    let upper = Latent("upper", Gamma(shape: 3, rate: 1))
    let inside = Latent("inside", Uniform(0, upper), count: 3)
    let n = Latent("n", Poisson(rate: 4))
    let k = Latent("k", Binomial(trials: n + 1, 0.4))
    let weights = Latent("weights", Dirichlet([1, 2, 3]))
    let which = Latent("which", Categorical(weights), count: 4)
    let levels = Latent("levels", Normal(0, 2), count: 3)
    Observe([0.2, -1, 0.4, 2], from: Normal(levels[which], 1), as: "values")
    for i in 0..<3 { Observe(0.1 * Double(i), from: Normal(inside[i], 1), as: "slice[\(i)]") }
    Observe(3, from: Poisson(rate: exp(0.1 * inside.sum)), as: "count")
    Factor(-0.5 * square(inside.mean - levels[0]), as: "soft")
    let coin = k.map { Double($0 % 2) }
    Observe(1.0, from: Normal(coin, 0.5), as: "closure")
    Observe(2.0, from: StudentT(degrees: 4, levels.logSumExp, scale: 1), as: "tail")
    let cutpoints = Latent("cutpoints", Ordered(Normal(0, 1), count: 3))
    let grades = Latent("grades", OrderedLogistic(cutpoints, levels), count: 3)
    Observe(0.3, from: Normal(0.2 * grades.real.sum, 1), as: "graded")
    Return((upper, levels.cumulativeSum, k))
  }

  static let walks = Model {
    let rate = Latent("rate", Beta(2, 2))
    let steps = Latent("steps", Normal(0, 1), count: 4)
    let scan = Scan("outer", over: steps, from: (Random<Double>(0), Random<Double>(1))) { state, step in
      let (level, spread) = state
      let inner = Scan("inner", over: [0.1, 0.2], from: level) { x, y in
        let next = Latent("x", Normal(rate * x + step, spread))
        Observe(y, from: Normal(next, 1), as: "y")
        Return(next)
      }
      inner
      let after = Latent("spread", Gamma(shape: 2, rate: 2))
      Return((inner.final, 0.5 * spread + after))
    }
    scan
    Return(scan.final.0)
  }

  enum Example: CaseIterable {
    case logisticPlate, logisticLoop, chain, mixed, walks

    func program(isNetwork: Bool) throws -> TraceProgram {
      switch self {
      case .logisticPlate: try TraceProgram(NetworkTests.logisticPlate, isNetwork: isNetwork)
      case .logisticLoop: try TraceProgram(NetworkTests.logisticLoop, isNetwork: isNetwork)
      case .chain: try TraceProgram(NetworkTests.chain, isNetwork: isNetwork)
      case .mixed: try TraceProgram(NetworkTests.mixed, isNetwork: isNetwork)
      case .walks: try TraceProgram(NetworkTests.walks, isNetwork: isNetwork)
      }
    }
  }

  static func isNear(_ a: Double, _ b: Double) -> Bool { a == b || abs(a - b) <= 1e-10 * (1 + abs(a)) }

  static func expectSame(_ a: Trace, _ b: Trace) throws {
    #expect(a.addresses == b.addresses)
    #expect(a.choices() == b.choices())
    for address in a.addresses {
      #expect(a[address] == b[address])
      #expect(isNear(a.logDensity(at: address) ?? .nan, b.logDensity(at: address) ?? 0))
    }
    #expect(isNear(a.logPrior, b.logPrior) && isNear(a.logScore, b.logScore))
    #expect(a.isFinished == b.isFinished && a.advances == b.advances)
    guard a.isFinished else { return }
    let (x, y) = (try a.values().columns, try b.values().columns)
    #expect(x.count == y.count && zip(x, y).allSatisfy { isNear($0[0], $1[0]) })
  }

  /// Runs are the same after each score.
  @Test(arguments: Example.allCases) func runsAreTheSame(example: Example) throws {
    let programs = (try example.program(isNetwork: true), try example.program(isNetwork: false))
    for seed in 0..<5 as Range<UInt64> {
      var (a, b) = (programs.0.start, programs.1.start)
      while true {
        let (x, y) = (try a.advance(key: RandomKey(seed: seed), lane: 3), try b.advance(key: RandomKey(seed: seed), lane: 3))
        #expect((x == nil) == (y == nil))
        try Self.expectSame(a, b)
        guard let x, let y else { break }
        #expect(Self.isNear(x, y))
      }
      let values = a.valuesByAddress
      try Self.expectSame(programs.0.trace(key: RandomKey(seed: 99)) { values[$0] }, b)
    }
  }

  /// A change that is drawn at random: redrawn, set near by, set outside of the support, or several at once.
  static func change(of trace: Trace, _ stream: inout RandomStream) throws -> TraceChange {
    func given(_ value: [Double], isDiscrete: Bool) throws -> [Double] {
      if value.count > 1, abs(value.reduce(0, +) - 1) < 1e-12 { return value.reversed() }
      let shift = isDiscrete ? Double(try stream.uniformInteger(below: 3)) - 1 : 0.5 * stream.normal()
      return value.map { $0 + shift }
    }
    let choice = try trace.choice(try stream.uniformInteger(below: trace.choiceCount()))
    switch try stream.uniformInteger(below: 3) {
    case 0: return .redraw(choice)
    case 1: return .set(choice, try given(trace.value(of: choice), isDiscrete: choice.isDiscrete))
    default:
      let other = try trace.choice(try stream.uniformInteger(below: trace.choiceCount()))
      let values = try given(trace[choice.address] ?? [], isDiscrete: choice.isDiscrete)
      return .several([choice.address: values], redrawn: [other.address])
    }
  }

  /// Proposals, kept and taken back, give the same ratios and leave the same runs; at the end and on the way.
  @Test(arguments: Example.allCases) func changesAreTheSame(example: Example) throws {
    let programs = (try example.program(isNetwork: true), try example.program(isNetwork: false))
    for seed in 0..<12 as Range<UInt64> {
      let key = RandomKey(seed: seed)
      var stream = RandomStream(key.child("changes"))
      var (a, b) = (programs.0.start, programs.1.start)
      var isRunning = true
      while isRunning {
        isRunning = try a.advance(key: key) != nil
        _ = try b.advance(key: key)
        guard a.choiceCount() > 0 else { continue }
        for _ in 0..<8 {
          let change = try Self.change(of: b, &stream)
          let copy = a
          var (x, y): (TraceStep?, TraceStep?)
          do { x = try a.propose(change, key: key) } catch { #expect(error is ModelError) }
          do { y = try b.propose(change, key: key) } catch { #expect(error is ModelError) }
          #expect((x == nil) == (y == nil))
          if let x, let y {
            #expect(Self.isNear(x.logRatio, y.logRatio), "\(change): \(x.logRatio), \(y.logRatio)")
            #expect(x.keepsAddresses && y.keepsAddresses)
          }
          if try stream.uniformInteger(below: 2) == 0 {
            a.revert()
            b.revert()
            try TraceTests.expectSame(a, copy)
          }
          try Self.expectSame(a, b)
        }
      }
    }
  }

  /// What a choice may be, and what its prior draws.
  @Test(arguments: Example.allCases) func choicesAreTheSame(example: Example) throws {
    let a = try example.program(isNetwork: true).trace(key: RandomKey(seed: 4))
    let b = try example.program(isNetwork: false).trace(key: RandomKey(seed: 4))
    for sites in [SiteSelection.all, "z", .prefix("s"), .all.subtracting("m"), .matching { $0.hasSuffix("2]") }] {
      #expect(a.choices(of: sites) == b.choices(of: sites))
      #expect(a.choiceCount(of: sites) == b.choiceCount(of: sites))
    }
    for choice in a.choices() {
      #expect(try a.priorDraw(of: choice, key: RandomKey(seed: 9)) == b.priorDraw(of: choice, key: RandomKey(seed: 9)))
      let values = try? a.values(that: choice, mayTake: 20)
      #expect(values == (try? b.values(that: choice, mayTake: 20)))
    }
  }

  /// Gradients are those of finite differences, on the way and at the end, and with another weight of the scores.
  @Test(arguments: Example.allCases) func gradientsAreThoseOfDifferences(example: Example) throws {
    let program = try example.program(isNetwork: true)
    var trace = program.start
    for round in 0... {
      let isRunning = try trace.advance(key: RandomKey(seed: 5)) != nil
      trace.inverseTemperature = round % 2 == 0 ? 1 : 0.3
      let gradient = try trace.gradient(at: trace.addresses)
      for (address, derivatives) in zip(trace.addresses, gradient) {
        let choices = trace.choices(of: [address.name])
        if choices[0].isDiscrete {
          #expect(derivatives.allSatisfy { $0 == 0 })
          continue
        }
        let values = trace[address] ?? []
        for element in values.indices {
          let h = 1e-5 * min(1, abs(values[element]))
          // What sums to 1 goes on doing so.
          let isSimplex = choices.count < values.count
          let other = (element + 1) % values.count
          func density(_ shift: Double) throws -> Double {
            var (copy, moved) = (trace, values)
            moved[element] += shift
            if isSimplex { moved[other] -= shift }
            return try copy.propose(.several([address: moved]), key: RandomKey(seed: 1)).logRatio
          }
          let difference = (try density(h) - density(-h)) / (2 * h)
          let derivative = derivatives[element] - (isSimplex ? derivatives[other] : 0)
          #expect(abs(difference - derivative) < 1e-5 * (1 + abs(derivative)), "\(address.name)[\(element)]")
        }
      }
      if !isRunning { break }
    }
  }

  @Test func wrongChangesThrow() throws {
    var trace = try Example.logisticPlate.program(isNetwork: true).trace(key: RandomKey(seed: 1))
    let original = trace
    let z = try trace.choice(3)
    #expect(throws: ModelError.self) { try trace.propose(.set(z, []), key: RandomKey(seed: 1)) }
    #expect(throws: ModelError.self) { try trace.propose(.several([z.address: [1]]), key: RandomKey(seed: 1)) }
    #expect(throws: ModelError.self) { try trace.propose(.several([TraceAddress("q"): [1]]), key: RandomKey(seed: 1)) }
    #expect(throws: ModelError.self) { try trace.choice(8) }
    try TraceTests.expectSame(trace, original)
  }

  /// Sums that many changes went through are those of the values.
  @Test func sumsDoNotDrift() throws {
    let program = try Example.logisticPlate.program(isNetwork: true)
    var trace = try program.trace(key: RandomKey(seed: 1))
    var stream = RandomStream(RandomKey(seed: 2))
    for _ in 0..<40_000 {
      let choice = try trace.choice(stream.uniformInteger(below: trace.choiceCount()))
      let step = try trace.propose(.redraw(choice), key: RandomKey(seed: stream.next()))
      if log(stream.uniform()) > step.logRatio { trace.revert() }
    }
    let values = trace.valuesByAddress
    let anew = try program.trace(key: RandomKey(seed: 3)) { values[$0] }
    #expect(abs(trace.logPrior - anew.logPrior) < 1e-10 && abs(trace.logScore - anew.logScore) < 1e-10)
  }

  static func logistic(_ n: Int, isPlate: Bool) -> Model<Random<Double>> {
    Model {
      let m = Latent("m", Normal(0, 1))
      let b = Latent("b", Normal(0, 1))
      let sigma = Latent("sigma", Gamma(shape: 1, rate: 1))
      let x = (0..<n).map { 2 * Double($0) / Double(n) - 1 }
      let y = (0..<n).map { $0 % 3 == 0 }
      if isPlate {
        let z = Latent("z", Normal(m * x + b, sigma), count: n)
        Observe(y, from: BernoulliLogit(z), as: "y")
      } else {
        for i in 0..<n {
          let z = Latent("z[\(i)]", Normal(m * x[i] + b, sigma))
          Observe(y[i], from: BernoulliLogit(z), as: "y[\(i)]")
        }
      }
      Return(m)
    }
  }

  /// A proposal for one of n latents computes the same numbers for any n, in a loop and on a plate; one for what all of
  /// them depend on computes in proportion to n.
  @Test func aProposalCostsWhatDependsOnIt() throws {
    for isPlate in [false, true] {
      var costs: [Int] = []
      for n in [100, 1000, 10_000, 100_000] {
        var trace = try TraceProgram(Self.logistic(n, isPlate: isPlate)).trace(key: RandomKey(seed: 1))
        _ = try trace.propose(.redraw(trace.choice(n / 2 + 3)), key: RandomKey(seed: 2))
        costs.append(trace.lastProposalCost)
        _ = try trace.propose(.redraw(trace.choice(0)), key: RandomKey(seed: 2))
        #expect(trace.lastProposalCost >= n && trace.lastProposalCost <= 10 * n)
      }
      #expect(Set(costs).count == 1 && costs[0] <= 8, "\(costs)")
    }
  }
}
