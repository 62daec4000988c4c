import Foundation

/// The density of a sample, estimated with a Gaussian kernel:
///
///     f(x) = 1/(n h) sum_i phi((x - x_i) / h)
///
/// On a bounded support each kernel is reflected at the bounds, so that no mass leaves it: the estimate
/// integrates to 1 over the support, and does not sag towards 0 at a bound where the density does not.
public struct KernelDensityEstimate: Sendable {
  /// How wide the kernel is.
  public enum Bandwidth: Sendable, Equatable {
    /// `0.9 min(s, IQR / 1.34) n^(-1/5)` (Silverman, 'Density estimation', 1986, equation 3.31), without the
    /// interquartile range where that is 0.
    case silverman
    case fixed(Double)
  }

  /// The kernel's standard deviation h.
  public let bandwidth: Double
  public let lower: Double
  public let upper: Double
  /// How many draws were not finite, and are left out.
  public let dropped: Int
  /// The finite draws and those of their mirror images that reach into the support, sorted.
  private let centres: [Double]
  /// The number of finite draws.
  private let count: Int
  private let smallest: Double
  private let largest: Double

  /// phi(8.5) is less than 1e-15 of phi(0): kernels further away than this many bandwidths do not count.
  private static let reach = 8.5

  /// - Parameters:
  ///   - lower, upper: the support; by default the real line.
  /// - Throws: `nothingToDraw` where no draw is finite, `constantSample` where all are equal and the
  ///   bandwidth is left to the rule, `notPositive` for a bandwidth, `outOfBounds` for a draw outside the
  ///   support and for a bandwidth wider than it.
  /// - Complexity: O(n log n).
  public init(
    _ draws: [Double], bandwidth rule: Bandwidth = .silverman,
    lower: Double = -.infinity, upper: Double = .infinity
  ) throws(ReportError) {
    let sample = SortedSample(draws)
    guard let smallest = sample.values.first, let largest = sample.values.last else {
      throw .nothingToDraw(figure: "density")
    }
    guard lower < upper else {
      throw .outOfBounds(what: "lower bound", value: lower, lower: -.infinity, upper: upper)
    }
    for extreme in [smallest, largest] where extreme < lower || extreme > upper {
      throw .outOfBounds(what: "draw", value: extreme, lower: lower, upper: upper)
    }
    switch rule {
    case .fixed(let width):
      guard width > 0 else { throw .notPositive(what: "bandwidth", value: width) }
      let widest = min(upper - lower, .greatestFiniteMagnitude)
      guard width <= widest else {
        throw .outOfBounds(what: "bandwidth", value: width, lower: 0, upper: widest)
      }
      bandwidth = width
    case .silverman:
      guard smallest < largest else { throw .constantSample(value: smallest) }
      let quartiles = (sample.quantile(0.75) - sample.quantile(0.25)) / 1.34
      let spread = quartiles > 0 ? min(sample.standardDeviation, quartiles) : sample.standardDeviation
      let width = 0.9 * spread * pow(Double(sample.values.count), -0.2)
      guard width > 0, width.isFinite else { throw .notPositive(what: "bandwidth", value: width) }
      bandwidth = width
    }
    self.lower = lower
    self.upper = upper
    self.smallest = smallest
    self.largest = largest
    dropped = sample.dropped
    count = sample.values.count
    centres = Self.reflected(sample.values, lower: lower, upper: upper, reach: Self.reach * bandwidth)
  }

  /// The density at `x`; 0 outside the support. Cost: as many kernels as draws lie within 8.5 bandwidths.
  public func callAsFunction(_ x: Double) -> Double {
    guard x >= lower, x <= upper else { return 0 }
    var index = firstCentre(atLeast: x - Self.reach * bandwidth)
    let end = x + Self.reach * bandwidth
    var sum = 0.0
    while index < centres.count, centres[index] <= end {
      let z = (x - centres[index]) / bandwidth
      sum += exp(-0.5 * z * z)
      index += 1
    }
    return sum / (Double(count) * bandwidth * (2 * Double.pi).squareRoot())
  }

  /// The density at `count` (or 2, if that is more) evenly spaced points from `margin` bandwidths below the
  /// smallest draw to as many above the largest, within the support.
  public func curve(count: Int = 256, margin: Double = 3) -> (x: [Double], density: [Double]) {
    let count = max(count, 2)
    let start = max(lower, smallest - margin * bandwidth)
    let end = min(upper, largest + margin * bandwidth)
    let x = (0..<count).map { i in
      let t = Double(i) / Double(count - 1)
      return (1 - t) * start + t * end
    }
    return (x, x.map { self($0) })
  }

  private func firstCentre(atLeast x: Double) -> Int {
    var (low, high) = (0, centres.count)
    while low < high {
      let middle = (low + high) / 2
      if centres[middle] < x { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// All images of the draws under reflection at both bounds that lie within `reach` of the support. With two
  /// bounds an image is reflected again: images recur with the period 2 (upper - lower).
  private static func reflected(_ draws: [Double], lower: Double, upper: Double, reach: Double) -> [Double] {
    guard lower > -.infinity || upper < .infinity else { return draws }
    var images = draws
    if lower > -.infinity, upper < .infinity {
      let period = 2 * (upper - lower)
      let turns = Int((reach / period).rounded(.up)) + 1
      for draw in draws {
        for turn in -turns...turns {
          let shift = Double(turn) * period
          let mirrored = 2 * lower - draw + shift
          if mirrored >= lower - reach, mirrored <= upper + reach { images.append(mirrored) }
          let shifted = draw + shift
          if turn != 0, shifted >= lower - reach, shifted <= upper + reach { images.append(shifted) }
        }
      }
    } else {
      let bound = lower > -.infinity ? lower : upper
      for draw in draws where abs(draw - bound) <= reach { images.append(2 * bound - draw) }
    }
    return images.sorted()
  }
}
