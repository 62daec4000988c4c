import Foundation

/// A point on the unit circle.
enum Circle {
  static func cosine(_ x: Double) -> Double { cos(x) }
  static func sine(_ x: Double) -> Double { sin(x) }
}
