/// k_1 + k_2.
public func + (a: some Kernel, b: some Kernel) -> KernelSum {
  KernelSum(((a as? KernelSum)?.terms ?? [a]) + ((b as? KernelSum)?.terms ?? [b]))
}

/// k_1 k_2.
public func * (a: some Kernel, b: some Kernel) -> KernelProduct {
  KernelProduct(((a as? KernelProduct)?.factors ?? [a]) + ((b as? KernelProduct)?.factors ?? [b]))
}

/// variance k, where the variance is a hyper-parameter.
///
/// - Throws: `KernelError.invalidParameter` unless it is positive and finite.
public func * (variance: Double, kernel: some Kernel) throws(KernelError) -> ScaledKernel {
  try ScaledKernel(kernel, variance: variance)
}

extension Kernel {
  /// variance k, where the variance is a hyper-parameter.
  ///
  /// - Throws: `KernelError.invalidParameter` unless it is positive and finite.
  public func scaled(by variance: Double) throws(KernelError) -> ScaledKernel {
    try ScaledKernel(self, variance: variance)
  }

  /// k(g(x), g(y)).
  ///
  /// - Parameters:
  ///   - dimension: of g(x).
  ///   - map: g; of one point. It is called for each point of each pair.
  public func composed(
    toDimension dimension: Int, named name: String, _ map: @escaping @Sendable ([Double]) -> [Double]
  ) -> WarpedKernel {
    WarpedKernel(self, dimension: dimension, name: name, map)
  }
}
