import Foundation
import GP
import NumericCore
import Testing

/// The laws of covariance functions, for every kernel of `KernelRow.all`.
@Suite struct KernelLawTests {
  @Test(arguments: KernelRow.all) func matrixIsSymmetricAndPositiveSemidefinite(row: KernelRow) throws {
    let x = row.points(60)
    let k = try row.kernel.covariance(of: x)
    #expect(k == k.transposed)
    let eigenvalues = try SymmetricEigen.values(of: k)
    #expect(eigenvalues[0] > -60 * Double.ulpOfOne * eigenvalues[59])
  }

  /// What calls itself stationary does not see a shift, and nothing else has a spectral density.
  @Test(arguments: KernelRow.all) func stationaryKernelsDoNotSeeShifts(row: KernelRow) throws {
    let (x, y) = (row.points(5), row.points(5, seed: 2))
    func shifted(_ x: Matrix) -> Matrix {
      var x = x
      x.withUnsafeMutableBufferPointer { x in for i in x.indices { x[i] += 0.75 } }
      return x
    }
    let (here, there) = (
      try row.kernel.covariance(of: x, and: y), try row.kernel.covariance(of: shifted(x), and: shifted(y))
    )
    let change = zip(here.elements, there.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(!row.kernel.isStationary || change < 1e-12)
    let omega = Array(repeating: 1.0, count: row.dimension)
    #expect(row.kernel.isStationary || row.kernel.spectralDensity(at: omega) == nil)
  }

  /// Blocks, the diagonal and single pairs give the same numbers, also over more than a block of pairs.
  @Test(arguments: KernelRow.all) func matrixIsThatOfPairs(row: KernelRow) throws {
    let (x, y) = (row.points(150), row.points(2, seed: 2))
    let (square, cross) = (try row.kernel.covariance(of: x), try row.kernel.covariance(of: x, and: y))
    let variances = try row.kernel.variances(of: x)
    func point(_ x: Matrix, _ i: Int) -> [Double] { (0..<x.columns).map { x[i, $0] } }
    for i in [0, 1, 77, 127, 128, 149] {
      #expect(abs(square[i, 129] - (try row.kernel.covariance(point(x, i), point(x, 129)))) < 1e-14)
      #expect(abs(cross[i, 1] - (try row.kernel.covariance(point(x, i), point(y, 1)))) < 1e-14)
      #expect(abs(variances[i] - square[i, i]) < 1e-14)
    }
  }

  /// The gradient in the hyper-parameters, contracted with an arbitrary symmetric matrix, against central
  /// differences.
  @Test(arguments: KernelRow.all) func parametersMatchFiniteDifferences(row: KernelRow) throws {
    let n = 12
    let x = row.points(n)
    var adjoint = Matrix(rows: n, columns: n)
    let normals = RandomKey(seed: 3).normals(n * n)
    for j in 0..<n {
      for i in 0...j { (adjoint[i, j], adjoint[j, i]) = (normals[i + n * j], normals[i + n * j]) }
    }
    func contracted(_ kernel: any Kernel) throws -> Double {
      zip(try kernel.covariance(of: x).elements, adjoint.elements).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let gradient = try row.kernel.covarianceGradient(of: x, adjoint: adjoint)
    let theta = row.kernel.parameters
    #expect(row.kernel.parameterList.count == theta.count && gradient.count == theta.count)
    let unchanged: any Kernel = try row.kernel.with(parameters: theta)
    #expect(abs(try contracted(unchanged) - contracted(row.kernel)) < 1e-10)
    for i in theta.indices {
      let step = 1e-5
      var (up, down) = (theta, theta)
      up[i] += step
      down[i] -= step
      let difference =
        (try contracted(row.kernel.with(parameters: up)) - contracted(row.kernel.with(parameters: down)))
        / (2 * step)
      #expect(
        abs(gradient[i] - difference) < 1e-7 * max(1, abs(difference)), "\(row.kernel.parameterList[i])")
    }
  }

  /// Each derivative is the difference of the one with an order less.
  @Test(arguments: KernelRow.all) func derivativesMatchFiniteDifferences(row: KernelRow) throws {
    for derivative in row.derivatives {
      #expect(row.kernel.supports(derivative))
      for seed in 1...4 {
        let x = row.points(2, seed: UInt64(seed))
        let (a, b) = ((0..<row.dimension).map { x[0, $0] }, (0..<row.dimension).map { x[1, $0] })
        let exact = try row.kernel.derivative(derivative, a, b)
        let difference = try centralDifference(row.kernel, derivative, a, b)
        #expect(abs(exact - difference) < 2e-7 * max(1, abs(exact)), "\(derivative) at \(a), \(b)")
      }
    }
  }

  /// Of the first order that is not 0, lowered by one.
  private func centralDifference(
    _ kernel: any Kernel, _ derivative: KernelDerivative, _ a: [Double], _ b: [Double]
  ) throws -> Double {
    var (first, second) = (derivative.first, derivative.second)
    let step = 1e-5
    var points = [(a, b), (a, b)]
    if let c = first.firstIndex(where: { $0 > 0 }) {
      first[c] -= 1
      points[0].0[c] += step
      points[1].0[c] -= step
    } else if let c = second.firstIndex(where: { $0 > 0 }) {
      second[c] -= 1
      points[0].1[c] += step
      points[1].1[c] -= step
    }
    let lower = KernelDerivative(first, second)
    return
      (try kernel.derivative(lower, points[0].0, points[0].1)
      - kernel.derivative(lower, points[1].0, points[1].1))
      / (2 * step)
  }

  /// Wiener and Khinchin on the line: k(r) = integral of S(omega) cos(omega r) / pi over omega > 0.
  @Test(arguments: KernelRow.all.filter { $0.dimension == 1 && $0.kernel.spectralDensity(at: [1]) != nil })
  func spectrumOnTheLineGivesTheKernel(row: KernelRow) throws {
    for r in [0.0, 0.3, 1.1] {
      let density = { (w: Double) in row.kernel.spectralDensity(at: [w]) ?? .nan }
      // From 1e-12 on: a density may be infinite, and integrable, at 0.
      let near = try integrate(from: 1e-12, to: 20, relativeTolerance: 1e-9, absoluteTolerance: 1e-9) {
        density($0) * cos($0 * r)
      }.value
      let far = try integrate(
        from: 20, to: 2000, relativeTolerance: 1e-9, absoluteTolerance: 1e-8, maximumIntervals: 5000
      ) { density($0) * cos($0 * r) }.value
      // Beyond 2000 the densities are below C / omega^2: Matern 1/2 leaves C / 2000 at r = 0.
      let rest = r == 0 ? density(2000) * 2000 : 0
      #expect(abs((near + far + rest) / .pi - (try row.kernel.covariance([r], [0]))) < 1e-4, "r = \(r)")
    }
  }

  /// The variance is the integral of the density over the plane, divided by (2 pi)^2.
  @Test(
    arguments: KernelRow.all.filter {
      $0.kernel.coordinates(dimension: $0.dimension) == [0, 1]
        && $0.kernel.spectralDensity(at: [1, 1]) != nil
    })
  func spectrumOnThePlaneGivesTheVariance(row: KernelRow) throws {
    let inner = { (u: Double) in
      (try? integrate(from: 0, to: .infinity, relativeTolerance: 1e-7, absoluteTolerance: 1e-10) { v in
        row.kernel.spectralDensity(at: [u, v]) ?? .nan
      }.value) ?? .nan
    }
    let integral = try integrate(
      from: 1e-12, to: .infinity, relativeTolerance: 1e-5, absoluteTolerance: 1e-6, inner
    ).value
    let variance = try row.kernel.covariance([0.2, 0.3], [0.2, 0.3])
    #expect(abs(integral / (.pi * .pi) - variance) < 1e-3 * variance)
  }
}
