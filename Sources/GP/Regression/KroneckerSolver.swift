import Foundation
import NumericCore

/// C = K_1 (x) K_2 (x) ... + noise 1 on a complete grid, by the eigendecomposition of each factor: C = Q
/// (Lambda + noise) Q' with Q = Q_1 (x) Q_2 (x) ... (Saatci 2011, chapter 5). Exact.
///
/// Cost: 9 n_d^3 for each axis once, then 4 N sum n_d a column solved.
struct KroneckerSolver: CovarianceSolver {
  private let kernels: [any Kernel]
  private let noise: Double
  private let grid: ObservedGrid
  private let factors: [Matrix]
  private let eigenvectors: KroneckerProduct
  private let eigenvectorsTransposed: KroneckerProduct
  private let eigenvalues: [[Double]]
  /// Lambda + noise.
  private let spectrum: [Double]

  /// - Parameter kernels: of the line, one for each axis.
  /// - Throws: `kernel`, or `covariance` where an eigenvalue is not positive.
  init(_ kernels: [any Kernel], noise: Double, on grid: ObservedGrid) throws(RegressionError) {
    (self.kernels, self.noise, self.grid) = (kernels, noise, grid)
    var (factors, vectors, values): ([Matrix], [Matrix], [[Double]]) = ([], [], [])
    for (kernel, axis) in zip(kernels, grid.axes) {
      do {
        let factor = try kernel.covariance(of: Matrix(points: axis))
        let eigen = try SymmetricEigen(factor)
        factors.append(factor)
        vectors.append(eigen.vectors)
        // What rounding leaves below 0 is 0.
        values.append(eigen.values.map { max($0, 0) })
      } catch let error as KernelError { throw .kernel(error) } catch let error as LinearAlgebraError {
        throw .covariance(error)
      } catch { preconditionFailure("\(error)") }
    }
    (self.factors, eigenvalues) = (factors, values)
    eigenvectors = KroneckerProduct(vectors)
    eigenvectorsTransposed = KroneckerProduct(vectors.map(\.transposed))
    spectrum = Self.outer(values).map { $0 + noise }
    if let index = spectrum.firstIndex(where: { !($0 > 0) }) {
      throw .covariance(.notPositiveDefinite(pivot: index))
    }
  }

  /// The products of one number of each list, the first list fastest.
  private static func outer(_ lists: [[Double]]) -> [Double] {
    lists.reduce([1]) { product, list in list.flatMap { value in product.map { $0 * value } } }
  }

  var count: Int { grid.cellCount }
  var logDeterminant: Double { spectrum.reduce(0) { $0 + log($1) } }
  var jitter: Double { 0 }

  func solve(_ b: Matrix) -> Matrix {
    var result = b
    for j in 0..<b.columns {
      let x = solve(Array(b.column(j)))
      result.withUnsafeMutableColumn(j) { column in for i in x.indices { column[i] = x[i] } }
    }
    return result
  }

  func solve(_ b: [Double]) -> [Double] {
    var z = eigenvectorsTransposed.multiply(b)
    for i in z.indices { z[i] /= spectrum[i] }
    return eigenvectors.multiply(z)
  }

  /// K x, without noise.
  func multiplyByKernel(_ x: [Double]) -> [Double] { KroneckerProduct(factors).multiply(x) }

  /// A draw of the process on all cells, of independent standard normal numbers.
  func priorDraw(_ normals: [Double]) -> [Double] {
    let roots = Self.outer(eigenvalues).map { $0.squareRoot() }
    return eigenvectors.multiply(zip(normals, roots).map { $0 * $1 })
  }

  func inverseDiagonal() -> [Double] {
    let squares = eigenvectors.factors.map { q in
      var q = q
      q.withUnsafeMutableBufferPointer { q in for i in q.indices { q[i] *= q[i] } }
      return q
    }
    return KroneckerProduct(squares).multiply(spectrum.map { 1 / $0 })
  }

  func gradient(outer v: Matrix) -> [Double] {
    let columns = (0..<v.columns).map { Array(v.column($0)) }
    var result: [Double] = []
    for (axis, kernel) in kernels.enumerated() {
      let adjoint = adjoint(axis, columns).symmetrised
      var part = Array(repeating: 0.0, count: kernel.parameterCount)
      part.withUnsafeMutableBufferPointer { part in
        guard let part = part.baseAddress else { return }
        kernel.accumulateGradient(ofChecked: Matrix(points: grid.axes[axis]), adjoint: adjoint, into: part)
      }
      result += part
    }
    let squares = columns.reduce(0) { $1.reduce($0) { $0 + $1 * $1 } }
    return result + [0.5 * noise * (squares - spectrum.reduce(0) { $0 + 1 / $1 })]
  }

  /// A with 1/2 tr((V V' - C^-1) dC) = <A, dK_axis>, where the other factors stay.
  private func adjoint(_ axis: Int, _ columns: [[Double]]) -> Matrix {
    let shape = grid.shape
    let n = shape[axis]
    var sums = Array(repeating: 0.0, count: n)
    var others = eigenvalues
    others[axis] = Array(repeating: 1, count: n)
    let stride = shape[..<axis].reduce(1, *)
    for (i, weight) in Self.outer(others).enumerated() { sums[i / stride % n] += weight / spectrum[i] }
    let q = eigenvectors.factors[axis]
    var result = (q * Matrix.diagonal(sums.map { -0.5 * $0 })).timesTranspose(q)
    for v in columns {
      var w = v
      for other in shape.indices where other != axis {
        w = KroneckerProduct.multiply(factors[other], w, shape: shape, axis: other)
      }
      let part = KroneckerProduct.contraction(v, w, shape: shape, axis: axis)
      for j in 0..<n { for i in 0..<n { result[i, j] += 0.5 * part[i, j] } }
    }
    return result
  }
}
