import Foundation
import NumericCore

/// Points 0 < p_0 <= p_1 <= ..., each a whole number and a fraction, drawn one after the other.
protocol OrderedPositions {
  var whole: Int { get }
  var fraction: Double { get }
  mutating func advance()
}

/// k + u_k for k = 0, 1, ...: one point in each stratum.
struct StratifiedPositions: OrderedPositions {
  private(set) var whole = 0
  private(set) var fraction: Double
  private var stream: RandomStream

  init(_ stream: RandomStream) {
    self.stream = stream
    fraction = self.stream.uniform()
  }

  @inline(__always) mutating func advance() {
    whole &+= 1
    fraction = stream.uniform()
    if Mutation.isActive(.stratifiedPointsBiased) { fraction *= fraction }
  }
}

/// The order statistics of `count` independent uniform numbers on (0, length).
///
/// Of k uniform numbers that are left, the distance of the smallest from the upper end is the length that was
/// left times u^(1/k), so they come in order, one uniform number each (Bentley and Saxe, 'Generating sorted
/// lists of random numbers', 1980).
struct MultinomialPositions: OrderedPositions {
  private(set) var whole = 0
  private(set) var fraction = 0.0
  private let length: Double
  private var left: Int
  /// The logarithm of what is left of the length, relative to it.
  private var logRest = 0.0
  private var stream: RandomStream

  init(count: Int, length: Double, _ stream: RandomStream) {
    (self.left, self.length, self.stream) = (count, length, stream)
    advance()
  }

  @inline(__always) mutating func advance() {
    guard left > 0 else { return }
    logRest -= stream.exponential() / Double(Mutation.isActive(.multinomialOrderBiased) ? left &+ 1 : left)
    left &-= 1
    let position = -length * expm1(logRest)
    whole = Int(position)
    fraction = position - Double(whole)
  }
}
