import Foundation
import NumericCore

/// The map from the unconstrained space to a support, with the logarithm of its Jacobian determinant (Stan reference
/// manual, chapter 'Constraint transforms').
struct Transform {
  /// The number of unconstrained coordinates.
  let dimension: Int
  /// The value, as an expression of the coordinates.
  let value: AnyRandom
  /// log |d value / d coordinates|, as scalar expressions to be added; empty for the identity.
  let logJacobian: [AnyRandom]

  /// - Parameters:
  ///   - shape: of the value.
  ///   - offset: where the site's coordinates begin in the position.
  ///   - loop: the loop that the site is in; its steps' coordinates lie one after the other.
  init(_ support: Support, shape: Shape, offset: Int, loop: Loop? = nil) {
    let n = shape.count
    func position(_ shape: Shape) -> AnyRandom {
      .make(.input(.position(offset), loop: loop), shape: shape, kind: .real)
    }
    switch support {
    case .real, .integers:
      (dimension, value, logJacobian) = (n, position(shape), [])
    case .greaterThan(let lower):
      let q = position(shape)
      let isZero = lower.constantElements?.allSatisfy { $0 == 0 } ?? false
      (dimension, value, logJacobian) = (n, isZero ? q.exponential : lower + q.exponential, [q.sum])
    case .lessThan(let upper):
      let q = position(shape)
      (dimension, value, logJacobian) = (n, upper - q.exponential, [q.sum])
    case .interval(let lower, let upper):
      // log of the width, of logistic(q) and of logistic(-q): -softplus(-q) - softplus(q) = -q - 2 softplus(-q).
      let q = position(shape)
      let width = upper - lower
      dimension = n
      value = lower + width * q.logistic
      logJacobian = [width.logarithm.sum(overPlateOf: n), -q.sum, -(2 * (-q).softplus.sum)]
    case .ordered:
      let q = position(shape)
      dimension = n
      guard n > 1 else {
        (value, logJacobian) = (q, [])
        return
      }
      let gaps = q[slice: 1, count: n - 1]
      value = AnyRandom.stack([q[element: 0], gaps.exponential]).cumulativeSum
      logJacobian = [gaps.sum]
    case .correlationCholesky:
      let rows = shape.dimensions[0]
      dimension = rows * (rows - 1) / 2
      guard rows > 1 else {
        (value, logJacobian) = (AnyRandom(Matrix.identity(1).constant), [])
        return
      }
      let factor = CorrelationCholesky.factor(of: position(.vector(dimension)), count: rows)
      (value, logJacobian) = (factor.value, [factor.logJacobian])
    case .simplex:
      // Stick breaking; coordinates of 0 are the centre.
      dimension = n - 1
      guard n > 1 else {
        (value, logJacobian) = (AnyRandom([1]), [])
        return
      }
      let q = position(.vector(n - 1))
      let shift = AnyRandom((0..<(n - 1)).map { log(Double(n - 1 - $0)) })
      let y = q - shift
      // log of what is left of the stick before each break: minus the sum of softplus(y) so far.
      let left = -(y.softplus.cumulativeSum)
      let before = AnyRandom.stack([0, left])
      let logPieces = AnyRandom.stack([y - y.softplus, 0])
      value = (before + logPieces).exponential
      logJacobian = [(before[slice: 0, count: n - 1] + y - 2 * y.softplus).sum]
    }
  }
}

extension AnyRandom {
  /// Parts, one after the other, as a vector.
  static func stack(_ parts: [AnyRandom]) -> AnyRandom {
    let count = parts.reduce(0) { $0 + $1.shape.count }
    let kind = parts.first?.kind ?? .real
    return .apply(Stack.self, parts, shape: .vector(count), kind: kind)
  }

  /// Elements offset, offset + stride... in column-major order.
  subscript(slice offset: Int, count count: Int, stride stride: Int = 1) -> AnyRandom {
    let last = offset + (count - 1) * stride
    guard offset >= 0, count >= 0, count == 0 || last < shape.count else {
      return .failure(.indexOutOfRange(operation: "slice", index: last, count: shape.count))
    }
    return .apply(Slice.self, [self], shape: .vector(count), kind: kind, immediate: (offset, stride, 0, 0))
  }

  /// One element, in column-major order.
  subscript(element index: Int) -> AnyRandom {
    guard index >= 0, index < shape.count else {
      return .failure(.indexOutOfRange(operation: "element", index: index, count: shape.count))
    }
    return .apply(Slice.self, [self], shape: .scalar, kind: kind, immediate: (index, 1, 0, 0))
  }

  var cumulativeSum: AnyRandom { .apply(CumulativeSum.self, [self], shape: shape) }
  var logSumExp: AnyRandom { .apply(LogSumExp.self, [self], shape: .scalar) }
}
