import NumericCore

/// Room for vectors of one length, freed together: the buffers of a chain.
final class VectorPool {
  let dimension: Int
  private let base: UnsafeMutablePointer<Double>
  private let capacity: Int
  private var used = 0

  init(dimension: Int, vectors: Int) {
    self.dimension = dimension
    capacity = max(dimension * vectors, 1)
    base = .allocate(capacity: capacity)
    base.initialize(repeating: 0, count: capacity)
  }

  /// The next vector.
  func take() -> UnsafeMutablePointer<Double> {
    precondition(used + dimension <= capacity, "the pool is used up")
    defer { used += dimension }
    return base + used
  }

  deinit { base.deallocate() }
}

/// A position with its log density and gradient, and a momentum. The buffers belong to a pool.
struct PhasePoint {
  let position: UnsafeMutablePointer<Double>
  let momentum: UnsafeMutablePointer<Double>
  let gradient: UnsafeMutablePointer<Double>
  var logDensity = 0.0

  init(_ pool: VectorPool) { (position, momentum, gradient) = (pool.take(), pool.take(), pool.take()) }

  mutating func copy(_ other: PhasePoint, _ dimension: Int) {
    position.update(from: other.position, count: dimension)
    momentum.update(from: other.momentum, count: dimension)
    gradient.update(from: other.gradient, count: dimension)
    logDensity = other.logDensity
  }
}

/// A density with the buffers of one chain.
struct DensityEvaluator<Density: DifferentiableLogDensity> {
  let density: Density
  let dimension: Int
  private var workspace: Density.Workspace

  init(_ density: Density) {
    (self.density, dimension, workspace) = (density, density.dimension, density.makeWorkspace())
  }

  /// Fills in the log density and the gradient at a point's position; NaN counts as -infinity.
  mutating func evaluate(_ point: inout PhasePoint) {
    let position = UnsafeBufferPointer(start: UnsafePointer(point.position), count: dimension)
    let gradient = UnsafeMutableBufferPointer(start: point.gradient, count: dimension)
    var span = gradient.mutableSpan
    let value = density.logDensity(at: position.span, gradient: &span, workspace: &workspace)
    point.logDensity = value.isNaN ? -.infinity : value
  }
}
