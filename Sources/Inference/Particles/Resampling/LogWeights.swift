import Foundation
import NumericCore

/// What the log weights of a population amount to.
public struct WeightSummary: Equatable, Sendable {
  public let count: Int
  /// log sum_i w_i: the logarithm of the population's mass.
  public let logSum: Double
  /// (sum_i w_i)^2 / sum_i w_i^2, from 1 (one particle has all the mass) to `count` (equal weights).
  public let effectiveSampleSize: Double

  public init(count: Int, logSum: Double, effectiveSampleSize: Double) {
    (self.count, self.logSum, self.effectiveSampleSize) = (count, logSum, effectiveSampleSize)
  }

  /// log (sum_i w_i / count).
  public var logMean: Double { logSum - log(Double(count)) }

  /// The log weight that each of so many offspring takes, so that their sum is the mass that was there.
  public func logWeight(ofOffspring offspring: Int) -> Double { logSum - log(Double(offspring)) }
}

/// Weights by their logarithms. A log weight may be -infinity (weight 0), not +infinity or NaN, and one at
/// least is finite; all of these throw `ResamplingError` otherwise. Sums are taken in one order, so that
/// results have the same bits however the work around them is divided; nothing is allocated on the heap.
public enum LogWeights {
  /// Writes W_i = w_i / sum_j w_j, over the logarithms if it is the same buffer. Cost: one exponential a weight.
  @discardableResult
  public static func normalize(
    _ logWeights: UnsafeBufferPointer<Double>, into weights: UnsafeMutableBufferPointer<Double>
  ) throws(ResamplingError) -> WeightSummary {
    guard weights.count == logWeights.count else {
      throw .wrongCount(of: "places for weights", weights.count, expected: logWeights.count)
    }
    let largest = try largest(logWeights)
    guard let x = logWeights.baseAddress, let w = weights.baseAddress else { throw .noParticles }
    let count = logWeights.count
    for i in 0..<count { w[i] = x[i] - largest }
    VectorMath.exp(w, w, count: count)
    let (sum, squares) = orderedSumAndSquares(UnsafeBufferPointer(weights))
    for i in 0..<count { w[i] /= sum }
    return summary(count, largest, sum, squares)
  }

  /// The same without the weights.
  public static func summary(
    of logWeights: UnsafeBufferPointer<Double>
  ) throws(ResamplingError) -> WeightSummary {
    let largest = try largest(logWeights)
    let (count, exponentials) = (logWeights.count, Exponentials(logWeights, largest))
    let (sum, squares) = orderedSumAndSquares(count: count) { first, block in exponentials.fill(first, block) }
    return summary(count, largest, sum, squares)
  }

  /// exp(-sum_i W_i log W_i), from 1 to the number of particles: another measure of how even the weights are.
  public static func perplexity(of logWeights: UnsafeBufferPointer<Double>) throws(ResamplingError) -> Double {
    let largest = try largest(logWeights)
    let (count, exponentials) = (logWeights.count, Exponentials(logWeights, largest))
    let sum = orderedSum(count: count) { first, block in exponentials.fill(first, block) }
    let moment = orderedSum(count: count) { first, block in
      exponentials.fill(first, block)
      // x log x tends to 0 at 0
      for i in block.indices where block[i] > 0 { block[i] *= logWeights[first + i] - largest }
    }
    return min(max(sum * exp(-moment / sum), 1), Double(count))
  }

  /// How well weighted particles stand being weighted by v_i^exponent, N (sum W_i v_i)^2 / sum W_i v_i^2 with
  /// v_i short for that power: the conditional effective sample size (Zhou, Johansen and Aston, 'Toward
  /// automatic model comparison: an adaptive sequential Monte Carlo approach', 2016), from 0 to N. With equal
  /// weights it is the effective sample size. Tempering chooses the exponent by it.
  ///
  /// The increments, log v_i, obey the rules of log weights; those of particles of weight 0 do not count. v^0
  /// is 1.
  public static func conditionalEffectiveSampleSize(
    _ logWeights: UnsafeBufferPointer<Double>, increments: UnsafeBufferPointer<Double>, exponent: Double = 1
  ) throws(ResamplingError) -> Double {
    guard increments.count == logWeights.count else {
      throw .wrongCount(of: "increments", increments.count, expected: logWeights.count)
    }
    guard exponent >= 0, exponent < .infinity else {
      throw .invalidExponent(exponent)
    }
    let largest = try largest(logWeights)
    var greatest = -Double.infinity
    for i in increments.indices {
      guard increments[i] < .infinity else {
        throw .invalidWeight(particle: i, value: increments[i], expected: "a log increment below infinity")
      }
      if logWeights[i] > -.infinity, increments[i] > greatest { greatest = increments[i] }
    }
    let (count, exponentials) = (logWeights.count, Exponentials(logWeights, largest))
    guard exponent > 0 else { return Double(count) }
    guard greatest > -.infinity else { throw .allWeightsZero(particles: count) }
    /// sum w_i v_i^power, with the greatest w and the greatest v taken out
    func moment(_ power: Double) -> Double {
      orderedSum(count: count) { first, block in
        exponentials.fill(first, block) { i in power * exponent * min(increments[i] - greatest, 0) }
      }
    }
    let sum = orderedSum(count: count) { first, block in exponentials.fill(first, block) }
    let (once, twice) = (moment(1), moment(2))
    return twice > 0 ? Double(count) * min((once / sum) * (once / twice), 1) : 0
  }

  private static func summary(
    _ count: Int, _ largest: Double, _ sum: Double, _ squares: Double
  ) -> WeightSummary {
    let size = min(max(sum * sum / squares, 1), Double(count))
    return WeightSummary(count: count, logSum: largest + log(sum), effectiveSampleSize: size)
  }

  private static func largest(_ logWeights: UnsafeBufferPointer<Double>) throws(ResamplingError) -> Double {
    guard !logWeights.isEmpty else { throw .noParticles }
    let range = NumberRange(of: logWeights)
    guard range.isOfNumbers, range.greatest < .infinity else {
      let i = logWeights.firstIndex { !($0 < .infinity) } ?? 0
      throw .invalidWeight(particle: i, value: logWeights[i], expected: "a log weight below infinity")
    }
    guard range.greatest > -.infinity else { throw .allWeightsZero(particles: logWeights.count) }
    return range.greatest
  }
}

/// exp(x_i - largest), a block at a time.
private struct Exponentials {
  let x: UnsafeBufferPointer<Double>
  let largest: Double

  init(_ x: UnsafeBufferPointer<Double>, _ largest: Double) { (self.x, self.largest) = (x, largest) }

  @inline(__always)
  func fill(_ first: Int, _ block: UnsafeMutableBufferPointer<Double>, plus term: (Int) -> Double = { _ in 0 }) {
    guard let out = block.baseAddress else { return }
    for i in block.indices { out[i] = x[first &+ i] - largest + term(first &+ i) }
    VectorMath.exp(out, out, count: block.count)
  }
}
