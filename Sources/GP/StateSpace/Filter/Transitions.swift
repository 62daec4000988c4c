/// The steps of a model between times, for one pass over them.
///
/// Steps of the same distance are kept, a few at a time: equally spaced times and calendars have few distances.
/// Nothing is allocated but by `init`.
final class Transitions {
  /// Of a block: where its state starts, its size, where its matrices start in a step, and its coefficients among
  /// all.
  struct Layout {
    let offset, size, start, atoms, coefficient: Int
    let weight: Double
    let factors: UnsafeBufferPointer<KroneckerFactor>
  }

  let model: StateSpaceModel
  let states: Int
  let rows: VectorRows
  let layout: UnsafeMutableBufferPointer<Layout>
  /// The number of coefficients of all blocks: of each its weight, then its atoms'.
  let coefficients: Int
  /// Whether P(t) is the same for all t.
  let isStationary: Bool
  private let hasUniformSteps, hasSlopes: Bool
  private let stepSize: Int
  private let steps, distances: UnsafeMutablePointer<Double>
  private let kronecker: KroneckerStep
  private let factors: UnsafeMutableBufferPointer<KroneckerFactor>
  private let stationary: UnsafeMutablePointer<Double>
  private var stationaryTime = Double.nan

  /// 2^4, as four bits of the distance choose a slot; conventional.
  private static let kept = 16

  /// - Parameter slopes: whether steps have the derivatives of their matrices in the coefficients.
  init(_ model: StateSpaceModel, slopes: Bool = false) {
    (self.model, hasSlopes) = (model, slopes)
    (states, rows) = (model.states, VectorRows(model.states))
    layout = .allocate(capacity: model.blocks.count)
    factors = .allocate(capacity: model.blocks.reduce(0) { $0 + $1.atoms.count })
    var (offset, start, coefficient, factor, largest) = (0, 0, 0, 0, 1)
    for (number, block) in model.blocks.enumerated() {
      let (s, atoms) = (block.states, block.atoms.count)
      let own = factors[factor..<(factor + atoms)]
      _ = own.initialize(fromContentsOf: block.factors)
      layout.initializeElement(
        at: number,
        to: Layout(
          offset: offset, size: s, start: start, atoms: atoms, coefficient: coefficient,
          weight: block.weight.value, factors: UnsafeBufferPointer(rebasing: own)))
      offset += s
      start += s * s * (2 + (slopes ? 2 * atoms : 0))
      coefficient += 1 + atoms
      factor += atoms
      largest = max(largest, s)
    }
    (stepSize, coefficients) = (start, coefficient)
    isStationary = model.blocks.allSatisfy(\.isStationary)
    hasUniformSteps = model.blocks.allSatisfy(\.hasUniformSteps)
    steps = VectorRows.allocate(Self.kept * stepSize)
    distances = VectorRows.allocate(Self.kept)
    distances.update(repeating: .nan, count: Self.kept)
    kronecker = KroneckerStep(states: largest)
    stationary = VectorRows.allocate(model.blocks.reduce(0) { $0 + $1.states * $1.states })
  }

  deinit {
    for block in [steps, distances, stationary] { block.deallocate() }
    layout.deallocate()
    factors.deallocate()
    kronecker.deallocate()
  }

  /// Of each block at its start: A, Q, and for each atom the derivatives of A and Q in its coefficient.
  func step(from t: Double, to end: Double) -> UnsafePointer<Double> {
    let distance = end - t
    // The highest bits of a product with the golden ratio are well mixed.
    let slot = hasUniformSteps ? Int((distance.bitPattern &* 0x9E37_79B9_7F4A_7C15) >> 60) : 0
    let step = steps + slot * stepSize
    if hasUniformSteps, distances[slot] == distance { return UnsafePointer(step) }
    distances[slot] = distance
    for block in layout {
      kronecker.write(
        block.factors, weight: block.weight, from: t, distance, slopes: hasSlopes, to: step + block.start)
    }
    return UnsafePointer(step)
  }

  /// P(t): block after block, each row after row.
  func covariance(at t: Double) -> UnsafePointer<Double> {
    if isStationary ? stationaryTime.isNaN : stationaryTime != t {
      stationaryTime = t
      var start = 0
      for block in layout {
        kronecker.writeCovariance(block.factors, weight: block.weight, at: t, to: stationary + start)
        start += block.size * block.size
      }
    }
    return UnsafePointer(stationary)
  }

  /// Writes P(t) of a block and its derivative in the coefficient of one atom.
  func writeCovariance(
    _ block: Layout, at t: Double, slopesOf atom: Int, to p: UnsafeMutablePointer<Double>,
    slopes: UnsafeMutablePointer<Double>
  ) {
    kronecker.writeCovariance(block.factors, weight: block.weight, at: t, slopesOf: atom, to: p, slopes: slopes)
  }
}
