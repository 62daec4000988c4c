/// What can go wrong between draws and a written report. Each case carries the value that was found.
public enum ReportError: Error, Sendable, Equatable {
  /// No executable `gnuplot` in any of these directories.
  case gnuplotNotFound(searched: [String])
  /// gnuplot ended with a status other than 0; `message` is what it wrote on its standard error.
  case gnuplotFailed(status: Int32, message: String)
  /// A figure was asked for, but there is no finite value to show in it.
  case nothingToDraw(figure: String)
  /// Two lists that go together differ in length.
  case lengthMismatch(what: String, expected: Int, found: Int)
  /// A coordinate that the figure cannot do without is infinite or not a number.
  case notFinite(what: String, index: Int, value: Double)
  /// A quantity that must be positive is not.
  case notPositive(what: String, value: Double)
  /// A bound, or a draw outside the bounds that it is said to have.
  case outOfBounds(what: String, value: Double, lower: Double, upper: Double)
  /// All draws are the same number: they have no density.
  case constantSample(value: Double)
  /// A file or directory could not be read or written.
  case cannotWrite(path: String, reason: String)
}

extension ReportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .gnuplotNotFound(let searched):
      """
      gnuplot was not found in the search path '\(searched.joined(separator: ":"))'; install it (Debian: \
      apt-get install gnuplot-nox; macOS: brew install gnuplot) or run scripts/bootstrap
      """
    case .gnuplotFailed(let status, let message):
      "gnuplot failed with status \(status): \(message)"
    case .nothingToDraw(let figure):
      "\(figure): no finite value to draw"
    case .lengthMismatch(let what, let expected, let found):
      "\(what): \(found) values, expected \(expected)"
    case .notFinite(let what, let index, let value):
      "\(what)[\(index)] = \(value), expected a finite number"
    case .notPositive(let what, let value):
      "\(what) = \(value), expected > 0"
    case .outOfBounds(let what, let value, let lower, let upper):
      "\(what) = \(value), expected a number from \(lower) to \(upper)"
    case .constantSample(let value):
      "all draws equal \(value): there is no density to estimate"
    case .cannotWrite(let path, let reason):
      "\(path): \(reason)"
    }
  }
}
