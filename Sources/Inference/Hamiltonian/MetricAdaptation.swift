import NumericCore

/// Which parts of the posterior's covariance the metric follows.
public enum MetricKind: String, Sendable, Codable {
  case unit, diagonal, dense
}

/// Stan's schedule of warm-up windows: a fast start, slow windows that double, at each of whose ends the metric is
/// learned, and a fast end.
public struct WarmupSchedule: Sendable, Equatable {
  public let iterations: Int
  public let initialBuffer: Int
  public let finalBuffer: Int
  /// The iterations (from 0) after which a new metric is set.
  public let windowEnds: [Int]

  /// 75, 25 doubling, and 50 iterations; 15%, 75% and 10% where there are fewer than 150 (Stan's constants).
  public init(iterations: Int) {
    self.iterations = iterations
    guard iterations >= 20 else {
      (initialBuffer, finalBuffer, windowEnds) = (iterations, 0, [])
      return
    }
    var (initial, final, window) = (75, 50, 25)
    if initial + window + final > iterations {
      initial = Int(0.15 * Double(iterations))
      final = Int(0.1 * Double(iterations))
      window = iterations - initial - final
    }
    (initialBuffer, finalBuffer) = (initial, final)
    let last = iterations - final - 1
    var ends = [initial + window - 1]
    while let end = ends.last, end < last {
      window *= 2
      let next = end + window
      // A window after which there is no room for one of twice its size takes the rest.
      ends.append(next == last || next + 2 * window > last ? last : next)
    }
    windowEnds = ends
  }
}

/// Mean and covariance of a stream of vectors (Welford 1962).
struct CovarianceEstimate {
  let dimension: Int
  let isDense: Bool
  private(set) var count = 0
  private var mean: [Double]
  /// Sums of squares, or of products of deviations in the lower triangle.
  private var scatter: [Double]
  private var deviation: [Double]

  init(dimension: Int, isDense: Bool) {
    (self.dimension, self.isDense) = (dimension, isDense)
    mean = Array(repeating: 0, count: dimension)
    deviation = mean
    scatter = Array(repeating: 0, count: isDense ? dimension * dimension : dimension)
  }

  mutating func reset() {
    count = 0
    for i in mean.indices { mean[i] = 0 }
    for i in scatter.indices { scatter[i] = 0 }
  }

  mutating func add(_ x: UnsafePointer<Double>) {
    count += 1
    for i in 0..<dimension {
      deviation[i] = x[i] - mean[i]
      mean[i] += deviation[i] / Double(count)
    }
    if isDense {
      for j in 0..<dimension {
        let d = x[j] - mean[j]
        for i in j..<dimension { scatter[i + j * dimension] += deviation[i] * d }
      }
    } else {
      for i in 0..<dimension { scatter[i] += deviation[i] * (x[i] - mean[i]) }
    }
  }

  /// The covariance, drawn towards 1e-3 of the identity by as much as five draws weigh (Stan's regularisation).
  func metric() throws(LinearAlgebraError) -> any Metric {
    let n = Double(count)
    let (weight, floor) = (n / (n + 5) / max(n - 1, 1), 1e-3 * 5 / (n + 5))
    if !isDense { return DiagonalMetric(inverse: scatter.map { weight * $0 + floor }) }
    return try DenseMetric(inverse: regularised(weight, floor))
  }

  /// The covariance of a dense estimate, regularised as the metric is.
  var covariance: Matrix {
    let n = Double(count)
    return regularised(n / (n + 5) / max(n - 1, 1), 1e-3 * 5 / (n + 5))
  }

  private func regularised(_ weight: Double, _ floor: Double) -> Matrix {
    var matrix = Matrix(rows: dimension, columns: dimension)
    for j in 0..<dimension {
      for i in j..<dimension {
        let value = weight * scatter[i + j * dimension] + (i == j ? floor : 0)
        (matrix[i, j], matrix[j, i]) = (value, value)
      }
    }
    return matrix
  }
}
