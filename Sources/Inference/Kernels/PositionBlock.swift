import Foundation
import NumericCore
import PPL

/// Positions side by side, with the parts of their log densities: coordinate i of lane l is at `positions[i * lanes + l]`.
public struct PositionLanes {
  public let positions: UnsafeMutablePointer<Double>
  public let logPriors: UnsafeMutablePointer<Double>
  public let logLikelihoods: UnsafeMutablePointer<Double>
}

/// Walkers that kernels move side by side: where they are, what they propose, and the density that judges it. One task's.
///
/// The log target is log prior + beta log likelihood. A density that has no such parts is a prior, with log likelihood 0.
/// A log density that is not a number counts as -infinity. Nothing is allocated by moves.
public final class PositionBlock {
  public let dimension: Int
  /// The distance between two coordinates of a walker: 1, or a multiple of 8.
  public let lanes: Int
  /// The number of walkers. Lanes beyond are moved like the others, and not reported.
  public private(set) var count: Int
  /// beta, from 0 to 1.
  public var inverseTemperature = 1.0
  /// Where the walkers are.
  public let state: PositionLanes
  /// Where they may go next: a kernel writes the positions, and `evaluateProposals` the rest.
  public let proposal: PositionLanes
  /// Room for a kernel's random numbers, one for each coordinate: it lies like positions.
  public let noise: UnsafeMutablePointer<Double>
  /// Room for a kernel's random numbers, one for each lane.
  public let uniforms: UnsafeMutablePointer<Double>
  /// More room of both kinds.
  let coordinates, moreCoordinates: UnsafeMutablePointer<Double>
  private let laneRoom: UnsafeMutablePointer<Double>
  private static let laneRooms = 5
  private let base: UnsafeMutablePointer<Double>
  private let evaluator: any PositionEvaluator
  /// Made when it is first needed.
  private var hamiltonian: BlockHamiltonian?

  /// - Parameter count: the most walkers.
  public convenience init(_ density: TemperedDensity, count: Int) {
    let lanes = Self.lanes(of: count)
    self.init(TemperedEvaluator(density, lanes: lanes), lanes: lanes, count: count)
  }

  public convenience init(_ density: some LogDensity, count: Int) {
    self.init(PlainEvaluator(density), lanes: Self.lanes(of: count), count: count)
  }

  public convenience init(_ density: some DifferentiableLogDensity, count: Int) {
    self.init(DifferentiableEvaluator(density), lanes: Self.lanes(of: count), count: count)
  }

  private static func lanes(of count: Int) -> Int { count == 1 ? 1 : (count + 7) & ~7 }

  private init(_ evaluator: any PositionEvaluator, lanes: Int, count: Int) {
    precondition(count >= 1, "\(count) walkers")
    (self.evaluator, dimension, self.lanes, self.count) = (evaluator, evaluator.dimension, lanes, count)
    let (vectors, numbers) = (dimension * lanes, lanes)
    let total = 5 * vectors + (5 + Self.laneRooms) * numbers
    base = .allocate(capacity: total)
    base.initialize(repeating: 0, count: total)
    func lanesAt(_ place: UnsafeMutablePointer<Double>) -> PositionLanes {
      PositionLanes(
        positions: place, logPriors: place + vectors, logLikelihoods: place + vectors + numbers)
    }
    state = lanesAt(base)
    proposal = lanesAt(base + vectors + 2 * numbers)
    noise = base + 2 * vectors + 4 * numbers
    coordinates = noise + vectors
    moreCoordinates = coordinates + vectors
    uniforms = moreCoordinates + vectors
    laneRoom = uniforms + numbers
  }

  deinit { base.deallocate() }

  /// A vector of one number for each lane, of the kernel that runs.
  func room(_ number: Int) -> UnsafeMutablePointer<Double> {
    precondition(number < Self.laneRooms, "room \(number)")
    return laneRoom + number * lanes
  }

  // MARK: Walkers

  /// Puts walkers at positions, draw after draw, and evaluates the density there.
  ///
  /// - Parameter count: of the positions, at most as many as there are lanes; lanes beyond repeat the last one.
  public func place(_ count: Int, at positions: (_ walker: Int, _ coordinate: Int) -> Double) {
    precondition(count >= 1 && count <= lanes, "\(count) walkers in \(lanes) lanes")
    self.count = count
    for l in 0..<lanes {
      for i in 0..<dimension { proposal.positions[i * lanes + l] = positions(min(l, count - 1), i) }
    }
    evaluateProposals()
    for l in 0..<lanes { accept(l) }
  }

  /// The position of a walker.
  public func position(of walker: Int) -> [Double] { (0..<dimension).map { state.positions[$0 * lanes + walker] } }

  public func parts(of walker: Int) -> TemperedParts {
    TemperedParts(logPrior: state.logPriors[walker], logLikelihood: state.logLikelihoods[walker])
  }

  // MARK: For kernels

  /// The log target where a lane's walker is, or may go.
  @inline(__always) public func logTarget(_ lane: Int, in lanes: PositionLanes) -> Double {
    TemperedParts(logPrior: lanes.logPriors[lane], logLikelihood: lanes.logLikelihoods[lane])
      .total(inverseTemperature: inverseTemperature)
  }

  /// Evaluates the density at all proposals.
  public func evaluateProposals() {
    evaluator.evaluate(proposal, lanes: lanes)
    for l in 0..<lanes where proposal.logPriors[l].isNaN || proposal.logLikelihoods[l].isNaN {
      (proposal.logPriors[l], proposal.logLikelihoods[l]) = (-.infinity, 0)
    }
  }

  /// Moves a lane's walker to its proposal.
  @inline(__always) public func accept(_ lane: Int) {
    for i in 0..<dimension { state.positions[i &* lanes &+ lane] = proposal.positions[i &* lanes &+ lane] }
    state.logPriors[lane] = proposal.logPriors[lane]
    state.logLikelihoods[lane] = proposal.logLikelihoods[lane]
  }

  /// Writes standard normal numbers to `noise`. It and `drawUniforms` may share a key.
  public func drawNoise(_ key: RandomKey) {
    key.fillNormal(UnsafeMutableBufferPointer(start: noise, count: dimension * lanes), number: 0)
  }

  public func drawUniforms(_ key: RandomKey) {
    key.fillUniform(UnsafeMutableBufferPointer(start: uniforms, count: lanes), number: 1)
  }

  /// Evaluates the proposals, and accepts each with probability min(1, target(proposal) / target(state) * correction)
  /// (Metropolis et al. 1953; Hastings 1970).
  ///
  /// - Parameters:
  ///   - logCorrection: log q(state | proposal) - log q(proposal | state); nil for proposals that are symmetric.
  ///   - key: of the uniform numbers.
  public func metropolisHastings(
    logCorrection: ((_ lane: Int) -> Double)? = nil, key: RandomKey
  ) -> Acceptance {
    evaluateProposals()
    drawUniforms(key)
    var sum = 0.0
    for l in 0..<lanes {
      let logRatio =
        logTarget(l, in: proposal) - logTarget(l, in: state) + (logCorrection?(l) ?? 0)
      // Not a number where both are -infinity.
      let probability = logRatio.isNaN ? 0 : exp(min(0, logRatio))
      if uniforms[l] < probability { accept(l) }
      if l < count { sum += probability }
    }
    return Acceptance(sum: sum, count: count)
  }

  /// - Throws: `InferenceError.invalidSetting` where a kernel was made for another dimension.
  public func require(_ kernel: String, dimension expected: Int) throws(InferenceError) {
    guard expected == dimension else {
      throw .invalidSetting(
        name: "\(kernel): dimension", value: Double(expected), expected: "\(dimension), the dimension of the density")
    }
  }

  /// The Hamiltonian systems of this density.
  ///
  /// - Throws: `InferenceError.noGradient`.
  func hamiltonianSystem() throws(InferenceError) -> BlockHamiltonian {
    if let hamiltonian { return hamiltonian }
    guard let gradient = evaluator as? any GradientEvaluator else { throw .noGradient }
    let made = BlockHamiltonian(gradient)
    hamiltonian = made
    return made
  }
}
