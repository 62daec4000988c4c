/// The method of generalised minimal residuals for A x = b, from x = 0, preconditioned from the right (Saad and
/// Schultz, SIAM J. Sci. Stat. Comput. 1986): x = M y with M close to the inverse of A.
struct GMRES {
  /// Where it ends: |b - A x| over |b|.
  let tolerance: Double
  let mostIterations: Int

  struct Outcome {
    var x: [Double]
    /// |b - A x| over |b|, as the iteration estimates it.
    var relativeResidual: Double
    var iterations: Int
  }

  /// Cost: a product and a preconditioner an iteration, and 4 n for each one before it; memory of n for each.
  func solve(
    _ b: [Double], apply: ([Double]) throws -> [Double], precondition: ([Double]) throws -> [Double]
  ) rethrows -> Outcome {
    let size = norm(b)
    guard size > 0 else { return Outcome(x: b, relativeResidual: 0, iterations: 0) }
    var basis = [b.map { $0 / size }]
    var columns: [[Double]] = []
    var rotations: [(c: Double, s: Double)] = []
    var right = [size]
    for k in 0..<mostIterations {
      var w = try apply(precondition(basis[k]))
      var h: [Double] = []
      // Twice is enough: what rounding leaves of the first time goes with the second.
      var again = Array(repeating: 0.0, count: k + 1)
      for j in 0...k { h.append(project(&w, basis[j])) }
      for j in 0...k { again[j] = project(&w, basis[j]) }
      for j in 0...k { h[j] += again[j] }
      let length = norm(w)
      for j in 0..<k {
        (h[j], h[j + 1]) = (
          rotations[j].c * h[j] + rotations[j].s * h[j + 1], rotations[j].c * h[j + 1] - rotations[j].s * h[j]
        )
      }
      let radius = (h[k] * h[k] + length * length).squareRoot()
      guard radius > 0 else { break }
      rotations.append((h[k] / radius, length / radius))
      h[k] = radius
      columns.append(h)
      right.append(-rotations[k].s * right[k])
      right[k] *= rotations[k].c
      if right[k + 1].magnitude <= tolerance * size || length == 0 { break }
      basis.append(w.map { $0 / length })
    }
    let count = columns.count
    var y = Array(repeating: 0.0, count: count)
    for j in stride(from: count - 1, through: 0, by: -1) {
      var sum = right[j]
      for l in j + 1..<max(count, j + 1) { sum -= columns[l][j] * y[l] }
      y[j] = sum / columns[j][j]
    }
    var combination = Array(repeating: 0.0, count: b.count)
    for j in 0..<count { for i in combination.indices { combination[i] += y[j] * basis[j][i] } }
    return Outcome(
      x: try precondition(combination), relativeResidual: (right.last ?? size).magnitude / size, iterations: count)
  }

  /// Takes the part along a unit vector off; returns its length.
  private func project(_ w: inout [Double], _ unit: [Double]) -> Double {
    var dot = 0.0
    for i in w.indices { dot += w[i] * unit[i] }
    for i in w.indices { w[i] -= dot * unit[i] }
    return dot
  }
}
