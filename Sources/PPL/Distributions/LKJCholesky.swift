import Foundation
import NumericCore

/// The lower Cholesky factor L of a random correlation matrix R = L L^T with density proportional to
/// det(R)^(shape - 1) (Lewandowski, Kurowicka and Joe, 'Generating random correlation matrices based on vines and
/// extended onion method', 2009). Each correlation has a Beta(shape - 1 + n / 2, shape - 1 + n / 2) law on (-1, 1); a
/// shape of 1 gives the uniform law of correlation matrices.
///
///     let factor = Latent("factor", LKJCholesky(count: 3, shape: 2))
///     let effects = Latent("effects", MultivariateNormal(0, cholesky: factor.scalingRows(by: sigma)))
///
/// Row i, counted from 1, is a unit vector; its density in the elements below the diagonal is proportional to
/// L_ii^(n - i + 2 (shape - 1)).
public struct LKJCholesky: Distribution {
  public typealias Value = Matrix
  public let parameters: [Parameter]
  public var support: Support { .correlationCholesky }
  private let count: Int

  /// - Parameter count: the number of rows.
  public init(count: Int, shape: some RealArgument) {
    self.count = count
    parameters = [Parameter("shape", shape, .positive)]
  }

  public func shape(ofPlate plate: Int?, site: String, at location: SourceLocation) throws(ModelError) -> Shape {
    guard count > 0, parameters[0].value.shape.isScalar else {
      throw .shapeMismatch(
        operation: "LKJCholesky at `\(site)` with count and shape",
        shapes: [.matrix(count, count), parameters[0].value.shape], location: location)
    }
    return .matrix(count, count)
  }

  public func logDensity(of x: AnyRandom) -> LogDensityTerms {
    guard count > 1 else { return LogDensityTerms(0) }
    let shape = parameters[0].value
    // (n - i) / 2 of rows 2 to n.
    let halves = AnyRandom((2...count).map { 0.5 * Double(count - $0) })
    let logDiagonal = x[slice: count + 1, count: count - 1, stride: count + 1].logarithm
    let power: AnyRandom = 2 * (halves + shape - 1)
    let powers = AnyRandom.binary(PowerLog.self, power, logDiagonal)
    // Of each row the volume of a ball with that power of the distance to its surface.
    let rows = Double(count - 1)
    let balls = (halves + shape).logGamma.sum - AnyRandom(rows) * (shape + AnyRandom(0.5 * rows)).logGamma
    let sphere = 0.25 * rows * Double(count) * Double.log(.pi)
    return LogDensityTerms(powers.sum - balls - AnyRandom(sphere))
  }

  public static func draw(
    _ p: DrawParameters, into value: UnsafeMutableBufferPointer<Double>, using stream: inout RandomStream
  ) {
    let n = CorrelationCholesky.rows(of: value.count)
    value.update(repeating: 0)
    value[0] = 1
    for i in 1..<max(n, 1) {
      // The squared length of what lies below the diagonal, and a direction for it.
      let square = (try? stream.beta(0.5 * Double(i), p[0] + 0.5 * Double(n - 1 - i))) ?? .nan
      var length = 0.0
      for j in 0..<i {
        value[i + j * n] = stream.normal()
        length += value[i + j * n] * value[i + j * n]
      }
      let factor = (square / length).squareRoot()
      for j in 0..<i { value[i + j * n] *= factor }
      value[i + i * n] = (1 - square).squareRoot()
    }
  }
}

/// The lower Cholesky factors of correlation matrices: lower triangular, with a positive diagonal and rows of length 1.
enum CorrelationCholesky {
  /// How many a matrix of so many elements has.
  static func rows(of count: Int) -> Int { Int(Double(count).squareRoot()) }

  /// - Parameter x: by columns.
  static func contains(_ x: some RandomAccessCollection<Double>) -> Bool {
    let n = rows(of: x.count)
    func element(_ i: Int, _ j: Int) -> Double { x[x.index(x.startIndex, offsetBy: i + j * n)] }
    return (0..<n).allSatisfy { i in
      let square = (0...i).reduce(0) { $0 + element(i, $1) * element(i, $1) }
      return element(i, i) > 0 && abs(square - 1) < 1e-8 && ((i + 1)..<n).allSatisfy { element(i, $0) == 0 }
    }
  }

  /// The unconstrained coordinates: atanh of the partial correlations, row by row.
  static func coordinates(of x: [Double]) -> [Double] {
    let n = rows(of: x.count)
    return (0..<n).flatMap { i in
      // What is left of the row from each element on.
      var rest = x[i + i * n] * x[i + i * n]
      return (0..<i).reversed().map { j in
        let element = x[i + j * n]
        rest += element * element
        return atanh(element / rest.squareRoot())
      }.reversed()
    }
  }

  /// The factor of unconstrained coordinates, and the logarithm of the Jacobian determinant of its elements below the
  /// diagonal (Stan reference manual, 'Cholesky factors of correlation matrices').
  static func factor(of coordinates: AnyRandom, count n: Int) -> (value: AnyRandom, logJacobian: AnyRandom) {
    var rows: [AnyRandom] = [1]
    var logJacobian: [AnyRandom] = []
    for i in 1..<n {
      let q = coordinates[slice: i * (i - 1) / 2, count: i]
      // log(1 - z^2) of the partial correlations z = tanh q, and of what is left of the row before each.
      let logRests = 2 * (0.693147180559945309 - q - (-2 * q).softplus)
      let sums = logRests.cumulativeSum
      let before = i > 1 ? AnyRandom.stack([0, sums[slice: 0, count: i - 1]]) : AnyRandom([0])
      rows.append(.unary(Elementary.HyperbolicTangent.self, q) * (0.5 * before).exponential)
      rows.append((0.5 * sums[element: i - 1]).exponential)
      logJacobian.append((logRests + 0.5 * before).sum)
    }
    // The rows one after the other, then a zero for what lies above the diagonal; element [i, j] is at i + j n.
    let places = (0..<(n * n)).map { place in
      let (i, j) = (place % n, place / n)
      return Double(j <= i ? i * (i + 1) / 2 + j : n * (n + 1) / 2)
    }
    let value = AnyRandom.apply(
      Gather.self, [.stack(rows + [0]), AnyRandom(places)], shape: .matrix(n, n))
    return (value, logJacobian.dropFirst().reduce(logJacobian[0], +))
  }
}
