import NumericCore
import PPL

/// Moves some continuous sites by a kernel on their unconstrained coordinates, given the values of all others: parameters
/// given a path, where the path is left to `ParticleGibbs`.
///
///     ConditionalUpdate(of: ["mu", "phi", "sigma"], by: try SliceSampling())
///     ConditionalUpdate(of: ["mu", "phi", "sigma"], by: try HamiltonianKernel(stepSize: 0.2).repeated(3))
///
/// A kernel that fits itself to moments of its target (`PositionKernel.adapt`) is given those of the warm-up: of all
/// iterations so far but the first half, after 50, 100, 200, ... of them.
public struct ConditionalUpdate<Kernel: PositionKernel>: SiteKernel {
  /// Sites that draw once.
  public var sites: [String]
  public var kernel: Kernel

  public init(of sites: [String], by kernel: Kernel) { (self.sites, self.kernel) = (sites, kernel) }

  /// - Throws: `ModelError`, as `ConditionalDensity`; `InferenceError.invalidSetting` for no sites.
  public func prepared<Value>(for model: Model<Value>) throws -> any PreparedSiteKernel {
    try checkCount("sites", sites.count)
    return Prepared(try ConditionalDensity(model, over: sites), kernel, name: sites.joined(separator: ", "))
  }

  private final class Prepared: PreparedSiteKernel {
    /// Arbitrary: enough for moments of a few coordinates.
    private static var firstAdaptation: Int { 50 }

    private let density: ConditionalDensity
    private let block: PositionBlock
    private var kernel: Kernel
    private let name: String
    /// Where the sites were left, and their coordinates there.
    private var values: [String: [Double]] = [:]
    private var position: [Double] = []
    /// The positions of the warm-up, one after the other.
    private var learned: [Double] = []
    private var learnedCount = 0
    private var nextAdaptation = firstAdaptation

    init(_ density: ConditionalDensity, _ kernel: Kernel, name: String) {
      (self.density, self.kernel, self.name) = (density, kernel, name)
      block = PositionBlock(density, count: 1)
    }

    func move(
      _ values: inout [String: [Double]], in phase: SamplingProgress.Phase, key: RandomKey
    ) throws -> MoveTally {
      let own = values.filter { self.values[$0.key] != nil }
      if self.values.isEmpty || own != self.values { position = try density.space.position(of: values) }
      try density.setValues(values)
      block.place(1) { _, coordinate in position[coordinate] }
      _ = try kernel.step(block, key: key)
      let moved = block.position(of: 0)
      defer { position = moved }
      if phase == .warmup { learn(moved) }
      // So far out that the map overflows there is no density, and the kernel does not go.
      guard moved != position, let (new, _) = density.space.values(at: moved) else {
        return MoveTally(name, isAccepted: false)
      }
      values.merge(new) { $1 }
      self.values = new
      return MoveTally(name, isAccepted: true)
    }

    private func learn(_ position: [Double]) {
      guard kernel.adapts else { return }
      learned += position
      learnedCount += 1
      guard learnedCount == nextAdaptation else { return }
      nextAdaptation *= 2
      let (first, dimension) = (learnedCount / 2, density.dimension)
      let count = learnedCount - first
      learned.withUnsafeBufferPointer { positions in
        guard let base = positions.baseAddress else { return }
        kernel.adapt(
          to: PositionMoments(
            base + first * dimension, dimension: dimension,
            weights: Array(repeating: 1 / Double(count), count: count)))
      }
    }
  }
}
