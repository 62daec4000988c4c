/// A place in the user's source.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  public let file: String
  public let line: Int

  public init(file: String, line: Int) { (self.file, self.line) = (file, line) }

  public var description: String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    return "\(name):\(line)"
  }
}

/// What is wrong with a model or with the data that it is given.
public enum ModelError: Error, Equatable, Sendable {
  /// Two latents or observations of one model share a name.
  case duplicateName(String, first: SourceLocation, second: SourceLocation)
  /// Shapes that do not go together. `operation` is what was asked for.
  case shapeMismatch(operation: String, shapes: [Shape], location: SourceLocation?)
  /// A datum that is not a number, or outside of the support of its distribution.
  case invalidData(site: String, index: Int?, value: Double, expected: String, location: SourceLocation)
  /// A parameter outside of its domain.
  case invalidParameter(
    site: String, distribution: String, parameter: String, value: Double, expected: String, location: SourceLocation)
  /// A sub-model with scores that no statement took in.
  case submodelNotScored(String, location: SourceLocation)
  /// An index outside of a value's range.
  case indexOutOfRange(operation: String, index: Int, count: Int)
  /// A site whose role the inference cannot take.
  case unsupportedSite(site: String, reason: String, location: SourceLocation?)
  /// A site or a variable that the model does not have.
  case unknownSite(String, known: [String])
  /// A start at which the log density is not finite.
  case initialisationFailed(site: String, reason: String, location: SourceLocation?)
  /// A model whose structure differs from the one that was lowered.
  case structureMismatch(String)
  /// A model that returns a value of which the random elements are not known.
  case unknownRandomElements(type: String)
  /// A score that is not a number, in a run of many particles.
  case scoreNotANumber(site: String, particle: Int)
  /// An enumeration that branched over more values than were allowed for; where it was then.
  case tooManyBranches(site: String, limit: Int)
  /// Discrete sites that depend on each other, and have too many combinations of values to be summed over.
  case jointTooLarge(sites: [String], combinations: Int, limit: Int)
  /// A value of a step of a scan that is used outside of it.
  case stepOutsideOfScan(String)
  /// A random value whose model is no longer there.
  case released
  /// Runs that are to keep traces of what they draw, and to delay drawing it.
  case delayedTraces
  /// A matrix that is not positive definite.
  case notPositiveDefinite(operation: String)
}

extension ModelError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .duplicateName(let name, let first, let second):
      "the name `\(name)` is used twice: at \(first) and at \(second)"
    case .shapeMismatch(let operation, let shapes, let location):
      "\(operation): \(shapes.map(\.description).joined(separator: " and ")) do not go together"
        + Self.at(location)
    case .invalidData(let site, let index, let value, let expected, let location):
      "\(site)\(index.map { "[\($0)]" } ?? "") = \(value), expected \(expected)" + Self.at(location)
    case .invalidParameter(let site, let distribution, let parameter, let value, let expected, let location):
      "\(distribution): \(parameter) = \(value), expected \(expected), at `\(site)`, \(location)"
    case .submodelNotScored(let name, let location):
      "the scores of the sub-model `\(name)` were left out: name it as a statement of the model" + Self.at(location)
    case .indexOutOfRange(let operation, let index, let count):
      "\(operation): index \(index), expected 0 to \(count - 1)"
    case .unsupportedSite(let site, let reason, let location):
      "`\(site)`: \(reason)" + Self.at(location)
    case .unknownSite(let name, let known):
      "there is no `\(name)`; there are \(known.map { "`\($0)`" }.joined(separator: ", "))"
    case .initialisationFailed(let site, let reason, let location):
      "no valid start: `\(site)`: \(reason)" + Self.at(location)
    case .structureMismatch(let reason):
      "the model's structure differs from the one that was lowered: \(reason)"
    case .unknownRandomElements(let type):
      "Return: the random elements of a \(type) are not known: conform it to RandomElements"
    case .scoreNotANumber(let site, let particle):
      "the score of `\(site)` is not a number in particle \(particle): a parameter outside of its domain?"
    case .tooManyBranches(let site, let limit):
      "more than \(limit) branches, the last ones at `\(site)`: raise the limit, or enumerate a smaller program"
    case .jointTooLarge(let sites, let combinations, let limit):
      "\(sites.map { "`\($0)`" }.joined(separator: ", ")) depend on each other: \(combinations) combinations of values, "
        + "expected at most \(limit)"
    case .stepOutsideOfScan(let name):
      "`\(name)`: a step's value is used outside of its scan; what is to be had there is `final` and `states`"
    case .released:
      "a random value is used after its model was released: keep the compiled model as long as its values"
    case .delayedTraces:
      "runs that are moved draw all of their choices: leave out `delaysSampling`, or the kernels that move runs"
    case .notPositiveDefinite(let operation):
      "\(operation): the matrix is not positive definite"
    }
  }

  private static func at(_ location: SourceLocation?) -> String { location.map { ", at \($0)" } ?? "" }
}
