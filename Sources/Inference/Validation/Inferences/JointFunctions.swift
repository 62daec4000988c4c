import NumericCore
import PPL

/// Bounded functions of latents and data, by which joint laws are compared.
///
/// Each quantity q is taken to u = F(q) - 1/2, F being the distribution function of a pilot sample of the
/// joint law: means of u, u^2, and of products of two have light tails, whatever the model.
struct Joint: Sendable {
  let simulator: JointSimulator
  /// What each function is of.
  let names: [String]
  /// The functions that are not of data alone: all that a step of the latents changes.
  let ofLatents: [Int]
  /// The model with the data that it was made with, on which draws of new data do not depend.
  private let conditional: ConditionalRun
  private let quantities: [(variable: Variable, element: Int)]
  private let pilots: [[Double]]
  private let pairs: [(Int, Int)]

  /// Conventional: enough that F is no step.
  private static let pilotCount = 200
  /// The elements of a variable that count, the first ones.
  private static let elements = 3

  init<Value>(_ model: Model<Value>, key: RandomKey) throws {
    conditional = try ConditionalRun(model)
    simulator = try JointSimulator(model)
    quantities = conditional.sites.flatMap { variable in
      (0..<min(variable.shape.count, Self.elements)).map { (variable, $0) }
    }
    let draws = try simulator.draws(count: Self.pilotCount, key: key)
    let simulator = simulator
    let quantities = quantities
    let raw = try (0..<Self.pilotCount).map { number in
      let observed = model.observing(draws.values(of: simulator.observations, draw: number))
      return try Self.raw(
        draws.values(of: draws.variables, draw: number), quantities, simulator.observations, ConditionalRun(observed))
    }
    let labels = quantities.map { $0.variable.elementNames[$0.element] }
      + simulator.observations.map { "mean of \($0.name)" } + ["log likelihood"]
    pilots = labels.indices.map { i in raw.map { $0[i] }.sorted() }
    // Latents with each other, and with what depends on the data.
    pairs = labels.indices.flatMap { i in (0..<i).map { (i, $0) } }.filter { $0.1 < quantities.count }
    let isOfData = labels.indices.map { i in i >= quantities.count && i < labels.count - 1 }
    let singles = 2 * labels.count
    ofLatents = (0..<singles).filter { !isOfData[$0 % labels.count] } + pairs.indices.map { singles + $0 }
    names = labels + labels.map { "\($0), squared" } + pairs.map { "\(labels[$0.1]) x \(labels[$0.0])" }
  }

  /// The data of a state.
  func data(of state: [String: [Double]]) -> [String: [Double]] {
    state.filter { name, _ in simulator.observations.contains { $0.name == name } }
  }

  /// Data that are drawn given the latents of a state.
  func newData(given state: [String: [Double]], key: RandomKey) throws -> [String: [Double]] {
    let latents = state.filter { name, _ in conditional.sites.contains { $0.name == name } }
    let data = try conditional.data(given: latents.asColumns, count: 1, key: key)
    return data.values(of: data.variables, draw: 0)
  }

  /// The values of all functions.
  ///
  /// - Parameters:
  ///   - state: latents and data.
  ///   - conditional: of the model with these data.
  func functions(_ state: [String: [Double]], _ conditional: ConditionalRun) throws -> [Double] {
    let u = zip(try Self.raw(state, quantities, simulator.observations, conditional), pilots).map { q, pilot in
      (share(of: pilot) { $0 < q } + share(of: pilot) { $0 <= q }) / 2 - 0.5
    }
    return u + u.map { $0 * $0 } + pairs.map { u[$0.0] * u[$0.1] }
  }

  private static func raw(
    _ state: [String: [Double]], _ quantities: [(variable: Variable, element: Int)], _ observations: [Variable],
    _ conditional: ConditionalRun
  ) throws -> [Double] {
    let latents = state.filter { name, _ in conditional.sites.contains { $0.name == name } }
    return quantities.map { state[$0.variable.name]?[$0.element] ?? .nan }
      + observations.map { Diagnostics.mean(state[$0.name] ?? []) }
      + (try conditional.logScores(given: latents.asColumns, count: 1))
  }
}

/// The share of ordered numbers, the first of them, of which something holds.
private func share(of x: [Double], _ holds: (Double) -> Bool) -> Double {
  var (low, high) = (0, x.count)
  while low < high {
    let middle = (low + high) / 2
    if holds(x[middle]) { low = middle + 1 } else { high = middle }
  }
  return Double(low) / Double(x.count)
}
