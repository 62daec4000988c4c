import NumericCore

extension AnyRandom {
  /// The product of a matrix with a matrix or a vector.
  static func matrixProduct(_ a: AnyRandom, _ b: AnyRandom) -> AnyRandom {
    guard case .matrix(let rows, let columns) = a.shape else {
      return failure(.shapeMismatch(operation: "matrix product", shapes: [a.shape, b.shape], location: nil))
    }
    switch b.shape {
    case .vector(columns):
      return apply(MatrixVector.self, [a, b], shape: .vector(rows), immediate: (rows, columns, 0, 0))
    case .matrix(columns, let n):
      return apply(MatrixMatrix.self, [a, b], shape: .matrix(rows, n), immediate: (rows, n, columns, 0))
    default:
      return failure(.shapeMismatch(operation: "matrix product", shapes: [a.shape, b.shape], location: nil))
    }
  }
}

extension Random where Value == [Double] {
  /// Element `index`, from 0.
  public subscript(index: Int) -> Random<Double> { .init(expression[element: index]) }
  /// The elements of a range of indices, from 0.
  public subscript(range: Range<Int>) -> Random<[Double]> {
    .init(expression[slice: range.lowerBound, count: range.count])
  }
  /// The elements at known indices, from 0: `alpha[group]`.
  ///
  /// An index out of range is the error `ModelError.indexOutOfRange`.
  public subscript(indices: [Int]) -> Random<[Double]> {
    let count = expression.shape.count
    if let index = indices.first(where: { $0 < 0 || $0 >= count }) {
      return .init(.failure(.indexOutOfRange(operation: "gather", index: index, count: count)))
    }
    return .init(.apply(Gather.self, [expression, AnyRandom(indices.constant)], shape: .vector(indices.count)))
  }
  /// The element at a random index, from 0. NaN where the index is out of range.
  public subscript(index: Random<Int>) -> Random<Double> {
    .init(.apply(Gather.self, [expression, index.expression], shape: .scalar))
  }
  /// The elements at random indices.
  public subscript(indices: Random<[Int]>) -> Random<[Double]> {
    .init(.apply(Gather.self, [expression, indices.expression], shape: indices.expression.shape))
  }

  public var count: Int { expression.shape.count }
  public var sum: Random<Double> { .init(expression.sum) }
  public var mean: Random<Double> { .init(expression.sum * AnyRandom(1 / Double(count))) }
  /// The sums of the first 1, 2, ... elements.
  public var cumulativeSum: Random<[Double]> { .init(expression.cumulativeSum) }
  /// log(sum of exp(x)), without overflow.
  public var logSumExp: Random<Double> { .init(expression.logSumExp) }
}

extension Random where Value == [Double] {
  /// The elements as a matrix, column by column.
  public func matrix(rows: Int, columns: Int) -> Random<Matrix> {
    guard rows >= 0, columns >= 0, rows * columns == count else {
      return .init(
        .failure(.shapeMismatch(operation: "matrix", shapes: [expression.shape, .matrix(rows, columns)], location: nil)))
    }
    return .init(.apply(Slice.self, [expression], shape: .matrix(rows, columns), immediate: (0, 1, 0, 0)))
  }

  /// A vector of random numbers.
  public init(_ elements: [Random<Double>]) { self.init(.stack(elements.map(\.expression))) }

  /// Vectors, one after the other.
  public static func concatenated(_ parts: [Random<[Double]>]) -> Self { Self(.stack(parts.map(\.expression))) }
}

/// The sum of the products of elements.
public func dot(_ a: Random<[Double]>, _ b: Random<[Double]>) -> Random<Double> {
  .init((a.expression * b.expression).sum)
}

/// The sum of the products of elements.
public func dot(_ a: Random<[Double]>, _ b: [Double]) -> Random<Double> {
  .init((a.expression * AnyRandom(b)).sum)
}

/// log(exp(a) + exp(b)), element by element, without overflow: the log density of a mixture of two.
public func logAddExp<Value: RealArray>(_ a: Random<Value>, _ b: Random<Value>) -> Random<Value> {
  .init(.binary(Elementary.LogAddExp.self, a.expression, b.expression))
}

extension [Double] {
  /// The element at a random index, from 0. NaN where the index is out of range.
  public subscript(index: Random<Int>) -> Random<Double> { Random<[Double]>(self)[index] }
}

extension Matrix {
  /// The row at a random index, from 0: of a transition matrix, the probabilities of what follows a state. NaN where the
  /// index is out of range.
  public subscript(row index: Random<Int>) -> Random<[Double]> {
    part(index, isInside: rows, first: 1, steps: (0..<columns).map { $0 * rows })
  }

  /// The column at a random index, from 0. NaN where the index is out of range.
  public subscript(column index: Random<Int>) -> Random<[Double]> {
    part(index, isInside: columns, first: rows, steps: Array(0..<rows))
  }

  private func part(_ index: Random<Int>, isInside count: Int, first: Int, steps: [Int]) -> Random<[Double]> {
    let isInside = Random<Int>(-1).real < index.real && index.real < Random<Double>(Double(count))
    let start = isInside.expression * AnyRandom(Double(first)) * index.expression - (AnyRandom(1) - isInside.expression)
    return .init(
      .apply(
        Gather.self, [AnyRandom(constant), start + isInside.expression * AnyRandom(steps.map(Double.init))],
        shape: .vector(steps.count)))
  }
}

extension Random where Value == Matrix {
  /// Element [i, j], from 0.
  public subscript(i: Int, j: Int) -> Random<Double> {
    guard case .matrix(let rows, let columns) = expression.shape, (0..<rows).contains(i), (0..<columns).contains(j)
    else {
      return .init(.failure(.indexOutOfRange(operation: "matrix element", index: i, count: expression.shape.count)))
    }
    return .init(expression[element: i + j * rows])
  }
  public var sum: Random<Double> { .init(expression.sum) }

  /// Row i, from 0.
  public subscript(row i: Int) -> Random<[Double]> {
    let (rows, columns) = size
    guard (0..<rows).contains(i) else {
      return .init(.failure(.indexOutOfRange(operation: "matrix row", index: i, count: rows)))
    }
    return .init(expression[slice: i, count: columns, stride: rows])
  }

  /// Column j, from 0.
  public subscript(column j: Int) -> Random<[Double]> {
    let (rows, columns) = size
    guard (0..<columns).contains(j) else {
      return .init(.failure(.indexOutOfRange(operation: "matrix column", index: j, count: columns)))
    }
    return .init(expression[slice: j * rows, count: rows])
  }

  public var transposed: Self {
    let (rows, columns) = size
    let places = (0..<(rows * columns)).map { place in place / columns + place % columns * rows }
    return .init(
      .apply(Gather.self, [expression, AnyRandom(places.map(Double.init))], shape: .matrix(columns, rows)))
  }

  /// Row i times element i of a vector: the product of a diagonal matrix with this one.
  public func scalingRows(by factors: some RealArgument) -> Self {
    let (factors, (rows, columns)) = (factors.argument, size)
    guard factors.shape == .vector(rows) else {
      return .init(
        .failure(.shapeMismatch(operation: "scalingRows", shapes: [expression.shape, factors.shape], location: nil)))
    }
    let places = (0..<(rows * columns)).map { Double($0 % rows) }
    return .init(.apply(Gather.self, [factors, AnyRandom(places)], shape: expression.shape) * expression)
  }

  private var size: (rows: Int, columns: Int) {
    (expression.shape.dimensions.first ?? 1, expression.shape.dimensions.last ?? 1)
  }
}

/// The lower Cholesky factor of a symmetric matrix. Where it is not positive definite, the log density is NaN, and a
/// sampler rejects.
public func cholesky(_ a: Random<Matrix>) -> Random<Matrix> {
  guard case .matrix(let rows, let columns) = a.expression.shape, rows == columns else {
    return .init(.failure(.shapeMismatch(operation: "cholesky", shapes: [a.expression.shape], location: nil)))
  }
  return .init(.apply(CholeskyFactor.self, [a.expression], shape: .matrix(rows, rows), immediate: (rows, 0, 0, 0)))
}

/// The product of matrices, element by element.
public func elementwiseProduct(_ a: Random<Matrix>, _ b: Random<Matrix>) -> Random<Matrix> {
  .init(a.expression * b.expression)
}
