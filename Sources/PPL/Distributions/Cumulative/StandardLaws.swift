import Foundation
import NumericCore

/// The standard normal law.
public enum NormalLaw: SymmetricLaw {
  public static var name: String { "normal" }
  public static func logCDF(_ z: Double) -> Double { normalLogCDF(z) }
  public static func reversedHazard(_ z: Double) -> Double {
    0.797884560802865356 / scaledErfc(-z * 0.5.squareRoot())
  }
}

/// F(z) = 1 / (1 + exp(-z)).
public enum LogisticLaw: SymmetricLaw {
  public static var name: String { "logistic" }
  public static func logCDF(_ z: Double) -> Double { -Double.softplus(-z) }
  public static func reversedHazard(_ z: Double) -> Double { Double.logistic(-z) }
}

/// f(z) = exp(-|z|) / 2.
public enum LaplaceLaw: SymmetricLaw {
  public static var name: String { "Laplace" }
  public static func logCDF(_ z: Double) -> Double {
    z < 0 ? z - 0.693147180559945309 : log1p(-0.5 * exp(-z))
  }
  public static func reversedHazard(_ z: Double) -> Double { z < 0 ? 1 : exp(-z) / (2 - exp(-z)) }
}

/// f(z) = 1 / (pi (1 + z^2)).
public enum CauchyLaw: SymmetricLaw {
  public static var name: String { "Cauchy" }
  public static func logCDF(_ z: Double) -> Double { log(atan2(1, -z) / .pi) }
  public static func reversedHazard(_ z: Double) -> Double {
    // 1 + z^2 may overflow where the arc is 1 / |z|.
    z < -1e9 ? -1 / z : 1 / ((1 + z * z) * atan2(1, -z))
  }
}

/// F(z) = z, from 0 to 1.
public enum UniformLaw: StandardLaw {
  public static var name: String { "uniform" }
  public static func logCDF(_ z: Double) -> Double { log(min(max(z, 0), 1)) }
  public static func logSurvival(_ z: Double) -> Double { log1p(-min(max(z, 0), 1)) }
  public static func reversedHazard(_ z: Double) -> Double { z > 0 && z < 1 ? 1 / z : 0 }
  public static func hazard(_ z: Double) -> Double { z > 0 && z < 1 ? 1 / (1 - z) : 0 }
}

/// F(z) = 1 - exp(-z), from 0.
public enum ExponentialLaw: StandardLaw {
  public static var name: String { "exponential" }
  public static func logCDF(_ z: Double) -> Double { log1mExp(-max(z, 0)) }
  public static func logSurvival(_ z: Double) -> Double { -max(z, 0) }
  public static func reversedHazard(_ z: Double) -> Double { z > 0 ? 1 / expm1(z) : 0 }
  public static func hazard(_ z: Double) -> Double { z > 0 ? 1 : 0 }
}

/// F(z) = exp(-exp(-z)).
public enum GumbelLaw: StandardLaw {
  public static var name: String { "Gumbel" }
  public static func logCDF(_ z: Double) -> Double { -exp(-z) }
  // exp(-z) is the probability beyond z, to first order, where z is large.
  public static func logSurvival(_ z: Double) -> Double { z > 40 ? -z : log1mExp(-exp(-z)) }
  public static func reversedHazard(_ z: Double) -> Double { exp(-z) }
  public static func hazard(_ z: Double) -> Double { z > 40 ? 1 : exp(-z) / expm1(exp(-z)) }
}
