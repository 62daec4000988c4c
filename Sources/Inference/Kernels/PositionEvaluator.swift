import NumericCore
import PPL

/// A density with the buffers of one block.
protocol PositionEvaluator: AnyObject {
  var dimension: Int { get }
  /// Writes the parts of all lanes.
  func evaluate(_ lanes: PositionLanes, lanes count: Int)
}

/// One that has gradients too, of one position at a time.
protocol GradientEvaluator: PositionEvaluator {
  /// The log target, and its gradient.
  func evaluate(_ position: Span<Double>, _ gradient: inout MutableSpan<Double>, inverseTemperature: Double) -> Double
}

/// A model's path: lanes are evaluated together.
final class TemperedEvaluator: GradientEvaluator {
  private var density: TemperedDensity
  private let together: TemperedDensity.Lanes
  private lazy var workspace = density.makeWorkspace()

  init(_ density: TemperedDensity, lanes: Int) {
    (self.density, together) = (density, TemperedDensity.Lanes(density, lanes: lanes))
  }

  var dimension: Int { density.dimension }

  func evaluate(_ lanes: PositionLanes, lanes count: Int) {
    together.evaluate(lanes.positions, logPriors: lanes.logPriors, logLikelihoods: lanes.logLikelihoods)
  }

  func evaluate(
    _ position: Span<Double>, _ gradient: inout MutableSpan<Double>, inverseTemperature: Double
  ) -> Double {
    density.inverseTemperature = inverseTemperature
    return density.logDensity(at: position, gradient: &gradient, workspace: &workspace)
  }
}

/// Any density: lane by lane.
class PlainEvaluator<Density: LogDensity>: PositionEvaluator {
  fileprivate let density: Density
  fileprivate var workspace: Density.Workspace
  private var position: [Double]

  init(_ density: Density) {
    (self.density, workspace) = (density, density.makeWorkspace())
    position = Array(repeating: 0, count: density.dimension)
  }

  var dimension: Int { density.dimension }

  func evaluate(_ lanes: PositionLanes, lanes count: Int) {
    for l in 0..<count {
      for i in position.indices { position[i] = lanes.positions[i &* count &+ l] }
      lanes.logPriors[l] = density.logDensity(at: position.span, workspace: &workspace)
      lanes.logLikelihoods[l] = 0
    }
  }
}

final class DifferentiableEvaluator<Density: DifferentiableLogDensity>: PlainEvaluator<Density>, GradientEvaluator {
  func evaluate(
    _ position: Span<Double>, _ gradient: inout MutableSpan<Double>, inverseTemperature: Double
  ) -> Double {
    density.logDensity(at: position, gradient: &gradient, workspace: &workspace)
  }
}
