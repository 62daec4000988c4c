import NumericCore
import PPL

/// A kernel on the values of sites as a step of a Markov chain from all latents: what the laws of Markov kernels check.
public struct SiteKernelStep<Kernel: SiteKernel>: MarkovKernel {
  public var kernel: Kernel
  /// The number of transitions that are a step. Each adds to what a fault does.
  public var transitions: Int

  public init(_ kernel: Kernel, transitions: Int = 1) { (self.kernel, self.transitions) = (kernel, transitions) }

  /// - Throws: what the kernel throws.
  public func step<Value>(
    of model: Model<Value>, from values: [String: [Double]], key: RandomKey
  ) throws -> [String: [Double]] {
    let prepared = try kernel.prepared(for: model)
    var values = values
    for transition in 0..<max(transitions, 0) {
      _ = try prepared.move(&values, in: .sampling, key: key.child(UInt64(transition)))
    }
    return values
  }
}
