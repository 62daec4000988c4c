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
    #expect(y.interval(0.9).contains(y.mean) && y.standardDeviation >= fit.noise * 0.999)
    #expect(abs(y.mean - (32.5 + 3 * sin(20.0))) < 4 * y.standardDeviation)
    #expect(fit.history.last ?? 0 >= fit.history[0])
    let effect = fit.function(mode: 0, component: 0, at: [5, 10, 15])
    #expect(effect[0].mean < effect[1].mean && effect[1].mean < effect[2].mean)

    let gp = try StateSpaceRegression(x: day, y: concentration)
    let f = gp.predict(at: 100.5)
    #expect(f.mean.isFinite && f.variance > 0 && gp.logEvidence.isFinite)
  }
}
