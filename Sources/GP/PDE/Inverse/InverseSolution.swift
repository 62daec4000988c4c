import Foundation
import NumericCore

/// The posterior of an inverse problem, normal around its mode.
public struct InverseSolution: Sendable {
  public let parameters: [InverseProblem.Parameter]
  let fields: [UnknownField]
  /// The mode.
  public let values: [Double]
  public let covariance: Matrix
  /// The standard deviation of the observations' noise: as given, or estimated.
  public let noise: Double
  /// Observations minus u.
  public let residuals: [Double]
  /// u at the mode.
  public let solution: PDESolution
  let sensitivities: [Sensitivity]
  public let iterations: Int

  /// How u changes with one parameter.
  struct Sensitivity: Sendable {
    let above, below: PDESolution
    let step: Double
    let atObservations: [Double]
  }

  public var standardDeviations: [Double] { covariance.diagonal.map { $0.squareRoot() } }

  /// The central interval of a parameter that holds it with a probability.
  ///
  /// - Throws: `invalidLevel` unless the level is between 0 and 1, `noSuchParameter`.
  public func interval(of name: String, level: Double = 0.9) throws(InverseProblemError) -> ClosedRange<Double> {
    guard level > 0, level < 1 else { throw .invalidLevel(level) }
    guard let k = parameters.firstIndex(where: { $0.name == name }) else { throw .noSuchParameter(name) }
    let half = normalQuantile(0.5 + 0.5 * level) * standardDeviations[k]
    return values[k] - half...values[k] + half
  }

  /// An unknown function on a grid as for `PDESolution.values`: its posterior median, and the central interval at
  /// each point that holds it with a probability.
  ///
  /// - Throws: `invalidLevel`, `noSuchParameter`; `PDEError.wrongGrid` unless the function has as many axes.
  public func interval(
    of field: String, on axes: [[Double]], level: Double = 0.9
  ) throws -> (median: [Double], lower: [Double], upper: [Double]) {
    guard level > 0, level < 1 else { throw InverseProblemError.invalidLevel(level) }
    guard let place = fields.firstIndex(where: { $0.name == field }) else {
      throw InverseProblemError.noSuchParameter(field)
    }
    let unknown = fields[place]
    guard axes.count == unknown.ends.count else {
      throw PDEError.wrongGrid(count: axes.count, dimensions: unknown.ends.count)
    }
    let start = parameters.count - fields[place...].reduce(0) { $0 + $1.count }
    let half = normalQuantile(0.5 + 0.5 * level)
    let grid = TensorGrid(axes: axes)
    var (median, lower, upper): ([Double], [Double], [Double]) = ([], [], [])
    for i in 0..<grid.count {
      let row = unknown.row(at: grid.point(i))
      var (centre, variance) = (unknown.mean, 0.0)
      for (j, a) in row.enumerated() {
        centre += a * values[start + j]
        for (k, b) in row.enumerated() { variance += a * b * covariance[start + j, start + k] }
      }
      let width = half * max(variance, 0).squareRoot()
      let ends = [centre, centre - width, centre + width].map { unknown.isPositive ? exp($0) : $0 }
      median.append(ends[0])
      lower.append(ends[1])
      upper.append(ends[2])
    }
    return (median, lower, upper)
  }

  /// What the uncertainty of the parameters leaves open of u, to first order, on a grid as for `PDESolution.values`.
  public func standardDeviations(on axes: [[Double]]) throws(PDEError) -> [Double] {
    var slopes: [[Double]] = []
    for s in sensitivities {
      slopes.append(
        zip(try s.above.values(on: axes), try s.below.values(on: axes)).map { ($0 - $1) / (2 * s.step) })
    }
    return slopes[0].indices.map { i in
      var variance = 0.0
      for k in slopes.indices {
        for l in slopes.indices { variance += slopes[k][i] * covariance[k, l] * slopes[l][i] }
      }
      return max(variance, 0).squareRoot()
    }
  }
}

/// What keeps an inverse problem from its solution.
public enum InverseProblemError: Error, Equatable, Sendable, CustomStringConvertible {
  case noParameters
  case wrongParameterCount(Int, expected: Int)
  case invalidField(String, reason: String)
  case invalidPrior(InverseProblem.Parameter)
  case invalidObservation(index: Int, value: Double)
  case invalidNoise(Double)
  case tooFewObservations(Int, parameters: Int)
  /// A combination of the parameters changes no observation, and has a flat prior.
  case undetermined([String])
  case noConvergence(iterations: Int, values: [Double])
  case invalidLevel(Double)
  case noSuchParameter(String)

  public var description: String {
    switch self {
    case .wrongParameterCount(let count, let expected): "\(count) values for \(expected) parameters"
    case .noParameters: "an inverse problem needs at least one parameter"
    case .invalidField(let name, let reason): "field \(name): \(reason)"
    case .invalidPrior(let p):
      "prior of \(p.name): mean \(p.mean) and standard deviation \(p.standardDeviation), expected finite and positive"
    case .invalidObservation(let index, let value): "observation \(index) is \(value), expected finite"
    case .invalidNoise(let noise): "noise of standard deviation \(noise), expected positive and finite"
    case .tooFewObservations(let count, let parameters):
      "\(count) observations for \(parameters) parameters and noise that is not known, expected more than \(parameters)"
    case .undetermined(let names):
      "the observations do not determine a combination of \(names.joined(separator: ", ")); give a finite prior"
    case .noConvergence(let iterations, let values): "no convergence in \(iterations) steps, at \(values)"
    case .invalidLevel(let level): "level \(level), expected between 0 and 1"
    case .noSuchParameter(let name): "no parameter \(name)"
    }
  }
}
