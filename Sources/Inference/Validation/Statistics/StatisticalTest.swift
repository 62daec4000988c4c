import Foundation

/// The outcome of a test of a hypothesis: a statistic, and how probable one at least so far out is if the
/// hypothesis holds.
public struct StatisticalTest: Equatable, Sendable, CustomStringConvertible {
  /// Which test, such as "chi-squared".
  public let method: String
  /// The statistic's symbol, such as "z".
  public let symbol: String
  public let statistic: Double
  /// From 0 to 1; 0 also where it is below the smallest number. It keeps its relative accuracy in the tail.
  public let pValue: Double
  /// The number of observations.
  public let count: Int
  /// Where the statistic's law has them.
  public let degreesOfFreedom: Double?

  public init(
    method: String, symbol: String, statistic: Double, pValue: Double, count: Int,
    degreesOfFreedom: Double? = nil
  ) {
    (self.method, self.symbol, self.statistic) = (method, symbol, statistic)
    self.pValue = pValue.isNaN ? pValue : min(max(pValue, 0), 1)
    (self.count, self.degreesOfFreedom) = (count, degreesOfFreedom)
  }

  /// The hypothesis is rejected at a level, the probability of rejecting one that holds. A p-value that is
  /// not a number rejects: something is wrong.
  public func isRejected(at level: Double) -> Bool { !(pValue >= level) }

  public var description: String {
    let degrees = degreesOfFreedom.map { "df = \(shortened($0)), " } ?? ""
    return "\(method): \(symbol) = \(shortened(statistic)), \(degrees)n = \(count), p = \(shortened(pValue))"
  }

  /// The description, and what follows at a level.
  public func verdict(at level: Double) -> String {
    "\(self): \(isRejected(at: level) ? "rejected" : "not rejected") at \(shortened(level))"
  }
}

/// A number with four significant digits.
func shortened(_ x: Double) -> String { String(format: "%.4g", x) }
