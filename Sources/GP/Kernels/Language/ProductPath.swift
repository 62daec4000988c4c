import NumericCore
import PPL

/// Products of kernels of which at most one has no basis: f(x) = sum_b phi_b(x) g_b(x), with the products phi_b of the
/// others' functions, and independent draws g_b of its process, or standard normal weights where all have one. A
/// quasi-periodic process has some twenty paths.
extension KernelProduct: RandomBasisKernel, RandomPathKernel {
  func randomBasis(
    at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> [Random<[Double]>]? {
    let parts = try parts(at: points, hyperparameters)
    return parts.others.isEmpty ? parts.functions : nil
  }

  public func randomPath(
    _ name: String, at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<[Double]> {
    let (functions, others) = try parts(at: points, hyperparameters)
    guard let (process, own) = others.first else { return combination(name, of: functions) }
    guard others.count == 1 else {
      throw .noStateSpace(
        kernel: description,
        expected: "a product with one factor at most that is not periodic, constant, linear or cosine")
    }
    guard let first = functions.first else { return try process.pathPart(name, at: points, own) }
    var sum = first * (try process.pathPart(name, at: points, own))
    for (b, function) in functions.enumerated().dropFirst() {
      sum = sum + function * (try process.pathPart("\(name) factor \(b + 1)", at: points, own))
    }
    return sum
  }

  /// The products of the functions of all factors that have a basis, and the other factors with their
  /// hyper-parameters.
  private func parts(
    at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> (
    functions: [Random<[Double]>], others: [(kernel: any Kernel, hyperparameters: ArraySlice<Random<Double>>)]
  ) {
    var rest = hyperparameters
    var functions: [Random<[Double]>] = []
    var others: [(kernel: any Kernel, hyperparameters: ArraySlice<Random<Double>>)] = []
    for factor in factors {
      let own = rest.prefix(factor.parameterCount)
      rest = rest.dropFirst(factor.parameterCount)
      if let basis = try factor.basisPart(at: points, own) {
        functions = functions.isEmpty ? basis : functions.flatMap { a in basis.map { a * $0 } }
      } else {
        others.append((factor, own))
      }
    }
    return (functions, others)
  }
}

extension ScaledKernel: RandomBasisKernel {
  func randomBasis(
    at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> [Random<[Double]>]? {
    let size = sqrt(hyperparameters[hyperparameters.startIndex])
    return try base.basisPart(at: points, hyperparameters.dropFirst())?.map { size * $0 }
  }
}

extension ConstantKernel: RandomBasisKernel {
  func randomBasis(
    at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> [Random<[Double]>]? {
    [sqrt(hyperparameters[hyperparameters.startIndex]) * points.map { _ in 1.0 }]
  }
}

extension LinearKernel: RandomBasisKernel {
  func randomBasis(
    at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> [Random<[Double]>]? {
    try validate(dimension: 1)
    let p = Array(hyperparameters)
    return [sqrt(p[0]) * (points - p[1])]
  }
}

extension CosineKernel: RandomBasisKernel {
  func randomBasis(
    at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> [Random<[Double]>]? {
    let angles = points.map { 2 * Double.pi * $0 } / hyperparameters[hyperparameters.startIndex]
    return [cos(angles), sin(angles)]
  }
}

extension CoordinateKernel: RandomBasisKernel {
  func randomBasis(
    at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> [Random<[Double]>]? {
    try validate(dimension: 1)
    return try base.basisPart(at: points, hyperparameters)
  }
}
