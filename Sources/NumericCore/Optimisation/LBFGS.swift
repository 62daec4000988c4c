/// The limited-memory BFGS method with a line search for the strong Wolfe conditions (Nocedal and Wright 2006,
/// algorithms 7.4, 3.5 and 3.6). A point where the objective is not finite counts as too far.
public struct LBFGS: Sendable {
  /// How many of the last steps the model of the curvature is made of.
  public var memory = 10
  public var maximumIterations = 1000
  /// Ends where no element of the gradient exceeds this.
  public var gradientTolerance = 1e-8
  /// Ends where the objective changes by less than this, relative to the larger of 1 and its size.
  public var changeTolerance = 1e-15

  // The conventional constants of the Wolfe conditions for quasi-Newton methods.
  private static let sufficientDecrease = 1e-4
  private static let curvature = 0.9

  public init() {}

  /// Minimises an objective.
  ///
  /// - Parameter progress: is told the value after each iteration.
  /// - Throws: `OptimisationError`. Cost of an iteration: O(memory n) and one or a few evaluations; nothing is allocated
  ///   in it but the history.
  public func minimise(
    from start: [Double], progress: (Double) -> Void = { _ in }, _ objective: @escaping Objective
  ) throws(OptimisationError) -> Optimum {
    guard memory >= 1 else { throw .invalidSetting(name: "memory", value: Double(memory), expected: ">= 1") }
    guard maximumIterations >= 0 else {
      throw .invalidSetting(name: "maximumIterations", value: Double(maximumIterations), expected: ">= 0")
    }
    var search = LineSearch(start, objective)
    guard search.current.value.isFinite, search.current.gradient.allSatisfy(\.isFinite) else {
      throw .invalidStart(value: search.current.value)
    }
    BLAS.configure()
    var curvatures = CurvatureHistory(dimension: start.count, memory: memory)
    var direction = start
    var history: [Double] = []
    var convergence = Convergence.iterationLimit

    for iteration in 0..<maximumIterations {
      if search.current.size <= gradientTolerance {
        convergence = .gradientIsSmall
        break
      }
      for i in start.indices { direction[i] = -search.current.gradient[i] }
      curvatures.multiply(&direction)
      let before = search.current.value
      let firstStep = iteration == 0 ? min(1, 1 / max(search.current.size, 1e-300)) : 1
      guard
        search.step(
          direction, first: firstStep, sufficientDecrease: Self.sufficientDecrease, curvature: Self.curvature)
      else {
        // The model of the curvature may be wrong: once more, along the gradient.
        if curvatures.isEmpty {
          convergence = .lineSearchFailed
          break
        }
        curvatures.forget()
        continue
      }
      curvatures.add(from: search.previous, to: search.current)
      history.append(search.current.value)
      progress(search.current.value)
      if abs(before - search.current.value) <= changeTolerance * max(1, abs(before)) {
        convergence = .changeIsSmall
        break
      }
    }
    if search.current.size <= gradientTolerance { convergence = .gradientIsSmall }
    return Optimum(
      position: search.current.position, value: search.current.value, gradientSize: search.current.size,
      iterations: history.count, evaluations: search.evaluations, convergence: convergence, history: history)
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      guard let x = a.baseAddress, let y = b.baseAddress else { return 0 }
      return BLAS.dot(count: a.count, x, y)
    }
  }
}

/// A point of a line search.
struct LinePoint {
  var position: [Double]
  var gradient: [Double]
  var value = 0.0
  var size: Double { gradient.reduce(0) { max($0, abs($1)) } }
}

/// Moves along directions to points that satisfy the strong Wolfe conditions.
private struct LineSearch {
  let objective: Objective
  private(set) var current: LinePoint
  private(set) var previous: LinePoint
  private var trial: LinePoint
  private(set) var evaluations = 0

  init(_ start: [Double], _ objective: @escaping Objective) {
    self.objective = objective
    var point = LinePoint(position: start, gradient: Array(repeating: 0, count: start.count))
    (current, previous, trial) = (point, point, point)
    evaluate(&point)
    (current, previous) = (point, point)
  }

  private mutating func evaluate(_ point: inout LinePoint) {
    evaluations += 1
    let value = point.position.withUnsafeBufferPointer { position in
      point.gradient.withUnsafeMutableBufferPointer { objective(position, $0) }
    }
    point.value = value.isNaN ? .infinity : value
  }

  /// The value and the slope at a distance; the slope is NaN where the value is not finite.
  private mutating func probe(_ direction: [Double], _ t: Double) -> (value: Double, slope: Double) {
    var point = trial
    trial = LinePoint(position: [], gradient: [])
    point.position.withUnsafeMutableBufferPointer { position in
      for i in direction.indices { position[i] = current.position[i] + t * direction[i] }
    }
    evaluate(&point)
    trial = point
    return (trial.value, trial.value.isFinite ? dot(trial.gradient, direction) : .nan)
  }

  /// Whether a point was found; it is `current` then.
  mutating func step(_ direction: [Double], first: Double, sufficientDecrease c1: Double, curvature c2: Double) -> Bool {
    let (value0, slope0) = (current.value, dot(current.gradient, direction))
    guard slope0 < 0 else { return false }
    var (low, lowValue, lowSlope) = (0.0, value0, slope0)
    var high = Double.infinity
    var (highValue, highSlope) = (Double.infinity, Double.nan)
    var t = first
    // 60 halvings reach the spacing of doubles.
    for _ in 0..<60 {
      let (value, slope) = probe(direction, t)
      if !value.isFinite || value > value0 + c1 * t * slope0 || (value >= lowValue && low > 0) {
        (high, highValue, highSlope) = (t, value, slope)
      } else {
        if abs(slope) <= -c2 * slope0 { return accept() }
        if slope >= 0 {
          (high, highValue, highSlope) = (low, lowValue, lowSlope)
          (low, lowValue, lowSlope) = (t, value, slope)
        } else {
          if high < low { (high, highValue, highSlope) = (.infinity, .infinity, .nan) }
          (low, lowValue, lowSlope) = (t, value, slope)
        }
      }
      if high.isInfinite {
        t = low * 3
      } else {
        t = Self.interpolate(low, lowValue, lowSlope, high, highValue, highSlope)
        if abs(high - low) <= 1e-16 * max(1, abs(low)) { break }
      }
    }
    // A decrease without the curvature condition is still a step.
    guard low > 0, lowValue < value0 else { return false }
    _ = probe(direction, low)
    return accept()
  }

  private mutating func accept() -> Bool {
    swap(&previous, &current)
    swap(&current, &trial)
    return true
  }

  /// The minimum of the cubic through two points and their slopes, kept inside of the interval; its middle where there
  /// is no cubic.
  private static func interpolate(
    _ a: Double, _ fa: Double, _ da: Double, _ b: Double, _ fb: Double, _ db: Double
  ) -> Double {
    let middle = 0.5 * (a + b)
    guard fb.isFinite, db.isFinite else { return middle }
    let d1 = da + db - 3 * (fa - fb) / (a - b)
    let root = d1 * d1 - da * db
    guard root >= 0 else { return middle }
    let d2 = (b > a ? 1 : -1) * root.squareRoot()
    let t = b - (b - a) * (db + d2 - d1) / (db - da + 2 * d2)
    let (low, high) = (min(a, b), max(a, b))
    let margin = 0.1 * (high - low)
    return t.isFinite && t > low + margin && t < high - margin ? t : middle
  }
}
