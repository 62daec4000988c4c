import Foundation
import GP
import Measures
import PPL

/// Searches that go on until they rest, and how long they take to come near to that.
extension NetworkGrowth {
  /// The share of the objective at rest that a search may be off.
  private static let nearness = 1e-3

  /// A network of a file, at the settings that a fit chooses by default.
  func descend(readingFrom path: String) throws {
    let table = try DataTable(contentsOf: path)
    let network = try DynamicNetwork(
      sources: table.strings("source"), targets: table.strings("target"), times: table.doubles("time"))
    var model = PiecewiseVelocityModel()
    model.bins = fitBins
    try choose(&model, network.count, network.events)
    try descend(model, network.count, network.events)
  }

  /// A network of the model itself with about a hundred events a node.
  func descend(generating nodes: Int) throws {
    var stream = RandomStream(RandomKey(seed: 3))
    let truth = try NetworkTrajectories.draw(
      nodes: nodes, bins: 4, span: 1, rate: 4_800 / Double(nodes), initialScale: 2, velocityScale: 4,
      lengthScale: 0.3, using: &stream)
    let start = ProcessUsage.cpuSeconds
    let events = try truth.events(using: &stream)
    let best = -PairLikelihood(nodes: nodes, bins: 4, span: 1, events: events).value(at: truth.parameters)
    print(
      String(
        format: "%d nodes, %d events, drawn in %.0f CPU s; log likelihood of the true trajectories: %.0f", nodes,
        events.count, ProcessUsage.cpuSeconds - start, best))
    var model = PiecewiseVelocityModel()
    model.bins = fitBins
    if defaults {
      try choose(&model, nodes, events)
    } else {
      (model.velocityScale, model.lengthScale) = (4, 0.3)
      model.forecast = try NetworkForecast(memory: .infinity, background: 0.1)
    }
    try descend(model, nodes, events)
  }

  /// Settles what is open by a default fit.
  private func choose(_ model: inout PiecewiseVelocityModel, _ nodes: Int, _ events: [NetworkEvent]) throws {
    let start = ProcessUsage.cpuSeconds
    let fit = try model.fit(nodes: nodes, events: events)
    print(
      String(
        format: "default fit: velocity scale %.3g, length scale %.3g, objective %.1f after %d iterations, %.1f CPU s",
        fit.velocityScale, fit.lengthScale, fit.objective, fit.iterations, ProcessUsage.cpuSeconds - start))
    (model.velocityScale, model.lengthScale, model.forecast) = (fit.velocityScale, fit.lengthScale, fit.forecast)
  }

  /// A fit whose search ends where it rests; the time counts from the start of the fit.
  private func descend(_ model: PiecewiseVelocityModel, _ nodes: Int, _ events: [NetworkEvent]) throws {
    var model = model
    (model.maximumIterations, model.tolerance) = (iterations, 1e-9)
    let start = ProcessUsage.cpuSeconds
    var descent: [(objective: Double, seconds: Double)] = []
    let fit = try model.fit(nodes: nodes, events: events) { step in
      guard case .descending(let objective) = step else { return }
      descent.append((objective, ProcessUsage.cpuSeconds - start))
      if descent.count % 100 == 0 { show(descent, descent.count - 1) }
    }
    show(descent, descent.count - 1)
    print("ended: \(fit.convergence); peak memory \(Int(ProcessUsage.peakMegabytes)) MB; within 0.1% of the last:")
    if let near = descent.firstIndex(where: { $0.objective <= fit.objective + Self.nearness * abs(fit.objective) }) {
      show(descent, near)
    }
  }

  private func show(_ descent: [(objective: Double, seconds: Double)], _ k: Int) {
    guard descent.indices.contains(k) else { return }
    print(
      String(
        format: "%6d iterations: objective %.1f, %.1f CPU s", k + 1, descent[k].objective, descent[k].seconds))
    fflush(nil)
  }
}
