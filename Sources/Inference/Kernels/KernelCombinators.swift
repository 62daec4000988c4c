import NumericCore

/// Kernels one after the other, each step all of them: a cycle, which leaves invariant what each of them does (Tierney,
/// 'Markov chains for exploring posterior distributions', 1994, section 2.4). It is not reversible, even where they are.
public struct KernelCycle: PositionKernel {
  public private(set) var kernels: [any PositionKernel]

  public init(_ kernels: [any PositionKernel]) { self.kernels = kernels }

  public func step(_ block: PositionBlock, key: RandomKey) throws -> Acceptance {
    var acceptance = Acceptance()
    for (number, kernel) in kernels.enumerated() {
      acceptance += try kernel.step(block, key: key.child(UInt64(number)))
    }
    return acceptance
  }

  public mutating func adapt(to moments: PositionMoments) { for i in kernels.indices { kernels[i].adapt(to: moments) } }
  public var adapts: Bool { kernels.contains(where: \.adapts) }
}

/// A kernel again and again: one step is so many of its steps.
public struct RepeatedKernel<Base: PositionKernel>: PositionKernel {
  public private(set) var base: Base
  public let times: Int

  public func step(_ block: PositionBlock, key: RandomKey) throws -> Acceptance {
    var acceptance = Acceptance()
    for number in 0..<times { acceptance += try base.step(block, key: key.child(UInt64(number))) }
    return acceptance
  }

  public mutating func adapt(to moments: PositionMoments) { base.adapt(to: moments) }
  public var adapts: Bool { base.adapts }
}

/// One of several kernels, chosen with probabilities that do not depend on the state (Tierney 1994, section 2.4):
/// reversible where all of them are. The walkers of a block share the choice.
public struct KernelMixture: PositionKernel {
  public private(set) var kernels: [any PositionKernel]
  /// They sum to 1.
  public let probabilities: [Double]

  /// - Parameter weights: in proportion to the probabilities.
  /// - Throws: `InferenceError.invalidSetting` for no kernels, and for weights that are negative, or sum to 0.
  public init(_ choices: [(kernel: any PositionKernel, weight: Double)]) throws(InferenceError) {
    for (_, weight) in choices where !(weight >= 0 && weight < .infinity) {
      throw .invalidSetting(name: "weight", value: weight, expected: ">= 0 and finite")
    }
    let total = choices.reduce(0) { $0 + $1.weight }
    guard total > 0, total < .infinity else {
      throw .invalidSetting(name: "the sum of the weights", value: total, expected: "> 0 and finite")
    }
    (kernels, probabilities) = (choices.map(\.kernel), choices.map { $0.weight / total })
  }

  private func choice(_ key: RandomKey) -> Int {
    var stream = RandomStream(key)
    var rest = stream.uniform()
    for (number, probability) in probabilities.enumerated() {
      rest -= probability
      if rest < 0 { return number }
    }
    // What rounding leaves is the last one's that can be chosen.
    return probabilities.lastIndex { $0 > 0 } ?? 0
  }

  public func step(_ block: PositionBlock, key: RandomKey) throws -> Acceptance {
    try kernels[choice(key)].step(block, key: key.child("kernel"))
  }

  public mutating func adapt(to moments: PositionMoments) { for i in kernels.indices { kernels[i].adapt(to: moments) } }
  public var adapts: Bool { kernels.contains(where: \.adapts) }
}

extension PositionKernel {
  /// So many steps of this kernel as one.
  ///
  /// - Throws: `InferenceError.invalidSetting` for fewer than none.
  public func repeated(_ times: Int) throws(InferenceError) -> RepeatedKernel<Self> {
    try checkCount("times", times, from: 0)
    return RepeatedKernel(base: self, times: times)
  }

  /// A step of this kernel, then one of another.
  public func then(_ other: some PositionKernel) -> KernelCycle { KernelCycle([self, other]) }
}
