import NumericCore
import PPL

/// A Markov kernel on the values of a static model's sites, which leaves the posterior invariant: that of the sites that it
/// moves given all others is enough.
///
/// What conforms drops in between the library's own in a `GibbsSampler`.
public protocol SiteKernel: Sendable {
  /// Prepares the kernel for a model, for one chain.
  ///
  /// - Throws: `ModelError`, `InferenceError` where the kernel does not fit the model.
  func prepared<Value>(for model: Model<Value>) throws -> any PreparedSiteKernel
}

/// A kernel with the buffers of one chain.
public protocol PreparedSiteKernel: AnyObject {
  /// Moves the values by one transition.
  ///
  /// - Parameters:
  ///   - values: of all sites that scores depend on, by path, in column-major order: the steps of a scan one after the other.
  ///   - phase: in the warm-up, and then only, a kernel may learn from where it is called.
  ///   - key: of this transition alone.
  /// - Returns: what was proposed, and what was accepted.
  func move(
    _ values: inout [String: [Double]], in phase: SamplingProgress.Phase, key: RandomKey
  ) throws -> MoveTally
}

/// The kernels of a cycle, in order.
@resultBuilder public enum SiteKernelBuilder {
  public static func buildExpression(_ kernel: any SiteKernel) -> [any SiteKernel] { [kernel] }
  public static func buildBlock(_ kernels: [any SiteKernel]...) -> [any SiteKernel] { kernels.flatMap { $0 } }
  public static func buildOptional(_ kernels: [any SiteKernel]?) -> [any SiteKernel] { kernels ?? [] }
  public static func buildEither(first: [any SiteKernel]) -> [any SiteKernel] { first }
  public static func buildEither(second: [any SiteKernel]) -> [any SiteKernel] { second }
  public static func buildArray(_ kernels: [[any SiteKernel]]) -> [any SiteKernel] { kernels.flatMap { $0 } }
}
