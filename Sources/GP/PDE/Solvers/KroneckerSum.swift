import NumericCore

/// A_1 (x) 1 (x) 1 + 1 (x) A_2 (x) 1 + 1 (x) 1 (x) A_3 on arrays of up to three axes, the first fastest: its inverse by
/// Schur forms of the summands (Bartels and Stewart, 'Solution of the matrix equation AX + XB = C', CACM 1972).
///
/// Nothing is asked of the summands but that no sum of an eigenvalue of each is 0.
struct KroneckerSum: Sendable {
  let shape: [Int]
  /// Of A_1, A_2' and A_3; 0 where an axis is not there.
  private let forms: [ComplexSchur]
  /// The smallest and the largest modulus of its eigenvalues.
  let moduli: (smallest: Double, largest: Double)

  /// Cost: about 100 n^3 a summand. Precondition: one to three square summands.
  init(_ summands: [Matrix]) throws(LinearAlgebraError) {
    shape = summands.map(\.rows)
    let none = Matrix(rows: 1, columns: 1)
    var forms: [ComplexSchur] = []
    for axis in 0..<3 {
      let summand = axis < summands.count ? summands[axis] : none
      forms.append(try ComplexSchur(axis == 1 ? summand.transposed : summand))
    }
    self.forms = forms
    var (smallest, largest) = (Double.infinity, 0.0)
    for (a, b) in forms[0].eigenvalues.map({ $0 }).flatMap({ a in forms[1].eigenvalues.map { (a, $0) } }) {
      for c in forms[2].eigenvalues {
        let (re, im) = (a.real + b.real + c.real, a.imaginary + b.imaginary + c.imaginary)
        let modulus = (re * re + im * im).squareRoot()
        (smallest, largest) = (min(smallest, modulus), max(largest, modulus))
      }
    }
    moduli = (smallest, largest)
  }

  /// The inverse times b. Cost: 8 N n for each axis, and as much for the transforms.
  func solve(_ b: [Double]) -> [Double] {
    let shape = self.shape + Array(repeating: 1, count: 3 - self.shape.count)
    var (re, im) = (b, Array(repeating: 0.0, count: b.count))
    // V^H along the first and the last axis, V' along the second, whose form is that of the transpose.
    for axis in 0..<self.shape.count {
      multiply(&re, &im, axis: axis, transposed: true, conjugate: axis != 1, shape)
    }
    substitute(&re, &im, shape)
    for axis in 0..<self.shape.count {
      multiply(&re, &im, axis: axis, transposed: false, conjugate: axis == 1, shape)
    }
    return re
  }

  private func multiply(
    _ re: inout [Double], _ im: inout [Double], axis: Int, transposed: Bool, conjugate: Bool, _ shape: [Int]
  ) {
    let vectors = forms[axis].vectors
    let (a, b) = transposed ? (vectors.real.transposed, vectors.imaginary.transposed) : vectors
    let sign = conjugate ? -1.0 : 1
    func times(_ m: Matrix, _ x: [Double]) -> [Double] { KroneckerProduct.multiply(m, x, shape: shape, axis: axis) }
    let (ar, bi, ai, br) = (times(a, re), times(b, im), times(a, im), times(b, re))
    for i in re.indices {
      re[i] = ar[i] - sign * bi[i]
      im[i] = ai[i] + sign * br[i]
    }
  }

  /// Slabs of the third axis from the last to the first; each is a Sylvester equation in triangles.
  private func substitute(_ re: inout [Double], _ im: inout [Double], _ shape: [Int]) {
    let (m, n, slabs) = (shape[0], shape[1], shape[2])
    let size = m * n
    var first = forms[0].triangle
    let third = forms[2].triangle
    var slab = Array(repeating: 0.0, count: ComplexSchur.room(rows: m, columns: n))
    for k in stride(from: slabs - 1, through: 0, by: -1) {
      for i in 0..<size { (slab[2 * i], slab[2 * i + 1]) = (re[k * size + i], im[k * size + i]) }
      for l in k + 1..<max(slabs, k + 1) {
        let (tr, ti) = (third[2 * (k + l * slabs)], third[2 * (k + l * slabs) + 1])
        for i in 0..<size {
          let (xr, xi) = (re[l * size + i], im[l * size + i])
          slab[2 * i] -= tr * xr - ti * xi
          slab[2 * i + 1] -= tr * xi + ti * xr
        }
      }
      for i in 0..<m {
        let diagonal = 2 * i * (m + 1)
        first[diagonal] = forms[0].triangle[diagonal] + third[2 * k * (slabs + 1)]
        first[diagonal + 1] = forms[0].triangle[diagonal + 1] + third[2 * k * (slabs + 1) + 1]
      }
      first.withUnsafeBufferPointer { a in
        forms[1].triangle.withUnsafeBufferPointer { b in
          slab.withUnsafeMutableBufferPointer { c in
            guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
            ComplexSchur.solveTriangularSylvester(rows: m, columns: n, a, b, c)
          }
        }
      }
      for i in 0..<size { (re[k * size + i], im[k * size + i]) = (slab[2 * i], slab[2 * i + 1]) }
    }
  }
}
