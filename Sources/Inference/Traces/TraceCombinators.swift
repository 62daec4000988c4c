import NumericCore
import PPL

/// Kernels one after the other. What each leaves invariant all do.
public struct TraceCycle: TraceKernel {
  public var kernels: [any TraceKernel]

  public init(_ kernels: [any TraceKernel]) { self.kernels = kernels }
  public init(@TraceKernelBuilder _ kernels: () -> [any TraceKernel]) { self.kernels = kernels() }

  public func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
    var tally = MoveTally()
    for (number, kernel) in kernels.enumerated() {
      tally.add(try kernel.move(&trace, key: key.child(UInt64(number))))
    }
    return tally
  }
}

/// One of several kernels, drawn anew for each move.
public struct TraceMixture: TraceKernel {
  public var kernels: [(weight: Double, kernel: any TraceKernel)]

  /// - Parameter kernels: with weights that need not sum to 1.
  public init(_ kernels: [(weight: Double, kernel: any TraceKernel)]) { self.kernels = kernels }

  /// - Throws: `SamplingError` for weights that are negative, not finite or all 0.
  public func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
    var stream = RandomStream(key)
    let chosen = try stream.categorical(weights: kernels.map(\.weight))
    return try kernels[chosen].kernel.move(&trace, key: key.child(UInt64(chosen)))
  }
}

/// A kernel several times.
public struct RepeatedMove<Base: TraceKernel>: TraceKernel {
  public var base: Base
  public var times: Int

  public init(_ base: Base, times: Int) { (self.base, self.times) = (base, times) }

  public func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
    try checkCount("times", times, from: 0)
    var tally = MoveTally()
    for number in 0..<times { tally.add(try base.move(&trace, key: key.child(UInt64(number)))) }
    return tally
  }
}

extension TraceKernel {
  /// This kernel several times.
  public func repeated(_ times: Int) -> RepeatedMove<Self> { RepeatedMove(self, times: times) }
  /// This kernel, then another.
  public func then(_ next: some TraceKernel) -> TraceCycle { TraceCycle([self, next]) }
}

/// The kernels of a cycle, in order.
@resultBuilder public enum TraceKernelBuilder {
  public static func buildExpression(_ kernel: any TraceKernel) -> [any TraceKernel] { [kernel] }
  public static func buildBlock(_ kernels: [any TraceKernel]...) -> [any TraceKernel] { kernels.flatMap { $0 } }
  public static func buildOptional(_ kernels: [any TraceKernel]?) -> [any TraceKernel] { kernels ?? [] }
  public static func buildEither(first: [any TraceKernel]) -> [any TraceKernel] { first }
  public static func buildEither(second: [any TraceKernel]) -> [any TraceKernel] { second }
  public static func buildArray(_ kernels: [[any TraceKernel]]) -> [any TraceKernel] { kernels.flatMap { $0 } }
}
