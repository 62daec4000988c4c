import Foundation
import GP
import NumericCore
import Testing

/// A filter gives what the dense solver gives.
@Suite struct StateSpaceSolverTests {
  /// In no order, one point twice, two that are almost the same, and a long gap.
  static let x = Matrix(points: [
    3, 0.1, 0.5, 0.5, 1.7, 1.7 + 1e-10, 4.2, -2, 0.9, 2.2, 2.5, 12, 12.4, 13, -1.3, 3.3,
  ])
  static let y = (0..<16).map { sin(1.7 * x[$0, 0]) + 0.3 * x[$0, 0] + 0.2 * cos(31 * Double($0)) }

  @Test(arguments: StateSpaceRow.all, [MeanFunction.zero, .linear])
  func regressionIsTheDenseOne(row: StateSpaceRow, mean: MeanFunction) throws {
    let process = try GaussianProcess(row.kernel, noiseVariance: 0.05, mean: mean)
    let fast = try process.condition(on: Self.x, Self.y, structure: .stateSpace)
    let slow = try process.condition(on: Self.x, Self.y, structure: .dense)
    // Truncated harmonics: the solver states 1e-6 for log |C| / 2; the quadratic form may be larger where the
    // data contradict the kernel.
    #expect(
      abs(fast.logEvidence - slow.logEvidence) < 1e-7 * (10 + abs(slow.logEvidence)),
      "\(fast.logEvidence) \(slow.logEvidence)")
    #expect(fast.jitter == 0)
    for (a, b) in zip(fast.evidenceGradient(), slow.evidenceGradient()) {
      #expect(abs(a - b) < 1e-4 * (1 + abs(b)), "\(a) \(b)")
    }
    let new = Matrix(points: [20, -5, 0.5, 1.7, 2.3, 2.3, 7, 3.99])
    let (p, q) = (try fast.predict(at: new), try slow.predict(at: new))
    for i in 0..<new.rows {
      #expect(abs(p.mean[i] - q.mean[i]) < 1e-5 * (1 + abs(q.mean[i])))
      #expect(abs(p.variance[i] - q.variance[i]) < 1e-6 * (1 + q.variance[i]))
    }
    let (l, r) = (fast.leaveOneOut(), slow.leaveOneOut())
    #expect(abs(l.meanNegativeLogDensity - r.meanNegativeLogDensity) < 1e-4)
  }

  /// Where nothing is truncated, to rounding.
  @Test(arguments: StateSpaceRow.all.filter { !"\($0)".contains("eriodic") })
  func exactKernelsAgreeToRounding(row: StateSpaceRow) throws {
    let process = try GaussianProcess(row.kernel, noiseVariance: 0.05, mean: .constant)
    let fast = try process.condition(on: Self.x, Self.y, structure: .stateSpace)
    let slow = try process.condition(on: Self.x, Self.y, structure: .dense)
    #expect(abs(fast.logEvidence - slow.logEvidence) < 1e-8 * (1 + abs(slow.logEvidence)))
    for (a, b) in zip(fast.evidenceGradient(), slow.evidenceGradient()) {
      #expect(abs(a - b) < 1e-7 * (1 + abs(b)), "\(a) \(b)")
    }
    let new = Matrix(points: [20, -5, 0.5, 1.7, 2.3, 7])
    let (p, q) = (try fast.predict(at: new), try slow.predict(at: new))
    let prior = try row.kernel.variances(of: new).max() ?? 0
    for i in 0..<new.rows {
      #expect(abs(p.mean[i] - q.mean[i]) < 1e-8 * (1 + abs(q.mean[i])))
      #expect(abs(p.variance[i] - q.variance[i]) < 1e-9 + 1e-11 * prior)
    }
  }

  /// The gradient is that of the evidence computed here, truncated harmonics and all; over many stretches of the
  /// backward pass.
  @Test(arguments: StateSpaceRow.all) func gradientIsThatOfTheEvidence(row: StateSpaceRow) throws {
    let data = RegressionData(count: 60)
    func solver(_ parameters: [Double], _ noise: Double) throws -> StateSpaceSolver {
      try StateSpaceSolver(try row.kernel.with(parameters: parameters), noise: exp(noise), at: data.x)
    }
    func evidence(_ theta: [Double]) throws -> Double {
      let solver = try solver(Array(theta.dropLast()), theta[theta.count - 1])
      return -0.5 * (solver.quadraticForms(Matrix(column: data.y))[0] + solver.logDeterminant)
    }
    let theta = row.kernel.parameters + [log(0.1)]
    let here = try solver(row.kernel.parameters, log(0.1))
    let gradient = here.gradient(outer: here.solve(Matrix(column: data.y)))
    for i in theta.indices {
      func moved(_ step: Double) throws -> Double {
        var other = theta
        other[i] += step
        return try evidence(other)
      }
      let step = 1e-4
      let difference =
        (8 * (try moved(step) - moved(-step)) - (try moved(2 * step) - moved(-2 * step))) / (12 * step)
      #expect(abs(gradient[i] - difference) < 1e-6 * (1 + abs(difference)), "\(i): \(gradient[i]) \(difference)")
    }
  }

  /// Parts of a sum, as the dense solver takes them apart; they add up.
  @Test(arguments: [MeanFunction.zero, .linear]) func partsAreTheDenseOnes(mean: MeanFunction) throws {
    let season = try (CentredPeriodicKernel(period: 1.3) * RadialKernel(.matern52, lengthScale: 4)).scaled(by: 0.5)
    let terms: [any Kernel] = [
      try RadialKernel(.matern52, lengthScale: 5).scaled(by: 2), season,
      try RadialKernel(.matern12, lengthScale: 0.3).scaled(by: 0.1),
    ]
    let process = try GaussianProcess(KernelSum(terms), noiseVariance: 0.05, mean: mean)
    let fast = try process.condition(on: Self.x, Self.y, structure: .stateSpace)
    let slow = try process.condition(on: Self.x, Self.y, structure: .dense)
    let new = Matrix(points: [-4, 0.5, 2, 15])
    var sum = [0.0, 0, 0, 0]
    for (number, term) in terms.enumerated() {
      let p = try fast.predict(term: term, at: new, includesMean: number == 0)
      let q = try slow.predict(term: term, at: new, includesMean: number == 0)
      for i in 0..<4 {
        #expect(abs(p.mean[i] - q.mean[i]) < 1e-4 && abs(p.variance[i] - q.variance[i]) < 1e-4)
        sum[i] += p.mean[i]
      }
    }
    for (a, b) in zip(sum, try fast.predict(at: new).mean) { #expect(abs(a - b) < 1e-10) }
    for (number, part) in try fast.components(at: new, meanIn: 0).enumerated() {
      let alone = try slow.components(at: new, meanIn: 0)[number]
      for i in 0..<4 {
        #expect(abs(part.mean[i] - alone.mean[i]) < 1e-4 && abs(part.variance[i] - alone.variance[i]) < 1e-4)
      }
    }
    #expect(throws: RegressionError.invalidSetting(name: "meanIn", value: 3, expected: "in 0 ..< 3")) {
      try fast.components(at: new, meanIn: 3)
    }
    // A kernel that is no term is taken as the dense solver takes it.
    let other = try RadialKernel(.matern32, lengthScale: 1)
    let (p, q) = (try fast.predict(term: other, at: new), try slow.predict(term: other, at: new))
    for i in 0..<4 { #expect(abs(p.mean[i] - q.mean[i]) < 1e-4) }
  }

  /// Noise that is far below the variance; where it is 0, against what the solver says that it added, which rounding
  /// of the variance is 1e-5 of.
  @Test(arguments: [1e-6, 1e-9, 0]) func littleNoiseIsSafe(noise: Double) throws {
    let data = RegressionData(count: 200)
    let kernel = try RadialKernel(.matern32, lengthScale: 2).scaled(by: 3)
    let fast = try GaussianProcess(kernel, noiseVariance: noise)
      .condition(on: data.x, data.y, structure: .stateSpace)
    #expect(noise > 0 ? fast.jitter == 0 : fast.jitter > 0 && fast.jitter < 1e-10)
    let slow = try GaussianProcess(kernel, noiseVariance: noise + fast.jitter)
      .condition(on: data.x, data.y, structure: .dense)
    #expect(slow.jitter == 0)
    #expect(abs(fast.logEvidence - slow.logEvidence) < 1e-5 * abs(slow.logEvidence))
    let new = Matrix(points: [0.3, 2.345, 7])
    let (p, q) = (try fast.predict(at: new), try slow.predict(at: new))
    for i in 0..<3 {
      #expect(abs(p.mean[i] - q.mean[i]) < 1e-5 * (1 + abs(q.mean[i])), "\(p.mean[i]) \(q.mean[i])")
      #expect(abs(p.variance[i] - q.variance[i]) < 1e-8)
    }
  }

  /// Points that are as near to each other as 1e-5 length scales, with little noise: evidence, gradient and
  /// leave-one-out; and variances before, between and after the data and in a gap of them, of any size.
  @Test(arguments: [RadialProfile.matern32, .matern52], [1e-2, 1e-5, 1e-8])
  func fineSpacingIsSafe(profile: RadialProfile, noise: Double) throws {
    let line = try RadialKernel(.matern32, lengthScale: 3) * LinearKernel(slopeVariance: 0.1, centre: 0.7)
    let radial = try RadialKernel(profile, lengthScale: 1)
    let kernels: [any Kernel] = [radial, radial + line]
    for kernel in kernels {
      for distance in [1e-2, 1e-3, 1e-5] {
        let t = (0..<150).map { distance * Double($0) + ($0 > 80 ? 0.2 : 0) }
        let normals = RandomKey(seed: 2).normals(t.count)
        let y = t.indices.map { sin(t[$0]) + noise.squareRoot() * normals[$0] }
        let process = try GaussianProcess(kernel, noiseVariance: noise)
        let fast = try process.condition(on: Matrix(points: t), y, structure: .stateSpace)
        let slow = try process.condition(on: Matrix(points: t), y, structure: .dense)
        #expect(abs(fast.logEvidence - slow.logEvidence) < 1e-7 * abs(slow.logEvidence))
        for (a, b) in zip(fast.evidenceGradient(), slow.evidenceGradient()) {
          #expect(abs(a - b) < 1e-4 * (1 + abs(b)), "\(a) \(b)")
        }
        let (l, r) = (fast.leaveOneOut(), slow.leaveOneOut())
        #expect(abs(l.meanNegativeLogDensity - r.meanNegativeLogDensity) < 1e-5)
        let new = Matrix(points: [-0.5, -0.5 * distance, 30.5 * distance, t[81] - 0.5 * distance, t[149] + 0.1])
        let (p, q) = (try fast.predict(at: new), try slow.predict(at: new))
        for i in 0..<new.rows {
          #expect(abs(p.mean[i] - q.mean[i]) < 1e-6)
          #expect(abs(p.variance[i] - q.variance[i]) < 1e-3 * q.variance[i] + 1e-13)
        }
      }
    }
  }

  /// Distances of all sizes, and one point.
  @Test(arguments: StateSpaceRow.all) func distancesMayBeExtreme(row: StateSpaceRow) throws {
    let process = try GaussianProcess(row.kernel, noiseVariance: 0.1)
    for points in [[2.0], [1, 1, 1], [0, .leastNonzeroMagnitude, 1e-300, 1e-12, 1, 1e6]] {
      let posterior = try process.condition(
        on: Matrix(points: points), points.map { _ in 1.5 }, structure: .stateSpace)
      let prediction = try posterior.predict(at: Matrix(points: [-1, 0, 1, 3, 1e7]))
      #expect(posterior.logEvidence.isFinite && posterior.evidenceGradient().allSatisfy(\.isFinite))
      #expect(prediction.mean.allSatisfy(\.isFinite) && prediction.variance.allSatisfy { $0 >= 0 && $0.isFinite })
    }
  }

  @Test func whatIsNotOnTheLineIsRefused() throws {
    let kernel = try RadialKernel(.matern32, lengthScale: 1)
    #expect(throws: RegressionError.unstructured(expected: "on the line")) {
      try StateSpaceSolver(kernel, noise: 1, at: Matrix(rows: 2, columns: 2))
    }
    #expect(throws: RegressionError.kernel(.notFinite(point: 1, coordinate: 0, value: .infinity))) {
      try StateSpaceSolver(kernel, noise: 1, at: Matrix(points: [1, .infinity]))
    }
  }

  @Test func variancesThatOverflowAreRefused() throws {
    let kernel = try RadialKernel(.matern32, lengthScale: 1).scaled(by: 1).with(parameters: [800, 0])
    let x = Matrix(points: [0, 1])
    let error = RegressionError.invalidSetting(name: "variance of the process", value: .infinity, expected: "finite")
    #expect(throws: error) { try StateSpaceSolver(kernel, noise: 1, at: x) }
    #expect(throws: error) {
      try LatentGaussianProcess(kernel, .poisson(exposure: 1)).condition(on: x, [1, 2])
    }
  }

  @Test func nothingThatVariesIsRefused() throws {
    let expected = "> 0 where the variance is 0"
    #expect(throws: RegressionError.invalidSetting(name: "noiseVariance", value: 0, expected: expected)) {
      try StateSpaceSolver(LinearKernel(centre: 2), noise: 0, at: Matrix(points: [2, 2]))
    }
  }

  /// From 301 points on the line on, what is automatic is the filter where it is faster, with little noise too.
  @Test(arguments: [false, true], [0.1, 1e-7]) func automaticTakesTheFilter(isUniform: Bool, noise: Double) throws {
    let data = RegressionData(count: 320, isUniform: isUniform)
    let process = try GaussianProcess(RadialKernel(.matern32, lengthScale: 2).scaled(by: 3), noiseVariance: noise)
    let (automatic, filter) = (
      try process.condition(on: data.x, data.y), try process.condition(on: data.x, data.y, structure: .stateSpace)
    )
    #expect(automatic.logEvidence == filter.logEvidence)
  }
}
