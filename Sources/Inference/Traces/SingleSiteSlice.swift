import Foundation
import NumericCore
import PPL

/// Slice sampling of one continuous number, each as often as any other: a level under the density, an interval that is
/// stepped out around the present value, and draws in it that shrink it until one is above the level (Neal, 'Slice
/// sampling', 2003, sections 4.1 and 4.2). A draw of another structure is treated as below the level.
public struct SingleSiteSlice: TraceKernel {
  public var sites: SiteSelection
  /// The first interval's width, in the units of the site.
  public var width: Double
  /// How often the interval is stepped out, at the most.
  public var maximumSteps: Int

  public init(over sites: SiteSelection = .all, width: Double = 1, maximumSteps: Int = 100) {
    (self.sites, self.width, self.maximumSteps) = (sites, width, maximumSteps)
  }

  /// - Throws: `InferenceError.invalidSetting` for a width that is not above 0 or steps below 0; `ModelError`.
  public func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
    guard width > 0, width < .infinity else {
      throw InferenceError.invalidSetting(name: "width", value: width, expected: "> 0")
    }
    try checkCount("maximumSteps", maximumSteps, from: 0)
    var stream = RandomStream(key)
    guard let choice = try trace.continuousNumbers(of: sites).drawn(using: &stream) else { return MoveTally() }
    let x = try trace.value(of: choice)[0]
    let level = -stream.exponential()

    /// Whether a value is above the level: then the trace has it.
    func isAbove(_ value: Double) throws -> Bool {
      let step = try trace.propose(.set(choice, [value]), key: key.child("tried"))
      if step.logRatio > level, step.keepsAddresses { return true }
      trace.revert()
      return false
    }
    func isOutside(_ value: Double) throws -> Bool {
      let isAbove = try isAbove(value)
      trace.revert()
      return !isAbove
    }

    var lower = x - width * stream.uniform()
    var upper = lower + width
    var left = Int(Double(maximumSteps + 1) * stream.uniform())
    var right = maximumSteps - left
    while left > 0, try !isOutside(lower) { (lower, left) = (lower - width, left - 1) }
    while right > 0, try !isOutside(upper) { (upper, right) = (upper + width, right - 1) }
    while true {
      let value = lower + (upper - lower) * stream.uniform()
      if value == x { return MoveTally(choice.address.path, isAccepted: false) }
      if try isAbove(value) { return MoveTally(choice.address.path, isAccepted: true) }
      if value < x { lower = value } else { upper = value }
    }
  }
}
