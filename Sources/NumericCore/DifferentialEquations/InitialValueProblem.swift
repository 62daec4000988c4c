import CGSL

/// What keeps a solution from its tolerance.
public enum DifferentialEquationError: Error, Equatable, Sendable, CustomStringConvertible {
  case invalidArgument(name: String, value: Double, expected: String)
  /// The integration stopped at this time.
  case failed(time: Double, reason: String)

  public var description: String {
    switch self {
    case .invalidArgument(let name, let value, let expected): "\(name) = \(value), expected \(expected)"
    case .failed(let time, let reason): "the integration stopped at t = \(time): \(reason)"
    }
  }
}

/// An ordinary differential equation y' = f(t, y) with a start (solved by GSL's odeiv2).
public struct InitialValueProblem {
  public enum Method: Sendable {
    /// Runge-Kutta-Fehlberg 4(5).
    case rungeKutta45
    /// Runge-Kutta Prince-Dormand 8(9).
    case rungeKutta89
    /// Adams with variable order, for right sides that are costly.
    case adams
  }

  /// Writes f(t, y) into its third argument.
  public typealias RightSide = (Double, UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void

  public var startTime: Double
  public var start: [Double]
  public var rightSide: RightSide

  public init(startTime: Double, start: [Double], rightSide: @escaping RightSide) {
    (self.startTime, self.start, self.rightSide) = (startTime, start, rightSide)
  }

  /// The states at increasing times: element i of the state at time j is at [i, j] of the result.
  ///
  /// - Throws: `DifferentialEquationError` for times that are not increasing from `startTime` on, for a right side that
  ///   is not finite, or where `maximumSteps` steps between two times do not reach the tolerance.
  public func solve(
    at times: [Double], method: Method = .rungeKutta45, relativeTolerance: Double = 1e-8,
    absoluteTolerance: Double = 1e-10, maximumSteps: Int = 100_000
  ) throws(DifferentialEquationError) -> Matrix {
    guard relativeTolerance > 0 || absoluteTolerance > 0 else {
      throw .invalidArgument(name: "relativeTolerance", value: relativeTolerance, expected: "> 0")
    }
    var previous = startTime
    for time in times {
      guard time.isFinite, time >= previous else {
        throw .invalidArgument(name: "time", value: time, expected: "at least \(previous)")
      }
      previous = time
    }
    for value in start where !value.isFinite {
      throw .invalidArgument(name: "start", value: value, expected: "a finite number")
    }
    var result = Matrix(rows: start.count, columns: times.count)
    guard !start.isEmpty, GSL.isQuiet else { return result }
    let type =
      switch method {
      case .rungeKutta45: borel_step_rkf45()
      case .rungeKutta89: borel_step_rk8pd()
      case .adams: borel_step_msadams()
      }
    let box = RightSideBox(rightSide, count: start.count)
    var state = start
    var failure: DifferentialEquationError?
    withExtendedLifetime(box) {
      var system = gsl_odeiv2_system(
        function: { t, y, dydt, raw in
          guard let raw, let y, let dydt else { return Int32(GSL_EFAULT) }
          let box = Unmanaged<RightSideBox>.fromOpaque(raw).takeUnretainedValue()
          let slope = UnsafeMutableBufferPointer(start: dydt, count: box.count)
          box.body(t, UnsafeBufferPointer(start: y, count: box.count), slope)
          return slope.allSatisfy(\.isFinite) ? Int32(GSL_SUCCESS) : Int32(GSL_EBADFUNC)
        }, jacobian: nil, dimension: start.count, params: Unmanaged.passUnretained(box).toOpaque())
      let span = max((times.last ?? startTime) - startTime, 1e-12)
      guard
        let driver = gsl_odeiv2_driver_alloc_y_new(&system, type, 1e-3 * span, absoluteTolerance, relativeTolerance)
      else {
        failure = .failed(time: startTime, reason: "out of memory")
        return
      }
      defer { gsl_odeiv2_driver_free(driver) }
      gsl_odeiv2_driver_set_nmax(driver, UInt(max(maximumSteps, 1)))
      var time = startTime
      for (column, target) in times.enumerated() {
        if target > time {
          let status = gsl_odeiv2_driver_apply(driver, &time, target, &state)
          guard status == GSL_SUCCESS else {
            let reason = status == GSL_EBADFUNC ? "the right side is not finite" : String(cString: gsl_strerror(status))
            failure = .failed(time: time, reason: reason)
            return
          }
        }
        for (i, value) in state.enumerated() { result[i, column] = value }
      }
    }
    if let failure { throw failure }
    return result
  }
}

private final class RightSideBox {
  let body: InitialValueProblem.RightSide
  let count: Int
  init(_ body: @escaping InitialValueProblem.RightSide, count: Int) { (self.body, self.count) = (body, count) }
}
