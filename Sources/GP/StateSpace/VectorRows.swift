/// Small matrices whose rows are padded with zeros to whole vectors of four, on addresses that are multiples of 32
/// bytes: all that is done to them is done to rows.
struct VectorRows {
  /// From row to row.
  let width: Int
  private let vectors: Int
  private typealias Vector = SIMD4<Double>

  static var alignment: Int { 32 }

  init(_ size: Int) {
    vectors = (size + 3) / 4
    width = 4 * vectors
  }

  static func allocate(_ count: Int) -> UnsafeMutablePointer<Double> {
    let bytes = max(count, 1) * MemoryLayout<Double>.stride
    let block = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
      .bindMemory(to: Double.self, capacity: max(count, 1))
    block.initialize(repeating: 0, count: max(count, 1))
    return block
  }

  /// y += weight x.
  @inline(__always) func add(_ weight: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>) {
    let (x, y) = (UnsafeRawPointer(x), UnsafeMutableRawPointer(y))
    for i in 0..<vectors {
      let addend = weight * x.load(fromByteOffset: 32 * i, as: Vector.self)
      y.storeBytes(of: y.load(fromByteOffset: 32 * i, as: Vector.self) + addend, toByteOffset: 32 * i, as: Vector.self)
    }
  }

  /// y = weight x.
  @inline(__always) func set(_ y: UnsafeMutablePointer<Double>, _ weight: Double, _ x: UnsafePointer<Double>) {
    let (x, y) = (UnsafeRawPointer(x), UnsafeMutableRawPointer(y))
    for i in 0..<vectors {
      y.storeBytes(of: weight * x.load(fromByteOffset: 32 * i, as: Vector.self), toByteOffset: 32 * i, as: Vector.self)
    }
  }

  /// y *= x, element by element.
  @inline(__always) func multiply(_ y: UnsafeMutablePointer<Double>, by x: UnsafePointer<Double>) {
    let (x, y) = (UnsafeRawPointer(x), UnsafeMutableRawPointer(y))
    for i in 0..<vectors {
      let product = y.load(fromByteOffset: 32 * i, as: Vector.self) * x.load(fromByteOffset: 32 * i, as: Vector.self)
      y.storeBytes(of: product, toByteOffset: 32 * i, as: Vector.self)
    }
  }

  @inline(__always) func clear(_ y: UnsafeMutablePointer<Double>) {
    let y = UnsafeMutableRawPointer(y)
    for i in 0..<vectors { y.storeBytes(of: .zero, toByteOffset: 32 * i, as: Vector.self) }
  }

  @inline(__always) func dot(_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>) -> Double {
    let (x, y) = (UnsafeRawPointer(x), UnsafeRawPointer(y))
    var sum = Vector.zero
    for i in 0..<vectors {
      sum += x.load(fromByteOffset: 32 * i, as: Vector.self) * y.load(fromByteOffset: 32 * i, as: Vector.self)
    }
    return sum.sum()
  }

  /// U of A = U^T U in place, upper triangular, of the first rows and columns of A; what is left below the diagonal
  /// is of no use. What rounding makes negative on the diagonal is as good as 0: it is lifted to the smallest size
  /// that rounding can tell from it.
  @inline(__always) func factor(_ a: UnsafeMutablePointer<Double>, _ size: Int) {
    for j in 0..<size {
      let row = a + j * width
      let diagonal = row[j]
      for t in 0..<j { add(-a[t * width + j], a + t * width, to: row) }
      let root = max(row[j], diagonal * 0x1p-50, .leastNormalMagnitude).squareRoot()
      set(row, 1 / root, row)
      row[j] = root
    }
  }
}
