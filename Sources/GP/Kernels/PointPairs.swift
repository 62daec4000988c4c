/// Pairs (x_i, y_i) of points of R^d, whose covariances are evaluated together: a part of a column of a
/// covariance matrix, of its diagonal, or one pair. Views of buffers: valid as long as these are.
///
/// There are at most `blockSize` of them, so that a kernel made of others finds room on the stack.
public struct PointPairs {
  /// As many doubles as a temporary buffer may have and still be on the stack (1 KiB).
  public static let blockSize = 128

  public let count: Int
  /// d.
  public let dimension: Int
  private let x: UnsafePointer<Double>
  private let y: UnsafePointer<Double>
  /// From a coordinate of a point to its next one.
  private let xStride: Int
  private let yStride: Int
  /// From a point to the next one; 0 where y is the same point in all pairs.
  private let yStep: Int

  init(
    count: Int, dimension: Int, x: UnsafePointer<Double>, xStride: Int, y: UnsafePointer<Double>,
    yStride: Int,
    yStep: Int
  ) {
    precondition(count <= Self.blockSize, "\(count) pairs in a block of \(Self.blockSize)")
    (self.count, self.dimension, self.x, self.y) = (count, dimension, x, y)
    (self.xStride, self.yStride, self.yStep) = (xStride, yStride, yStep)
  }

  /// One coordinate of the points.
  func projected(on coordinate: Int) -> PointPairs {
    PointPairs(
      count: count, dimension: 1, x: x + coordinate * xStride, xStride: xStride, y: y + coordinate * yStride,
      yStride: yStride, yStep: yStep)
  }

  /// Coordinate `c` of x_i.
  @inline(__always) public func x(_ i: Int, _ c: Int) -> Double { x[i + c * xStride] }

  /// Coordinate `c` of y_i.
  @inline(__always) public func y(_ i: Int, _ c: Int) -> Double { y[i * yStep + c * yStride] }

  /// Coordinate `c` of x_i - y_i.
  @inline(__always) public func difference(_ i: Int, _ c: Int) -> Double { x(i, c) - y(i, c) }
}
