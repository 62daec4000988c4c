import NumericCore
import PPL

/// A kernel whose process the language can draw as a path, from point to point.
public protocol RandomPathKernel: Kernel {
  /// The values of a draw at ascending points that differ, with hyper-parameters in their own units, in the order of
  /// `parameterList`. The count has been checked.
  func randomPath(
    _ name: String, at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<[Double]>
}

extension Kernel {
  /// A latent function at points of the line with random hyper-parameters, in linear time: a Markov process that goes
  /// from point to point, driven by standard normal variates, which are what is inferred (a non-centred prior, for
  /// NUTS to walk easily):
  ///
  ///     let alpha = Latent("alpha", HalfNormal(scale: 1))
  ///     let rho = Latent("rho", InverseGamma(shape: 5, scale: 5))
  ///     let f = try RadialKernel(.matern32, lengthScale: 1).scaled(by: 1)
  ///       .path("f", at: x, hyperparameters: [square(alpha), rho])
  ///     Observe(counts, from: PoissonLog(logRate: f))
  ///
  /// - Parameters:
  ///   - name: of the site of the variates; those of the second and later terms of sums, and paths of
  ///     products, have a number behind it.
  ///   - points: in any order. They may repeat; those that differ by less than 1e-10 of their range count as one.
  ///   - hyperparameters: in their own units, in the order of `parameterList`; those of the kernel itself stand for
  ///     nothing but their number.
  /// - Throws: `notFinite`; `wrongParameterCount`; `noStateSpace` unless the kernel is of Matern, periodic, constant,
  ///   linear and cosine kernels, their sums and multiples, and products with at most one Matern factor.
  public func path(
    _ name: String, at points: [Double], hyperparameters: [Random<Double>]
  ) throws(KernelError) -> Random<[Double]> {
    try check(Matrix(points: points))
    guard hyperparameters.count == parameterCount else {
      throw .wrongParameterCount(count: hyperparameters.count, expected: parameterCount)
    }
    let order = points.indices.sorted { points[$0] < points[$1] }
    let range = (order.last.map { points[$0] } ?? 0) - (order.first.map { points[$0] } ?? 0)
    var (distinct, places) = ([Double](), Array(repeating: 0, count: points.count))
    for i in order {
      if distinct.last.map({ points[i] - $0 > 1e-10 * range }) ?? true { distinct.append(points[i]) }
      places[i] = distinct.count - 1
    }
    return try pathPart(name, at: distinct, hyperparameters[...])[places]
  }

  func pathPart(
    _ name: String, at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<[Double]> {
    guard let kernel = self as? any RandomPathKernel else {
      throw .noStateSpace(
        kernel: description,
        expected: "Matern, periodic, constant, linear and cosine kernels, sums and products of them")
    }
    return try kernel.randomPath(name, at: points, hyperparameters)
  }
}

extension KernelSum: RandomPathKernel {
  public func randomPath(
    _ name: String, at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<[Double]> {
    guard let first = terms.first else { throw .emptyKernel(kernel: "a sum") }
    var rest = hyperparameters.dropFirst(first.parameterCount)
    var result = try first.pathPart(name, at: points, hyperparameters.prefix(first.parameterCount))
    for (number, term) in terms.enumerated().dropFirst() {
      result = result + (try term.pathPart("\(name)\(number + 1)", at: points, rest.prefix(term.parameterCount)))
      rest = rest.dropFirst(term.parameterCount)
    }
    return result
  }
}

extension ScaledKernel: RandomPathKernel {
  public func randomPath(
    _ name: String, at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<[Double]> {
    let path = try base.pathPart(name, at: points, hyperparameters.dropFirst())
    return sqrt(hyperparameters[hyperparameters.startIndex]) * path
  }
}

extension ConstantKernel: RandomPathKernel {
  public func randomPath(
    _ name: String, at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<[Double]> {
    sqrt(hyperparameters[hyperparameters.startIndex]) * Latent(name, Normal(0, 1)) * points.map { _ in 1.0 }
  }
}

extension LinearKernel: RandomPathKernel {
  public func randomPath(
    _ name: String, at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<[Double]> {
    try validate(dimension: 1)
    let p = Array(hyperparameters)
    return sqrt(p[0]) * Latent(name, Normal(0, 1)) * (points - p[1])
  }
}

extension CosineKernel: RandomPathKernel {
  public func randomPath(
    _ name: String, at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<[Double]> {
    let normals = Latent(name, Normal(0, 1), count: 2)
    let angles = points.map { 2 * Double.pi * $0 } / hyperparameters[hyperparameters.startIndex]
    return normals[0] * cos(angles) + normals[1] * sin(angles)
  }
}

extension CoordinateKernel: RandomPathKernel {
  public func randomPath(
    _ name: String, at points: [Double], _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<[Double]> {
    try validate(dimension: 1)
    return try base.pathPart(name, at: points, hyperparameters)
  }
}
