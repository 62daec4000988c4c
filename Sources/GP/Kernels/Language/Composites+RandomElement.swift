import NumericCore
import PPL

extension KernelSum: RandomElementKernel {
  public func randomCovariance(
    of points: Matrix, _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<Matrix> {
    var rest = hyperparameters
    var result = Random<Matrix>(Matrix(rows: points.rows, columns: points.rows))
    for term in terms {
      result = result + (try term.randomElement(of: points, rest.prefix(term.parameterCount)))
      rest = rest.dropFirst(term.parameterCount)
    }
    return result
  }
}

extension KernelProduct: RandomElementKernel {
  public func randomCovariance(
    of points: Matrix, _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<Matrix> {
    var rest = hyperparameters
    var result = Random<Matrix>(Matrix(rows: points.rows, columns: points.rows, repeating: 1))
    for factor in factors {
      let next = try factor.randomElement(of: points, rest.prefix(factor.parameterCount))
      result = elementwiseProduct(result, next)
      rest = rest.dropFirst(factor.parameterCount)
    }
    return result
  }
}

extension ScaledKernel: RandomElementKernel {
  public func randomCovariance(
    of points: Matrix, _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<Matrix> {
    hyperparameters[hyperparameters.startIndex]
      * (try base.randomElement(of: points, hyperparameters.dropFirst()))
  }
}

extension CoordinateKernel: RandomElementKernel {
  public func randomCovariance(
    of points: Matrix, _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<Matrix> {
    try base.randomElement(of: Matrix(points: Array(points.column(coordinate))), hyperparameters)
  }
}

extension WarpedKernel: RandomElementKernel {
  public func randomCovariance(
    of points: Matrix, _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<Matrix> {
    try base.randomElement(of: mapped(points), hyperparameters)
  }
}
