import NumericCore

/// Slice sampling of each coordinate in turn, with stepping out and shrinkage (Neal, 'Slice sampling', 2003, figures 3
/// and 5).
public struct SliceSampling: PositionKernel {
  /// An interval is widened at most so many times its first width (m in Neal's figure 3).
  private let mostSteps: Int
  /// More halvings than a number has bits: then the slice is smaller than rounding, and the state stays.
  private static let mostShrinkages = 1100
  private let given: [Double]?
  private var learned: [Double]?

  /// First widths of two standard deviations of particles; 1 before that.
  ///
  /// - Throws: `InferenceError.invalidSetting` for fewer than one step.
  public init(mostSteps: Int = 32) throws(InferenceError) {
    guard mostSteps >= 1 else {
      throw .invalidSetting(name: "mostSteps", value: Double(mostSteps), expected: ">= 1")
    }
    (self.mostSteps, given) = (mostSteps, nil)
  }

  /// - Parameter widths: the first width of the interval of each coordinate.
  /// - Throws: `InferenceError.invalidSetting` for a width that is not positive and finite, or fewer than one step.
  public init(widths: [Double], mostSteps: Int = 32) throws(InferenceError) {
    for width in widths where !(width > 0 && width < .infinity) {
      throw .invalidSetting(name: "width", value: width, expected: "> 0 and finite")
    }
    guard mostSteps >= 1 else {
      throw .invalidSetting(name: "mostSteps", value: Double(mostSteps), expected: ">= 1")
    }
    (given, self.mostSteps) = (widths, mostSteps)
  }

  public var adapts: Bool { given == nil }

  public mutating func adapt(to moments: PositionMoments) {
    guard adapts else { return }
    learned = moments.covariance.diagonal.map { $0 > 0 ? 2 * $0.squareRoot() : 1 }
  }

  public func step(_ block: PositionBlock, key: RandomKey) throws -> Acceptance {
    let widths = given ?? learned
    if let widths { try block.require("SliceSampling", dimension: widths.count) }
    var stream = RandomStream(key)
    var acceptance = Acceptance()
    for i in 0..<block.dimension { acceptance += move(i, width: widths?[i] ?? 1, block, &stream) }
    return acceptance
  }

  private func move(_ i: Int, width: Double, _ block: PositionBlock, _ stream: inout RandomStream) -> Acceptance {
    let (lanes, own) = (block.lanes, i * block.lanes)
    let (x, proposed) = (block.state.positions + own, block.proposal.positions + own)
    let (level, lower, upper) = (block.room(0), block.room(1), block.room(2))
    let (lowerSteps, upperSteps) = (block.room(3), block.room(4))
    block.proposal.positions.update(from: block.state.positions, count: block.dimension * lanes)
    for l in 0..<lanes {
      level[l] = block.logTarget(l, in: block.state) - stream.exponential()
      lower[l] = x[l] - width * stream.uniform()
      upper[l] = lower[l] + width
      lowerSteps[l] = (Double(mostSteps) * stream.uniform()).rounded(.down)
      upperSteps[l] = Double(mostSteps - 1) - lowerSteps[l]
    }
    stepOut(lower, by: -width, lowerSteps, proposed, block)
    stepOut(upper, by: width, upperSteps, proposed, block)
    // The level of a walker that has moved is infinite.
    var (proposals, left) = (0, lanes)
    for _ in 0..<Self.mostShrinkages where left > 0 {
      for l in 0..<lanes where level[l] < .infinity { proposed[l] = lower[l] + (upper[l] - lower[l]) * stream.uniform() }
      block.evaluateProposals()
      for l in 0..<lanes where level[l] < .infinity {
        if l < block.count { proposals += 1 }
        if block.logTarget(l, in: block.proposal) > level[l] {
          block.accept(l)
          level[l] = .infinity
          left -= 1
        } else if proposed[l] < x[l] {
          lower[l] = proposed[l]
        } else {
          upper[l] = proposed[l]
        }
      }
    }
    return Acceptance(sum: Double(block.count), count: proposals)
  }

  /// Moves each lane's end outwards, until it is outside of the slice or has no steps left.
  private func stepOut(
    _ end: UnsafeMutablePointer<Double>, by width: Double, _ steps: UnsafeMutablePointer<Double>,
    _ proposed: UnsafeMutablePointer<Double>, _ block: PositionBlock
  ) {
    let (lanes, level) = (block.lanes, block.room(0))
    while (0..<lanes).contains(where: { steps[$0] > 0 }) {
      proposed.update(from: end, count: lanes)
      block.evaluateProposals()
      for l in 0..<lanes where steps[l] > 0 {
        if block.logTarget(l, in: block.proposal) > level[l] {
          end[l] += width
          steps[l] -= 1
        } else {
          steps[l] = 0
        }
      }
    }
  }
}
