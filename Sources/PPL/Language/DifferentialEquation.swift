import NumericCore

/// The solution of an ordinary differential equation y' = f(t, y) from a random state on, at known times.
///
///     let populations = DifferentialEquation("populations", from: Random<[Double]>([hares, lynxes]), at: years, step: 0.1) {
///       _, y in
///       [(birth - predation * y[1]) * y[0], (gain * y[0] - death) * y[1]]
///     }
///     Observe(counted, from: LogNormal(log(populations[0]), sigma))
///
/// By steps of the fifth-order formula of Dormand and Prince ('A family of embedded Runge-Kutta formulae', J. Comp. Appl.
/// Math. 1980), as many of equal length from one time to the next as make them no longer than `step`: the solution is a
/// smooth function of the state and of all that f depends on, with a gradient. Half the step divides the error by 32. For
/// equations that are not stiff: a step must resolve the fastest of what the solution does and of what dies out in it.
/// Where the numbers overflow they are not finite, and samplers reject.
///
/// Cost: six evaluations of f a step, in one `Scan` whose body is traced once.
public struct DifferentialEquation: Sendable {
  /// By component, the sum over all steps of the modulus of the difference of the formulae of fourth and fifth order. It
  /// is an estimate of the error of the former, which is much larger than that of the solution, in units of the component.
  public let errors: Random<[Double]>
  /// After each step.
  private let states: Random<Matrix>
  /// The steps that end at the times.
  private let ends: [Int]

  /// A component of the state at the times.
  public subscript(component: Int) -> Random<[Double]> {
    guard (0..<errors.count).contains(component) else {
      return .init(
        .failure(.indexOutOfRange(operation: "component of the state", index: component, count: errors.count)))
    }
    return states[row: component][ends]
  }

  /// - Parameters:
  ///   - initial: the state at `start`.
  ///   - times: increasing, and above `start`. Others are the error `ModelError.invalidData`, as is a step that is not
  ///     above 0, or so short that there would be more than 10^7 of them.
  ///   - step: the longest step, in units of the time.
  ///   - derivative: f, of the time and the state. It is called while the model is built, and draws nothing.
  public init(
    _ name: String, from initial: Random<[Double]>, start: Double = 0, at times: [Double], step: Double,
    file: String = #fileID, line: Int = #line,
    _ derivative: (_ time: Random<Double>, _ state: Random<[Double]>) -> Random<[Double]>
  ) {
    var plan = StepPlan()
    do {
      try plan.reach(times, from: start, longest: step) { argument, index, value, expected in
        .invalidData(
          site: "\(Scope.current?.qualified(name) ?? name)/\(argument)", index: index, value: value, expected: expected,
          location: SourceLocation(file: file, line: line))
      }
    } catch {
      Scope.current?.record(error)
    }
    let scan = Scan(
      name, over: plan.starts, plan.lengths,
      from: (initial, derivative(Random(start), initial), 0 * initial), file: file, line: line
    ) { state, t, h in
      let (next, slope, error) = DormandPrince.step(of: derivative, from: state.0, slope: state.1, at: t, length: h)
      Return((next, slope, state.2 + abs(error)))
    }
    (states, errors, ends) = (scan.states.0, scan.final.2, plan.ends)
  }

  /// The same, with the derivatives of the components one by one.
  public init(
    _ name: String, from initial: Random<[Double]>, start: Double = 0, at times: [Double], step: Double,
    file: String = #fileID, line: Int = #line,
    _ derivative: (_ time: Random<Double>, _ state: Random<[Double]>) -> [Random<Double>]
  ) {
    self.init(name, from: initial, start: start, at: times, step: step, file: file, line: line) {
      Random<[Double]>(derivative($0, $1))
    }
  }
}

/// Where steps start, how long they are, and which of them end at the times.
private struct StepPlan {
  private(set) var starts: [Double] = []
  private(set) var lengths: [Double] = []
  private(set) var ends: [Int] = []

  private static let most = 1e7

  /// - Parameter error: of which argument is wrong, where in it, its value and what was expected.
  mutating func reach(
    _ times: [Double], from start: Double, longest: Double,
    error: (_ argument: String, _ index: Int?, _ value: Double, _ expected: String) -> ModelError
  ) throws(ModelError) {
    guard start.isFinite else { throw error("start", nil, start, "a finite number") }
    guard longest > 0 else { throw error("step", nil, longest, "a number above 0") }
    guard let last = times.last else { throw error("number of times", nil, 0, "at least 1") }
    var before = start
    for (i, time) in times.enumerated() {
      guard time.isFinite, time > before else { throw error("times", i, time, "a number above \(before)") }
      before = time
    }
    guard (last - start) / longest < Self.most else { throw error("step", nil, longest, "one of which 1e7 are enough") }
    before = start
    for time in times {
      let count = max(1, ((time - before) / longest).rounded(.up))
      for k in 0..<Int(count) { starts.append(before + (time - before) * (Double(k) / count)) }
      lengths += Array(repeating: (time - before) / count, count: Int(count))
      ends.append(starts.count - 1)
      before = time
    }
  }
}

/// The formula of Dormand and Prince, 5(4): the last slope of a step is the first of the next one.
private enum DormandPrince {
  /// When the slopes after the first are taken, in units of the step.
  private static let times: [Double] = [1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1]
  /// The weights of the slopes so far in the state at which the next one is taken; the last of these is the next state.
  private static let weights: [[Double]] = [
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  ]
  /// Of all slopes in the fifth order less the fourth.
  private static let differences: [Double] = [
    71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40,
  ]

  static func step(
    of f: (Random<Double>, Random<[Double]>) -> Random<[Double]>, from y: Random<[Double]>, slope: Random<[Double]>,
    at t: Random<Double>, length h: Random<Double>
  ) -> (next: Random<[Double]>, slope: Random<[Double]>, error: Random<[Double]>) {
    var (slopes, next) = ([slope], y)
    for (time, weights) in zip(times, weights) {
      next = y + h * sum(slopes, weights)
      slopes.append(f(t + time * h, next))
    }
    return (next, slopes[slopes.count - 1], h * sum(slopes, differences))
  }

  private static func sum(_ slopes: [Random<[Double]>], _ weights: [Double]) -> Random<[Double]> {
    let terms = zip(slopes, weights).filter { $0.1 != 0 }.map { $0.1 * $0.0 }
    return terms.dropFirst().reduce(terms[0], +)
  }
}
