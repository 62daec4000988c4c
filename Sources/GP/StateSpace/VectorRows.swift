/// Small matrices whose rows are padded with zeros to whole vectors of four, on addresses that are multiples of 32
/// bytes: all that is done to them is done to rows.
struct VectorRows {
  /// From row to row; at least one vector.
  let width: Int
  private let vectors: Int
  private typealias Vector = SIMD4<Double>

  static var alignment: Int { 32 }

  @inline(__always) init(_ size: Int) {
    vectors = max((size + 3) / 4, 1)
    width = 4 * vectors
  }

  static func allocate(_ count: Int) -> UnsafeMutablePointer<Double> {
    let bytes = max(count, 1) * MemoryLayout<Double>.stride
    let block = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
      .bindMemory(to: Double.self, capacity: max(count, 1))
    block.initialize(repeating: 0, count: max(count, 1))
    return block
  }

  /// Does the same to each vector of a row, at its offset in bytes: rows of one or two vectors, which nearly all are,
  /// take no loop.
  @inline(__always) private func forEach(_ body: (_ offset: Int) -> Void) {
    body(0)
    guard vectors > 1 else { return }
    body(32)
    var i = 2
    while i < vectors {
      body(32 &* i)
      i &+= 1
    }
  }

  /// y += weight x.
  @inline(__always) func add(_ weight: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>) {
    let (x, y) = (UnsafeRawPointer(x), UnsafeMutableRawPointer(y))
    forEach {
      let addend = weight * x.load(fromByteOffset: $0, as: Vector.self)
      y.storeBytes(of: y.load(fromByteOffset: $0, as: Vector.self) + addend, toByteOffset: $0, as: Vector.self)
    }
  }

  /// y += sum_k a[k stride] x_k over rows x_k that follow each other, or y -= that; sums stay in registers.
  @inline(__always) func accumulate(
    _ a: UnsafePointer<Double>, _ stride: Int, _ x: UnsafePointer<Double>, _ count: Int,
    in y: UnsafeMutablePointer<Double>, subtracting: Bool = false
  ) {
    let (next, y) = (8 &* width, UnsafeMutableRawPointer(y))
    var (offset, left) = (0, vectors)
    while left > 0 {
      var x = UnsafeRawPointer(x) + offset
      var a = a
      var first = y.load(fromByteOffset: offset, as: Vector.self)
      if left == 1 {
        for _ in 0..<count {
          first += (subtracting ? -a[0] : a[0]) * x.load(as: Vector.self)
          (a, x) = (a + stride, x + next)
        }
        return y.storeBytes(of: first, toByteOffset: offset, as: Vector.self)
      }
      var second = y.load(fromByteOffset: offset &+ 32, as: Vector.self)
      for _ in 0..<count {
        let weight = subtracting ? -a[0] : a[0]
        first += weight * x.load(as: Vector.self)
        second += weight * x.load(fromByteOffset: 32, as: Vector.self)
        (a, x) = (a + stride, x + next)
      }
      y.storeBytes(of: first, toByteOffset: offset, as: Vector.self)
      y.storeBytes(of: second, toByteOffset: offset &+ 32, as: Vector.self)
      (offset, left) = (offset &+ 64, left &- 2)
    }
  }

  /// y = weight x.
  @inline(__always) func set(_ y: UnsafeMutablePointer<Double>, _ weight: Double, _ x: UnsafePointer<Double>) {
    let (x, y) = (UnsafeRawPointer(x), UnsafeMutableRawPointer(y))
    forEach {
      y.storeBytes(of: weight * x.load(fromByteOffset: $0, as: Vector.self), toByteOffset: $0, as: Vector.self)
    }
  }

  /// y *= x, element by element.
  @inline(__always) func multiply(_ y: UnsafeMutablePointer<Double>, by x: UnsafePointer<Double>) {
    let (x, y) = (UnsafeRawPointer(x), UnsafeMutableRawPointer(y))
    forEach {
      let product = y.load(fromByteOffset: $0, as: Vector.self) * x.load(fromByteOffset: $0, as: Vector.self)
      y.storeBytes(of: product, toByteOffset: $0, as: Vector.self)
    }
  }

  @inline(__always) func clear(_ y: UnsafeMutablePointer<Double>) {
    let y = UnsafeMutableRawPointer(y)
    forEach { y.storeBytes(of: .zero, toByteOffset: $0, as: Vector.self) }
  }

  @inline(__always) func dot(_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>) -> Double {
    let (x, y) = (UnsafeRawPointer(x), UnsafeRawPointer(y))
    var sum = Vector.zero
    forEach { sum += x.load(fromByteOffset: $0, as: Vector.self) * y.load(fromByteOffset: $0, as: Vector.self) }
    return sum.sum()
  }

  /// U of A = U^T U in place, upper triangular, of the first rows and columns of A; what is left below the diagonal
  /// is of no use. What rounding makes negative on the diagonal is as good as 0: it is lifted to the smallest size
  /// that rounding can tell from it.
  @inline(__always) func factor(_ a: UnsafeMutablePointer<Double>, _ size: Int) {
    for j in 0..<size {
      let row = a + j * width
      let diagonal = row[j]
      accumulate(a + j, width, a, j, in: row, subtracting: true)
      let root = max(row[j], diagonal * 0x1p-50, .leastNormalMagnitude).squareRoot()
      set(row, 1 / root, row)
      row[j] = root
    }
  }

  /// The first vectors of y = sum_k a[k stride] x_k over rows x_k that follow each other.
  @inline(__always) func combine(
    _ a: UnsafePointer<Double>, _ stride: Int, _ x: UnsafePointer<Double>, _ count: Int,
    to y: UnsafeMutablePointer<Double>, vectors: Int
  ) {
    var (x, y) = (UnsafeRawPointer(x), UnsafeMutableRawPointer(y))
    let next = 8 &* width
    @inline(__always) func weight(_ k: Int) -> Vector { Vector(repeating: a[k &* stride]) }
    @inline(__always) func load(_ k: Int) -> Vector { x.load(fromByteOffset: k &* next, as: Vector.self) }
    @inline(__always) func store(_ sum: Vector) {
      y.storeBytes(of: sum, as: Vector.self)
      (x, y) = (x + 32, y + 32)
    }
    let a0 = weight(0)
    switch count {
    case 1: for _ in 0..<vectors { store(a0 * load(0)) }
    case 2:
      let a1 = weight(1)
      for _ in 0..<vectors { store(a0 * load(0) + a1 * load(1)) }
    case 4:
      let (a1, a2, a3) = (weight(1), weight(2), weight(3))
      for _ in 0..<vectors { store(a0 * load(0) + a1 * load(1) + (a2 * load(2) + a3 * load(3))) }
    default:
      for _ in 0..<vectors {
        var sum = a0 * load(0)
        for k in 1..<count { sum += weight(k) * load(k) }
        store(sum)
      }
    }
  }

  /// y = x^T of matrices of `width` rows, tile by tile.
  @inline(__always) func transpose(_ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>) {
    for i in 0..<vectors { for k in 0..<vectors { transposeTile(x, i, k, to: y) } }
  }

  /// Copies the lower triangle of a matrix of `width` rows to the upper one.
  @inline(__always) func mirror(_ x: UnsafeMutablePointer<Double>) {
    for i in 0..<vectors {
      for k in 0..<i { transposeTile(x, i, k, to: x) }
      let tile = x + (4 &* i &* width &+ 4 &* i)
      for a in 1..<4 { for b in 0..<a { tile[b &* width &+ a] = tile[a &* width &+ b] } }
    }
  }

  /// Tile (k, i) of y is that of x at (i, k), transposed; of four rows and four columns.
  @inline(__always) private func transposeTile(
    _ x: UnsafePointer<Double>, _ i: Int, _ k: Int, to y: UnsafeMutablePointer<Double>
  ) {
    let next = 8 &* width
    let source = UnsafeRawPointer(x) + (4 &* i &* next &+ 32 &* k)
    let target = UnsafeMutableRawPointer(y) + (4 &* k &* next &+ 32 &* i)
    let a = source.load(as: Vector.self)
    let b = source.load(fromByteOffset: next, as: Vector.self)
    let c = source.load(fromByteOffset: 2 &* next, as: Vector.self)
    let d = source.load(fromByteOffset: 3 &* next, as: Vector.self)
    target.storeBytes(of: Vector(a[0], b[0], c[0], d[0]), as: Vector.self)
    target.storeBytes(of: Vector(a[1], b[1], c[1], d[1]), toByteOffset: next, as: Vector.self)
    target.storeBytes(of: Vector(a[2], b[2], c[2], d[2]), toByteOffset: 2 &* next, as: Vector.self)
    target.storeBytes(of: Vector(a[3], b[3], c[3], d[3]), toByteOffset: 3 &* next, as: Vector.self)
  }
}
