import Foundation
import GP
import Inference

/// How far a fit is, on a terminal.
struct FitProgress {
  private let progress = TerminalProgress("dynamic network")

  func update(_ step: PiecewiseVelocityModel.FitStep) {
    switch step {
    case .trying(let scale, let bins):
      progress.show(String(format: "trying a velocity scale of %.3g with %d bins", scale, bins))
    case .fitting(let scale, let bins):
      progress.show(String(format: "fitting a velocity scale of %.3g with %d bins", scale, bins))
    case .descending(let objective):
      progress.show(String(format: "fitting, objective %.1f", objective))
    }
  }

  func finish() { progress.finish() }
}
