import NumericCore

/// A Markov kernel on R^n that leaves a target invariant: where x has the law of the target, so has x after a step.
///
/// Kernels are values, and combine: `kernel.repeated(10)`, `kernel.then(other)`, `KernelMixture`. They move
/// particles (`TemperedSequentialMonteCarlo`). One of your own states `step`.
public protocol PositionKernel: Sendable {
  /// Moves each walker of a block once. Walkers move independently of each other, given the key's choices that they share.
  ///
  /// - Parameter key: of this step and this block alone.
  /// - Throws: `InferenceError` where the kernel does not fit the density.
  func step(_ block: PositionBlock, key: RandomKey) throws -> Acceptance

  /// Fits the kernel to what is known of the target.
  mutating func adapt(to moments: PositionMoments)

  /// Whether `adapt` changes anything.
  var adapts: Bool { get }
}

extension PositionKernel {
  public mutating func adapt(to moments: PositionMoments) {}
  public var adapts: Bool { false }
}

/// How many proposals there were, and how probable it was that they were accepted.
public struct Acceptance: Sendable, Equatable {
  /// The sum of the probabilities.
  public var sum: Double
  public var count: Int

  public init(sum: Double = 0, count: Int = 0) { (self.sum, self.count) = (sum, count) }

  /// The mean probability; 1 where there were no proposals.
  public var rate: Double { count > 0 ? sum / Double(count) : 1 }

  public static func += (a: inout Acceptance, b: Acceptance) {
    a.sum += b.sum
    a.count += b.count
  }
}

/// Mean and covariance of a target, as particles know it.
public struct PositionMoments: Sendable {
  public let mean: [Double]
  public let covariance: Matrix

  public init(mean: [Double], covariance: Matrix) { (self.mean, self.covariance) = (mean, covariance) }

  /// Of weighted positions, one after the other; the weights sum to 1.
  init(_ positions: UnsafePointer<Double>, dimension: Int, weights: [Double]) {
    var mean = Array(repeating: 0.0, count: dimension)
    for (n, weight) in weights.enumerated() {
      for i in 0..<dimension { mean[i] += weight * positions[n * dimension + i] }
    }
    var covariance = Matrix(rows: dimension, columns: dimension)
    covariance.withUnsafeMutableBufferPointer { covariance in
      for (n, weight) in weights.enumerated() where weight > 0 {
        let x = positions + n * dimension
        for j in 0..<dimension {
          let product = weight * (x[j] - mean[j])
          for i in 0...j { covariance[i + j * dimension] += product * (x[i] - mean[i]) }
        }
      }
      for j in 0..<dimension { for i in 0..<j { covariance[j + i * dimension] = covariance[i + j * dimension] } }
    }
    (self.mean, self.covariance) = (mean, covariance)
  }
}
