import Foundation
import GP

/// How far a fit is, on a terminal; nothing in a pipe.
struct Progress {
  private let isShown = isatty(STDERR_FILENO) == 1

  func update(_ step: PiecewiseVelocityModel.FitStep) {
    guard isShown else { return }
    switch step {
    case .trying(let scale, let bins):
      write(String(format: "\rtrying a velocity scale of %.3g with %d bins\u{1B}[K", scale, bins))
    case .fitting(let scale, let bins):
      write(String(format: "\rfitting a velocity scale of %.3g with %d bins\u{1B}[K", scale, bins))
    }
  }

  func finish() { if isShown { write("\r\u{1B}[K") } }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
