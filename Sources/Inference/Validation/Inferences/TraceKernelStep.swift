import NumericCore
import PPL

/// A kernel on traces as a step of a Markov chain from all latents of a static model: what the laws of Markov kernels
/// check.
public struct TraceKernelStep<Kernel: TraceKernel>: MarkovKernel {
  public var kernel: Kernel
  /// The number of transitions that are a step. Each adds to what a fault does.
  public var transitions: Int

  public init(_ kernel: Kernel, transitions: Int = 1) { (self.kernel, self.transitions) = (kernel, transitions) }

  /// - Throws: `ModelError`; what the kernel throws.
  public func step<Value>(
    of model: Model<Value>, from values: [String: [Double]], key: RandomKey
  ) throws -> [String: [Double]] {
    var trace = try TraceProgram(model).start.replacing(values, key: key.child("start"))
    for transition in 0..<max(transitions, 0) { _ = try kernel.move(&trace, key: key.child(UInt64(transition))) }
    return trace.siteValues()
  }
}
