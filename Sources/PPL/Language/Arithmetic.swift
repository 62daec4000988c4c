import NumericCore

/// A plain number that mixes with random ones.
public protocol PlainNumber: Sendable { var plainValue: Double { get } }
extension Double: PlainNumber { public var plainValue: Double { self } }
extension Int: PlainNumber { public var plainValue: Double { Double(self) } }

/// What broadcasts against a random vector: numbers and vectors, random or not.
public protocol VectorOperand: Sendable { var vectorOperand: AnyRandom { get } }
extension Double: VectorOperand { public var vectorOperand: AnyRandom { AnyRandom(self) } }
extension Int: VectorOperand { public var vectorOperand: AnyRandom { AnyRandom(Double(self)) } }
extension Array: VectorOperand where Element == Double { public var vectorOperand: AnyRandom { AnyRandom(self) } }
extension Random: VectorOperand where Value == Double { public var vectorOperand: AnyRandom { expression } }

/// What broadcasts against a random matrix: numbers and matrices, random or not.
public protocol MatrixOperand: Sendable { var matrixOperand: AnyRandom { get } }
extension Double: MatrixOperand { public var matrixOperand: AnyRandom { AnyRandom(self) } }
extension Int: MatrixOperand { public var matrixOperand: AnyRandom { AnyRandom(Double(self)) } }
extension Matrix: MatrixOperand { public var matrixOperand: AnyRandom { AnyRandom(constant) } }
extension Random: MatrixOperand where Value == Double { public var matrixOperand: AnyRandom { expression } }

extension Random where Value == Double {
  public static func + (a: Self, b: Self) -> Self { Self(a.expression + b.expression) }
  public static func + (a: some PlainNumber, b: Self) -> Self { Self(AnyRandom(a.plainValue) + b.expression) }
  public static func + (a: Self, b: some PlainNumber) -> Self { Self(a.expression + AnyRandom(b.plainValue)) }
  public static func + (a: [Double], b: Self) -> Random<[Double]> { .init(AnyRandom(a) + b.expression) }
  public static func + (a: Self, b: [Double]) -> Random<[Double]> { .init(a.expression + AnyRandom(b)) }
  public static func + (a: Matrix, b: Self) -> Random<Matrix> { .init(AnyRandom(a.constant) + b.expression) }
  public static func + (a: Self, b: Matrix) -> Random<Matrix> { .init(a.expression + AnyRandom(b.constant)) }
  public static func - (a: Self, b: Self) -> Self { Self(a.expression - b.expression) }
  public static func - (a: some PlainNumber, b: Self) -> Self { Self(AnyRandom(a.plainValue) - b.expression) }
  public static func - (a: Self, b: some PlainNumber) -> Self { Self(a.expression - AnyRandom(b.plainValue)) }
  public static func - (a: [Double], b: Self) -> Random<[Double]> { .init(AnyRandom(a) - b.expression) }
  public static func - (a: Self, b: [Double]) -> Random<[Double]> { .init(a.expression - AnyRandom(b)) }
  public static func - (a: Matrix, b: Self) -> Random<Matrix> { .init(AnyRandom(a.constant) - b.expression) }
  public static func - (a: Self, b: Matrix) -> Random<Matrix> { .init(a.expression - AnyRandom(b.constant)) }
  public static func * (a: Self, b: Self) -> Self { Self(a.expression * b.expression) }
  public static func * (a: some PlainNumber, b: Self) -> Self { Self(AnyRandom(a.plainValue) * b.expression) }
  public static func * (a: Self, b: some PlainNumber) -> Self { Self(a.expression * AnyRandom(b.plainValue)) }
  public static func * (a: [Double], b: Self) -> Random<[Double]> { .init(AnyRandom(a) * b.expression) }
  public static func * (a: Self, b: [Double]) -> Random<[Double]> { .init(a.expression * AnyRandom(b)) }
  public static func * (a: Matrix, b: Self) -> Random<Matrix> { .init(AnyRandom(a.constant) * b.expression) }
  public static func * (a: Self, b: Matrix) -> Random<Matrix> { .init(a.expression * AnyRandom(b.constant)) }
  public static func / (a: Self, b: Self) -> Self { Self(a.expression / b.expression) }
  public static func / (a: some PlainNumber, b: Self) -> Self { Self(AnyRandom(a.plainValue) / b.expression) }
  public static func / (a: Self, b: some PlainNumber) -> Self { Self(a.expression / AnyRandom(b.plainValue)) }
  public static func / (a: [Double], b: Self) -> Random<[Double]> { .init(AnyRandom(a) / b.expression) }
  public static func / (a: Self, b: [Double]) -> Random<[Double]> { .init(a.expression / AnyRandom(b)) }
  public static func / (a: Matrix, b: Self) -> Random<Matrix> { .init(AnyRandom(a.constant) / b.expression) }
  public static func / (a: Self, b: Matrix) -> Random<Matrix> { .init(a.expression / AnyRandom(b.constant)) }
  public static prefix func - (a: Self) -> Self { Self(-a.expression) }
}

/// Element by element; a scalar broadcasts.
extension Random where Value == [Double] {
  public static func + (a: Self, b: Self) -> Self { Self(a.expression + b.expression) }
  public static func + (a: some VectorOperand, b: Self) -> Self { Self(a.vectorOperand + b.expression) }
  public static func + (a: Self, b: some VectorOperand) -> Self { Self(a.expression + b.vectorOperand) }
  public static func - (a: Self, b: Self) -> Self { Self(a.expression - b.expression) }
  public static func - (a: some VectorOperand, b: Self) -> Self { Self(a.vectorOperand - b.expression) }
  public static func - (a: Self, b: some VectorOperand) -> Self { Self(a.expression - b.vectorOperand) }
  public static func * (a: Self, b: Self) -> Self { Self(a.expression * b.expression) }
  public static func * (a: some VectorOperand, b: Self) -> Self { Self(a.vectorOperand * b.expression) }
  public static func * (a: Self, b: some VectorOperand) -> Self { Self(a.expression * b.vectorOperand) }
  public static func / (a: Self, b: Self) -> Self { Self(a.expression / b.expression) }
  public static func / (a: some VectorOperand, b: Self) -> Self { Self(a.vectorOperand / b.expression) }
  public static func / (a: Self, b: some VectorOperand) -> Self { Self(a.expression / b.vectorOperand) }
  public static prefix func - (a: Self) -> Self { Self(-a.expression) }
}

/// Sums and differences go element by element, a scalar broadcast; `*` of matrices and vectors is the matrix product.
extension Random where Value == Matrix {
  public static func + (a: Self, b: Self) -> Self { Self(a.expression + b.expression) }
  public static func + (a: some MatrixOperand, b: Self) -> Self { Self(a.matrixOperand + b.expression) }
  public static func + (a: Self, b: some MatrixOperand) -> Self { Self(a.expression + b.matrixOperand) }
  public static func - (a: Self, b: Self) -> Self { Self(a.expression - b.expression) }
  public static func - (a: some MatrixOperand, b: Self) -> Self { Self(a.matrixOperand - b.expression) }
  public static func - (a: Self, b: some MatrixOperand) -> Self { Self(a.expression - b.matrixOperand) }
  public static func * (a: some PlainNumber, b: Self) -> Self { Self(AnyRandom(a.plainValue) * b.expression) }
  public static func * (a: Self, b: some PlainNumber) -> Self { Self(a.expression * AnyRandom(b.plainValue)) }
  public static func * (a: Random<Double>, b: Self) -> Self { Self(a.expression * b.expression) }
  public static func * (a: Self, b: Random<Double>) -> Self { Self(a.expression * b.expression) }
  public static func / (a: Self, b: some PlainNumber) -> Self { Self(a.expression / AnyRandom(b.plainValue)) }
  public static func / (a: Self, b: Random<Double>) -> Self { Self(a.expression / b.expression) }
  public static func * (a: Self, b: Self) -> Self { Self(.matrixProduct(a.expression, b.expression)) }
  public static func * (a: Matrix, b: Self) -> Self { Self(.matrixProduct(AnyRandom(a.constant), b.expression)) }
  public static func * (a: Self, b: Matrix) -> Self { Self(.matrixProduct(a.expression, AnyRandom(b.constant))) }
  public static func * (a: Self, b: Random<[Double]>) -> Random<[Double]> {
    .init(.matrixProduct(a.expression, b.expression))
  }
  public static func * (a: Self, b: [Double]) -> Random<[Double]> {
    .init(.matrixProduct(a.expression, AnyRandom(b)))
  }
  public static prefix func - (a: Self) -> Self { Self(-a.expression) }
}

/// The product of a matrix and a random vector: one `gemv`.
public func * (a: Matrix, b: Random<[Double]>) -> Random<[Double]> {
  .init(.matrixProduct(AnyRandom(a.constant), b.expression))
}

extension Random where Value == Int {
  public static func + (a: Self, b: Self) -> Self { Self(a.expression + b.expression) }
  public static func + (a: Int, b: Self) -> Self { Self(AnyRandom(a.constant) + b.expression) }
  public static func + (a: Self, b: Int) -> Self { Self(a.expression + AnyRandom(b.constant)) }
  public static func - (a: Self, b: Self) -> Self { Self(a.expression - b.expression) }
  public static func - (a: Int, b: Self) -> Self { Self(AnyRandom(a.constant) - b.expression) }
  public static func - (a: Self, b: Int) -> Self { Self(a.expression - AnyRandom(b.constant)) }
  public static func * (a: Self, b: Self) -> Self { Self(a.expression * b.expression) }
  public static func * (a: Int, b: Self) -> Self { Self(AnyRandom(a.constant) * b.expression) }
  public static func * (a: Self, b: Int) -> Self { Self(a.expression * AnyRandom(b.constant)) }
  /// The same number as a real one.
  public var real: Random<Double> { .init(expression) }
}

extension Random where Value == [Int] {
  /// The same numbers as real ones.
  public var real: Random<[Double]> { .init(expression) }
}
