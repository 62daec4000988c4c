import Foundation
import GP
import NumericCore
import Testing

/// The code of `docs/GaussianProcesses.md` on time series.
@Suite struct StateSpaceGuideTests {
  private let t = (0..<400).map { 0.05 * Double($0) }
  private var y: [Double] { t.indices.map { 0.1 * t[$0] + sin(2 * .pi * t[$0]) + 0.2 * cos(77 * Double($0)) } }

  @Test func timeSeries() throws {
    let trend = try RadialKernel(.matern52, lengthScale: 10).scaled(by: 4)
    let wave = try CentredPeriodicKernel(period: 1)
    let season = try (wave * RadialKernel(.matern32, lengthScale: 20)).scaled(by: 1)  // quasi-periodic
    let process = try GaussianProcess(trend + season, noiseVariance: 0.1, mean: .linear)
    let posterior = try process.condition(on: Matrix(points: t), y, structure: .stateSpace)
    let gradient = posterior.evidenceGradient()
    let forecast = try posterior.predict(at: Matrix(points: [21, 22, 23]))
    let parts = try posterior.components(at: Matrix(points: t), meanIn: 0)  // trend, season: each with its variance
    let paths = try posterior.samples(at: Matrix(points: [21, 22, 23]), count: 10, key: RandomKey(seed: 1))
    let model = try season.stateSpaceModel(tolerance: 1e-6)  // A, Q, P and h themselves
    #expect(gradient.count == 7 && paths.rows == 3 && paths.columns == 10 && model.states % 4 == 0)
    // The line goes on, at the same place of the season; the season is the sine.
    #expect(forecast.mean.indices.allSatisfy { abs(forecast.mean[$0] - 2.1 - 0.1 * Double($0)) < 0.3 })
    for i in t.indices { #expect(abs(parts[1].mean[i] - sin(2 * .pi * t[i])) < 0.2) }
  }

  @Test func otherObservations() throws {
    let counts = t.indices.map { Double(($0 * 7919) % 3) }
    let slow = try RadialKernel(.matern52, lengthScale: 5).scaled(by: 1)
    let wave = try CentredPeriodicKernel(period: 1).scaled(by: 0.1)
    let counting = try LatentGaussianProcess(slow + wave, .poisson(exposure: 0.05), mean: .constant)
      .fitted(to: Matrix(points: t), counts)
    let seen = try counting.condition(on: Matrix(points: t), counts)
    let logRate = try seen.predict(at: Matrix(points: [10, 21]))  // mean and variance of f
    let expected = try seen.response(at: Matrix(points: [10, 21]))  // counts
    let terms = try seen.components(at: Matrix(points: t), meanIn: 0)  // slow, wave: each with its variance
    let bands = try terms.map { try $0.interval(0.9) }
    // Counts of mean 1, at a constant rate, without a wave.
    #expect(t.indices.allSatisfy { bands[1].lower[$0] < 0 && bands[1].upper[$0] > 0 })
    #expect(abs(expected[0] - 1) < 0.2 && abs(logRate.mean[0] - log(20)) < 0.2)
  }
}
