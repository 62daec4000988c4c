import NumericCore
import PPL
import Testing

/// A distribution of vectors, or with a vector of parameters, for the law tests.
struct VectorDistributionRow: Sendable, CustomTestStringConvertible {
  struct Setting: Sendable {
    let parameters: [Double]
    /// The number of elements of a value.
    let count: Int
    /// Of a value; nil where there is none, or none in closed form.
    var moments: (mean: [Double], covariance: Matrix)?
    /// The distribution function of element i at x; nil where there are categories.
    var cdf: (@Sendable (_ i: Int, _ x: Double) -> Double)?
  }

  let name: String
  /// Parameters at which all laws are checked.
  let settings: [Setting]
  /// From all parameters in one vector, and the number of elements of a value.
  let make: @Sendable (Random<[Double]>, Int) -> any Distribution

  var testDescription: String { name }

  func callAsFunction(_ parameters: [Double], count: Int) -> any Distribution {
    make(Random(expression: AnyRandom(parameters)), count)
  }
}

let vectorDistributionRows: [VectorDistributionRow] = [
  VectorDistributionRow(
    name: "Categorical", settings: [categorical([0.2, 0.5, 0.3]), categorical([0.9, 0.1])]
  ) { p, _ in Categorical(p) },
  VectorDistributionRow(
    name: "Dirichlet",
    settings: [dirichlet([2, 3.5]), dirichlet([0.6, 0.9]), dirichlet([1.5, 2, 3]), dirichlet([1, 1, 1])]
  ) { p, _ in Dirichlet(p) },
  VectorDistributionRow(
    name: "MultivariateNormal by covariance",
    settings: [normal([1, 4]), normal([0, 1, 1, 0.6, 2]), normal([1, -1, 0.25, -0.4, 1])]
  ) { p, n in
    MultivariateNormal(p[0..<n], covariance: triangle(p[n..<p.count], n, isSymmetric: true))
  },
  VectorDistributionRow(
    name: "MultivariateNormal by Cholesky",
    settings: [normal([1, 2], byFactor: true), normal([0.5, 1, 1, 0.6, 1.5], byFactor: true)]
  ) { p, n in
    MultivariateNormal(p[0..<n], cholesky: triangle(p[n..<p.count], n, isSymmetric: false))
  },
  VectorDistributionRow(
    name: "Ordered Normal",
    settings: [orderedNormal([1, 2], 1), orderedNormal([-1, 0.5], 2), orderedNormal([0, 1], 3)]
  ) { p, n in Ordered(Normal(p[0], p[1]), count: n) },
  VectorDistributionRow(name: "Ordered Cauchy", settings: [.init(parameters: [0.5, 2], count: 2)]) { p, n in
    Ordered(Cauchy(p[0], scale: p[1]), count: n)
  },
]

/// A matrix whose lower triangle is given column by column; its mirror or zeros above.
private func triangle(_ elements: Random<[Double]>, _ n: Int, isSymmetric: Bool) -> Random<Matrix> {
  var terms: [Random<Matrix>] = []
  for j in 0..<n {
    for i in j..<n {
      var unit = Matrix(rows: n, columns: n)
      unit[i, j] = 1
      if isSymmetric { unit[j, i] = 1 }
      terms.append(elements[terms.count] * unit)
    }
  }
  return terms.dropFirst().reduce(terms[0]) { $0 + $1 }
}

// MARK: Moments and marginal laws

private func categorical(_ p: [Double]) -> VectorDistributionRow.Setting { .init(parameters: p, count: 1) }

private func dirichlet(_ a: [Double]) -> VectorDistributionRow.Setting {
  let total = a.reduce(0, +)
  let mean = a.map { $0 / total }
  var covariance = Matrix.diagonal(mean)
  for i in a.indices { for j in a.indices { covariance[i, j] -= mean[i] * mean[j] } }
  for i in a.indices { for j in a.indices { covariance[i, j] /= total + 1 } }
  return .init(parameters: a, count: a.count, moments: (mean, covariance)) { i, x in
    regularizedBeta(a[i], total - a[i], x)
  }
}

private func normal(_ p: [Double], byFactor: Bool = false) -> VectorDistributionRow.Setting {
  let n = p.count == 2 ? 1 : 2
  var covariance = Matrix(rows: n, columns: n, repeating: p[n])
  if n == 2 {
    (covariance[1, 0], covariance[1, 1]) = (p[3], p[4])
    covariance[0, 1] = byFactor ? 0 : p[3]
  }
  if byFactor { covariance = covariance.timesTranspose(covariance) }
  let deviations = covariance.diagonal.map { $0.squareRoot() }
  return .init(parameters: p, count: n, moments: (Array(p[..<n]), covariance)) { i, x in
    normalCDF((x - p[i]) / deviations[i])
  }
}

/// Order statistics of up to three normal numbers (David and Nagaraja, Order Statistics, 2003, section 3.2).
private func orderedNormal(_ p: [Double], _ n: Int) -> VectorDistributionRow.Setting {
  let (pi, root) = (Double.pi, 3.0.squareRoot())
  let (outer, middle, near, far) = (
    1 + root / (2 * pi) - 9 / (4 * pi), 1 - root / pi, root / (2 * pi), 9 / (4 * pi) - root / pi
  )
  let mean: [Double], elements: [Double]
  switch n {
  case 1: (mean, elements) = ([0], [1])
  case 2:
    mean = [-1 / pi.squareRoot(), 1 / pi.squareRoot()]
    elements = [1 - 1 / pi, 1 / pi, 1 / pi, 1 - 1 / pi]
  default:
    mean = [-1.5 / pi.squareRoot(), 0, 1.5 / pi.squareRoot()]
    elements = [outer, near, far, near, middle, near, far, near, outer]
  }
  var covariance = Matrix(rows: n, columns: n)
  for j in 0..<n { for i in 0..<n { covariance[i, j] = p[1] * p[1] * elements[i + j * n] } }
  return .init(parameters: p, count: n, moments: (mean.map { p[0] + p[1] * $0 }, covariance)) { i, x in
    // At least i + 1 of n numbers lie below x.
    regularizedBeta(Double(i + 1), Double(n - i), normalCDF((x - p[0]) / p[1]))
  }
}
