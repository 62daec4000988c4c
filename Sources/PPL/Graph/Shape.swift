/// The shape of a value: a number, a vector, or a matrix (column-major).
public enum Shape: Hashable, Sendable, CustomStringConvertible {
  case scalar
  case vector(Int)
  case matrix(Int, Int)

  /// The number of elements.
  public var count: Int {
    switch self {
    case .scalar: 1
    case .vector(let n): n
    case .matrix(let rows, let columns): rows * columns
    }
  }

  public var isScalar: Bool { self == .scalar }

  /// The lengths of the axes: none, one or two.
  public var dimensions: [Int] {
    switch self {
    case .scalar: []
    case .vector(let n): [n]
    case .matrix(let rows, let columns): [rows, columns]
    }
  }

  public var description: String {
    switch self {
    case .scalar: "a scalar"
    case .vector(let n): "a vector of \(n)"
    case .matrix(let rows, let columns): "a \(rows) x \(columns) matrix"
    }
  }

  /// The shape of an elementwise operation on both: equal shapes, or a scalar with anything; nil otherwise.
  func broadcast(with other: Shape) -> Shape? {
    if self == other || other.isScalar { return self }
    return isScalar ? other : nil
  }
}

/// What the numbers of a value stand for.
public enum NumberKind: Hashable, Sendable {
  case real, integer, boolean
  /// Any other Swift value: known to continuations alone.
  case opaque
}
