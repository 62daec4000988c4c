import NumericCore
import PPL

extension RadialKernel: RandomElementKernel {
  public func randomCovariance(
    of points: Matrix, _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<Matrix> {
    let p = Array(hyperparameters)
    func squares(_ c: Int) -> Matrix {
      points.pairwise { i, j in (points[i, c] - points[j, c]) * (points[i, c] - points[j, c]) }
    }
    let all = points.pairwise { i, j in
      (0..<points.columns).reduce(0) {
        $0 + (points[i, $1] - points[j, $1]) * (points[i, $1] - points[j, $1])
      }
    }
    var s: Random<Matrix>
    if lengthScales.count == 1 {
      s = all / square(p[0])
    } else {
      s = squares(0) / square(p[0])
      for c in 1..<lengthScales.count { s = s + squares(c) / square(p[c]) }
    }
    // The root has no derivative where points are the same: there it is taken at 1, and then set to 0.
    let same = points.pairwise { i, j in all[i, j] == 0 ? 1 : 0 }
    let different = points.pairwise { i, j in all[i, j] == 0 ? 0 : 1 }
    func scaledRoot(_ rate: Double) -> Random<Matrix> {
      rate * elementwiseProduct(Random<Matrix>(different), sqrt(s + same))
    }
    switch profile {
    case .squaredExponential: return exp(-0.5 * s)
    case .matern12: return exp(-scaledRoot(1))
    case .matern32:
      let a = scaledRoot(RadialProfile.root3)
      return elementwiseProduct(1 + a, exp(-a))
    case .matern52:
      let a = scaledRoot(RadialProfile.root5)
      return elementwiseProduct(1 + a + square(a) / 3.0, exp(-a))
    case .rationalQuadratic:
      let alpha = p[lengthScales.count]
      return exp(-(alpha * log1p(0.5 * s / alpha)))
    }
  }
}

extension PeriodicKernel: RandomElementKernel {
  public func randomCovariance(
    of points: Matrix, _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<Matrix> {
    let p = Array(hyperparameters)
    let angles = points.pairwise { i, j in 2 * Double.pi * (points[i, 0] - points[j, 0]) }
    return exp((cos(angles / p[0]) - 1) / square(p[1]))
  }
}

extension CosineKernel: RandomElementKernel {
  public func randomCovariance(
    of points: Matrix, _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<Matrix> {
    let angles = points.pairwise { i, j in 2 * Double.pi * (points[i, 0] - points[j, 0]) }
    return cos(angles / hyperparameters[hyperparameters.startIndex])
  }
}

extension ConstantKernel: RandomElementKernel {
  public func randomCovariance(
    of points: Matrix, _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<Matrix> {
    hyperparameters[hyperparameters.startIndex]
      * Matrix(rows: points.rows, columns: points.rows, repeating: 1)
  }
}

extension LinearKernel: RandomElementKernel {
  public func randomCovariance(
    of points: Matrix, _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<Matrix> {
    let p = Array(hyperparameters)
    let c = coordinate
    let products = points.pairwise { i, j in points[i, c] * points[j, c] }
    let sums = points.pairwise { i, j in points[i, c] + points[j, c] }
    return p[0] * (products - p[1] * sums + square(p[1]))
  }
}

extension SpectralMixtureKernel: RandomElementKernel {
  public func randomCovariance(
    of points: Matrix, _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<Matrix> {
    let p = Array(hyperparameters)
    let distances = points.pairwise { i, j in (points[i, 0] - points[j, 0]).magnitude }
    let angles = points.pairwise { i, j in 2 * Double.pi * (points[i, 0] - points[j, 0]) }
    var sum = Random<Matrix>(Matrix(rows: points.rows, columns: points.rows))
    for q in components.indices {
      let r = distances / p[3 * q + 1]
      let m: Random<Matrix>
      switch envelope {
      case .gaussian: m = exp(-0.5 * square(r))
      case .studentT:
        let a = RadialProfile.root5 * r
        m = elementwiseProduct(1 + a + square(a) / 3.0, exp(-a))
      }
      sum = sum + p[3 * q] * elementwiseProduct(m, cos(angles * p[3 * q + 2]))
    }
    return sum
  }
}
