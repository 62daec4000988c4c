import Foundation
import NumericCore

/// A law F of one number z in its standard form, by the logarithms of its two tails, each with its relative accuracy.
public protocol StandardLaw {
  static var name: String { get }
  /// log F(z).
  static func logCDF(_ z: Double) -> Double
  /// log(1 - F(z)).
  static func logSurvival(_ z: Double) -> Double
  /// f(z) / F(z), the derivative of `logCDF`.
  static func reversedHazard(_ z: Double) -> Double
  /// f(z) / (1 - F(z)), minus the derivative of `logSurvival`.
  static func hazard(_ z: Double) -> Double
}

/// A law that is its own mirror image.
public protocol SymmetricLaw: StandardLaw {}

extension SymmetricLaw {
  public static func logSurvival(_ z: Double) -> Double { logCDF(-z) }
  public static func hazard(_ z: Double) -> Double { reversedHazard(-z) }
}

extension StandardLaw {
  /// The tail by which an interval is told, the smaller one, at the end where it is large and where it is small.
  private static func tails(_ lower: Double, _ upper: Double) -> (isUpper: Bool, large: Double, small: Double) {
    let (above, below) = (logSurvival(lower), logCDF(upper))
    return above < below ? (true, above, logSurvival(upper)) : (false, below, logCDF(lower))
  }

  /// log(F(upper) - F(lower)): the difference of tails on the side where they are small.
  static func logProbability(from lower: Double, to upper: Double) -> Double {
    guard lower < upper else { return lower.isNaN || upper.isNaN ? .nan : -.infinity }
    let (_, large, small) = tails(lower, upper)
    return large == -.infinity ? large : large + log1mExp(small - large)
  }

  /// f(z) / exp(logProbability).
  static func density(_ z: Double, over logProbability: Double) -> Double {
    let (below, above) = (logCDF(z), logSurvival(z))
    guard below > -.infinity, above > -.infinity else { return 0 }
    return below < above
      ? reversedHazard(z) * exp(below - logProbability) : hazard(z) * exp(above - logProbability)
  }

  /// The z between two ends, which may be infinite, with F(z) at the share u of the way from F(lower) to F(upper).
  static func quantile(_ u: Double, from lower: Double, to upper: Double) -> Double {
    let (isUpper, large, small) = tails(lower, upper)
    let tail = isUpper ? logSurvival : logCDF
    let share = isUpper ? 1 - u : u
    let target = large + log(share + (1 - share) * exp(small - large))
    // The ends of a bracket, from the finite end on.
    var (low, high) = (lower, upper)
    func isBelow(_ z: Double) -> Bool { isUpper ? tail(z) > target : tail(z) < target }
    if low == -.infinity {
      low = min(high, 0) - 1
      while !isBelow(low) && low > -.greatestFiniteMagnitude { (low, high) = (2 * low, low) }
    }
    if high == .infinity {
      high = max(low, 0) + 1
      while isBelow(high) && high < .greatestFiniteMagnitude { (low, high) = (high, 2 * high) }
    }
    // Newton's method where it stays inside, bisection elsewhere.
    var z = 0.5 * low + 0.5 * high
    for _ in 0..<200 where low < high {
      if isBelow(z) { low = z } else { high = z }
      let slope = isUpper ? -hazard(z) : reversedHazard(z)
      var next = z - (tail(z) - target) / slope
      if !(next > low && next < high) { next = 0.5 * low + 0.5 * high }
      if abs(next - z) <= 4 * z.ulp { return next }
      z = next
    }
    return z
  }
}

/// log F, element by element.
enum LogCDF<Law: StandardLaw>: UnaryFunction {
  static var name: String { "logCDF of \(Law.name)" }
  static var valueGrain: Grain { .element }
  static var derivativeGrain: Grain { .element }
  static func value<T: RealLane>(_ z: T) -> T { T.apply(Law.logCDF, z) }
  static func derivative<T: RealLane>(_ z: T, value y: T) -> T { T.apply(Law.reversedHazard, z) }
}

/// log(1 - F), element by element.
enum LogSurvival<Law: StandardLaw>: UnaryFunction {
  static var name: String { "logSurvival of \(Law.name)" }
  static var valueGrain: Grain { .element }
  static var derivativeGrain: Grain { .element }
  static func value<T: RealLane>(_ z: T) -> T { T.apply(Law.logSurvival, z) }
  static func derivative<T: RealLane>(_ z: T, value y: T) -> T { -T.apply(Law.hazard, z) }
}

/// log(F(b) - F(a)), element by element.
enum LogIntervalProbability<Law: StandardLaw>: BinaryFunction {
  static var name: String { "logIntervalProbability of \(Law.name)" }
  static var valueGrain: Grain { .element }
  static var derivativeGrain: Grain { .element }
  static func value<T: RealLane>(_ a: T, _ b: T) -> T { T.apply2(Law.logProbability, a, b) }
  static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
    (-T.apply2(Law.density, a, y), T.apply2(Law.density, b, y))
  }
}
