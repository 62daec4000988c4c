import Foundation
import GP
import NumericCore
import Testing

/// The snippets of docs/FunctionalTensors.md.
@Suite struct FunctionalTensorGuideTests {
  @Test func snippets() throws {
    let key = RandomKey(seed: 1)
    let temperature = key.child(1).uniforms(200).map { ($0 * 20).rounded() }
    let pressure = key.child(2).uniforms(200).map { 1000 + ($0 * 20).rounded() }
    let day = (0..<200).map { Double($0) }
    let concentration = temperature.indices.map { 20 + temperature[$0] + 3 * sin(day[$0] / 10) }

    let data = try TensorData(coordinates: [temperature, pressure, day], values: concentration)
    let fit = try FunctionalTensor(rank: 2).fit(data, seed: 1)
    let y = try fit.predict([[12.5, 1013, 200]])[0]
    #expect(y.interval(0.9).contains(y.mean) && y.standardDeviation > 0)
    #expect(abs(y.mean - (32.5 + 3 * sin(20.0))) < 4 * y.standardDeviation)
    #expect(fit.history.last ?? 0 >= fit.history[0])
    let effect = fit.function(mode: 0, component: 0, at: [5, 10, 15])
    #expect(effect[0].mean < effect[1].mean && effect[1].mean < effect[2].mean)

    let best = try FunctionalTensor().fit(data, forms: [.cp(rank: 2), .tucker(ranks: [2, 3, 1])], seed: 1)
    #expect(best.bound >= fit.bound)
    if let weight = best.weight(of: [1, 2, 1]) { #expect(weight.standardDeviation >= 0) }

    let tomorrow = try TensorData(coordinates: [[12], [1005], [200]], values: [20 + 12 + 3 * sin(20.0)])
    var updated = fit
    try updated.update(with: tomorrow)
    let (before, after) = (try fit.predict([[12, 1005, 200]])[0], try updated.predict([[12, 1005, 200]])[0])
    #expect(after.standardDeviation < before.standardDeviation)

    let station = day.map { Double(Int($0) % 3) }
    let stations = try TensorData(
      coordinates: [station, day.map { 7 * $0 }, day], values: concentration,
      kinds: [.categorical, .periodic(24), .continuous])
    var model = FunctionalTensor(rank: 1)
    model.noise = .studentT()
    let robust = try model.fit(stations, seed: 1)
    #expect(robust.degreesOfFreedom ?? 0 > 2 && robust.noise > 0)
    #expect(try robust.predict([[1, 5, 100]])[0].logDensity(of: 30).isFinite)

    let matern = try RadialKernel(.matern32, lengthScale: 20).scaled(by: 10)
    let process = try GaussianProcess(matern, noiseVariance: 1, mean: .constant)
      .fitted(to: Matrix(points: day), concentration, structure: .stateSpace).process
    let gp = try process.condition(on: Matrix(points: day), concentration, structure: .stateSpace)
    let f = try gp.predict(at: Matrix(points: [100.5]))
    #expect(f.mean[0].isFinite && f.variance[0] > 0 && gp.logEvidence.isFinite)
  }
}
