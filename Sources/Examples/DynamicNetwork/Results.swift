import Foundation
import GP

/// What is printed of a fit.
struct Results: Codable {
  let nodes: Int
  let events: Int
  let droppedSelfLoops: Int
  let bins: Int
  let velocityScale: Double
  /// How many were learned; nil: each node moves by itself.
  let communities: Int?
  let negativeLogLikelihood: Double
  let iterations: Int
  let convergence: String
  let reconstruction: TaskScores
  let staticReconstruction: TaskScores
  let prediction: TaskScores?
  let staticPrediction: TaskScores?
  let calibration: ForecastCalibration?

  init(network: DynamicNetwork, fit: FittedTrajectories, still: FittedTrajectories, trial: TaskProtocol) throws {
    (nodes, events, droppedSelfLoops) = (network.count, network.events.count, network.droppedSelfLoops)
    (bins, velocityScale, iterations) = (fit.bins, fit.velocityScale, fit.iterations)
    communities = fit.communities?.count
    (negativeLogLikelihood, convergence) = (fit.negativeLogLikelihood, "\(fit.convergence)")
    (reconstruction, staticReconstruction) = (try trial.reconstruction(fit), try trial.reconstruction(still))
    (prediction, staticPrediction) = (try trial.prediction(fit), try trial.prediction(still))
    calibration = try trial.calibration(fit)
  }

  var text: String {
    var lines = ["\(nodes) nodes, \(events) events between different nodes"]
    if droppedSelfLoops > 0 { lines.append("\(droppedSelfLoops) events of a node with itself were left out") }
    lines.append(
      String(
        format: "%d bins, velocity scale %.3g%@; negative log likelihood %.1f after %d iterations (%@)", bins,
        velocityScale, communities.map { ", \($0) communities" } ?? "", negativeLogLikelihood, iterations, convergence))
    lines.append("\ntask            model    ROC-AUC            PR-AUC             held out an event")
    for (name, model, scores) in [
      ("reconstruction", "moving", reconstruction), ("", "static", staticReconstruction),
      ("prediction", "moving", prediction), ("", "static", staticPrediction),
    ] as [(String, String, TaskScores?)] {
      guard let scores else { continue }
      lines.append(
        name.padding(toLength: 16, withPad: " ", startingAt: 0)
          + model.padding(toLength: 9, withPad: " ", startingAt: 0)
          + "\(scores.rocAUC.text)   \(scores.prAUC.text)   "
          + (scores.heldOut.map { String(format: "%.3f", $0) } ?? ""))
    }
    if let calibration { lines.append("\n" + calibration.text) }
    if prediction == nil {
      lines.append("Nothing happens in the time that was held out: no prediction is scored.")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// The positions of all nodes at all knots, as a table.
struct Positions {
  let network: DynamicNetwork
  let trajectories: NetworkTrajectories
  let communities: [Int]

  var csv: String {
    var lines = ["node,community,bias,time,x,y"]
    for i in 0..<network.count {
      let name = DynamicNetwork.cell(network.label(i))
      for b in 0...trajectories.bins {
        let p = trajectories.position(i, knot: b)
        let time = network.start + (network.end - network.start) * Double(b) / Double(trajectories.bins)
        lines.append("\(name),\(communities[i] + 1),\(trajectories.bias(i)),\(time),\(p.x),\(p.y)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
