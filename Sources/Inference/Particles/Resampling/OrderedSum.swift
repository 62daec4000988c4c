/// The sum of a buffer in an order that is part of the result: blocks of `orderedSumBlock` numbers, each by
/// four running sums, then block after block. Whoever divides the blocks among threads gets the same bits.
func orderedSum(_ x: UnsafeBufferPointer<Double>) -> Double {
  var total = 0.0
  var first = 0
  while first < x.count {
    let end = min(first + orderedSumBlock, x.count)
    total += blockSum(x, first, end)
    first = end
  }
  return total
}

/// Conventional: 8 kB, which stays in the first-level cache.
let orderedSumBlock = 1024

/// The sum of term(x_i) for i in first..<end, by four running sums.
@inline(__always)
private func blockSum(
  _ x: UnsafeBufferPointer<Double>, _ first: Int, _ end: Int, _ term: (Double) -> Double = { $0 }
) -> Double {
  var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
  var i = first
  while i &+ 3 < end {
    a += term(x[i])
    b += term(x[i &+ 1])
    c += term(x[i &+ 2])
    d += term(x[i &+ 3])
    i &+= 4
  }
  while i < end {
    a += term(x[i])
    i &+= 1
  }
  return (a + b) + (c + d)
}

/// The sum of term(i) for i in 0..<count, in the order of `orderedSum`. `fill(first, buffer)` writes the
/// terms `first`, `first + 1`, ... into a buffer on the stack, a block at a time.
func orderedSum(count: Int, _ fill: (Int, UnsafeMutableBufferPointer<Double>) -> Void) -> Double {
  withUnsafeTemporaryAllocation(of: Double.self, capacity: orderedSumBlock) { scratch in
    var total = 0.0
    for first in stride(from: 0, to: count, by: orderedSumBlock) {
      let block = UnsafeMutableBufferPointer(rebasing: scratch[..<min(orderedSumBlock, count - first)])
      block.initialize(repeating: 0)
      fill(first, block)
      total += blockSum(UnsafeBufferPointer(block), 0, block.count)
    }
    return total
  }
}

/// The sum of numbers and that of their squares, each in the order of `orderedSum`.
func orderedSumAndSquares(_ x: UnsafeBufferPointer<Double>) -> (sum: Double, squares: Double) {
  var (sum, squares, first) = (0.0, 0.0, 0)
  while first < x.count {
    let end = min(first + orderedSumBlock, x.count)
    sum += blockSum(x, first, end)
    squares += blockSum(x, first, end) { $0 * $0 }
    first = end
  }
  return (sum, squares)
}

/// The same of term(i) for i in 0..<count, as `orderedSum(count:_:)`.
func orderedSumAndSquares(
  count: Int, _ fill: (Int, UnsafeMutableBufferPointer<Double>) -> Void
) -> (sum: Double, squares: Double) {
  var squares = 0.0
  let sum = orderedSum(count: count) { first, block in
    fill(first, block)
    squares += blockSum(UnsafeBufferPointer(block), 0, block.count) { $0 * $0 }
  }
  return (sum, squares)
}
