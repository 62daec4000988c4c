import NumericCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Regression with a Matern process on the line as a Kalman filter and smoother: what exact Gaussian process
/// regression gives, at a cost that is linear in the number of points.
///
///     y_i = mean + f(x_i) + noise,  f ~ GP(0, variance k(|x - x'| / length scale)),  noise ~ N(0, noise variance)
///
///     let gp = try StateSpaceRegression(x: x, y: y)        // length scale, variance and noise by the evidence
///     let f = gp.predict(at: 2.5)                          // f.mean, f.variance: of the function
///
/// Points need no order and may repeat; the mean is that of the values. Cost: n states^3 a pass.
public final class StateSpaceRegression: @unchecked Sendable {
  public let smoothness: MaternSmoothness
  public let lengthScale, variance, noiseVariance: Double
  /// The mean of the values, which the process varies about.
  public let mean: Double
  /// log p(y), given the hyper-parameters.
  public let logEvidence: Double
  let chain: LatentChain

  /// With hyper-parameters that are given.
  ///
  /// - Throws: `TensorError` for data of different lengths, without points, or that are not finite, and for
  ///   hyper-parameters that are not above 0.
  public convenience init(
    x: [Double], y: [Double], smoothness: MaternSmoothness = .threeHalves, lengthScale: Double, variance: Double,
    noiseVariance: Double
  ) throws {
    for (name, value) in [("length scale", lengthScale), ("variance", variance), ("noise variance", noiseVariance)]
    {
      guard value > 0, value < .infinity else {
        throw TensorError.invalidSetting(name: name, value: value, expected: "> 0")
      }
    }
    let data = try Points(TensorData(coordinates: [x], values: y), smoothness)
    self.init(data, position: [log(lengthScale), log(variance), log(noiseVariance)])
  }

  /// With hyper-parameters that maximise the evidence times a weak prior: log length scale ~ N(log(range / 5),
  /// 2^2), log variance and log noise variance relative to the variance of the values ~ N(0, 3^2).
  ///
  /// - Throws: `TensorError` as above; `OptimisationError`.
  public convenience init(x: [Double], y: [Double], smoothness: MaternSmoothness = .threeHalves) throws {
    let data = try Points(TensorData(coordinates: [x], values: y), smoothness)
    var optimiser = LBFGS()
    (optimiser.maximumIterations, optimiser.changeTolerance, optimiser.gradientTolerance) = (100, 1e-10, 1e-5)
    let optimum = try optimiser.minimise(from: data.start) { x, gradient in data.objective(Array(x), gradient) }
    self.init(data, position: optimum.position)
  }

  private init(_ data: Points, position: [Double]) {
    (chain, smoothness, mean) = (data.chain, data.chain.smoothness, data.mean)
    (lengthScale, variance, noiseVariance) = (exp(position[0]), exp(position[1]), exp(position[2]))
    data.setMessages(noiseVariance: noiseVariance)
    (chain.lengthScales, chain.variances) = ([lengthScale], [variance])
    logEvidence = chain.smooth() + data.logConstant(noiseVariance: noiseVariance)
  }

  /// The posterior of mean + f at a point, without noise.
  public func predict(at x: Double) -> (mean: Double, variance: Double) {
    let function = chain.predict(at: x)
    return (mean + function.mean[0], max(function.covariance[0], 0))
  }
}

/// The data of a regression, by distinct points.
private struct Points {
  let chain: LatentChain
  let mean: Double
  private let scale: Double
  private let counts, sums: [Double]
  private let squares: Double
  private let count: Double

  init(_ data: TensorData, _ smoothness: MaternSmoothness) {
    let index = ModeIndex(data.coordinates[0])
    let mean = data.values.reduce(0, +) / Double(data.count)
    var sums = Array(repeating: 0.0, count: index.points.count)
    for (entry, y) in data.values.enumerated() { sums[Int(index.pointOfEntry[entry])] += y - mean }
    squares = data.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    counts = index.points.indices.map { Double(index.starts[$0 + 1] - index.starts[$0]) }
    (self.mean, self.sums, count) = (mean, sums, Double(data.count))
    scale = squares > 0 ? squares / count : 1
    let range = index.points[index.points.count - 1] - index.points[0]
    chain = LatentChain(
      index.points, components: 1, smoothness: smoothness, lengthScale: range > 0 ? range / 5 : 1)
  }

  /// log length scale, log variance, log noise variance.
  var start: [Double] { [log(chain.lengthScales[0] / 4), log(scale), log(scale / 10)] }

  func setMessages(noiseVariance: Double) {
    for j in counts.indices {
      (chain.precision[j], chain.linear[j]) = (counts[j] / noiseVariance, sums[j] / noiseVariance)
    }
  }

  /// What log p(y) has beside log Z.
  func logConstant(noiseVariance: Double) -> Double {
    -0.5 * squares / noiseVariance - 0.5 * count * log(2 * .pi * noiseVariance)
  }

  /// - log evidence - log prior, and its gradient: by the chain's, and by Fisher's identity for the noise.
  func objective(_ position: [Double], _ gradient: UnsafeMutableBufferPointer<Double>) -> Double {
    let centre = [start[0] + log(4.0), log(scale), log(scale)]
    let noiseVariance = exp(position[2])
    setMessages(noiseVariance: noiseVariance)
    (chain.lengthScales, chain.variances) = ([exp(position[0])], [exp(position[1])])
    var value = -chain.smooth() - logConstant(noiseVariance: noiseVariance)
    if let base = gradient.baseAddress { chain.writeGradient(to: base) }
    // E[sum (y - f)^2].
    var residuals = squares
    for j in counts.indices {
      let (m, v) = (chain.means[j], chain.covariances[j])
      residuals += counts[j] * (m * m + v) - 2 * m * sums[j]
    }
    gradient[2] = 0.5 * residuals / noiseVariance - 0.5 * count
    for (i, deviation) in [2.0, 3, 3].enumerated() {
      let z = (position[i] - centre[i]) / deviation
      value += 0.5 * z * z
      gradient[i] = z / deviation - gradient[i]
    }
    return value
  }
}
