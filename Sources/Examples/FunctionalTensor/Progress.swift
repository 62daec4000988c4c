import Foundation
import Synchronization

/// How far a fit is, on a terminal; nothing in a pipe.
final class Progress: Sendable {
  private let sweeps: Int
  private let isShown = isatty(STDERR_FILENO) == 1
  private let state = Mutex(Date.distantPast)

  init(sweeps: Int) { self.sweeps = sweeps }

  func update(start: Int, sweep: Int, bound: Double) {
    guard isShown else { return }
    let isDue = state.withLock { last in
      guard Date().timeIntervalSince(last) > 0.1 else { return false }
      last = Date()
      return true
    }
    if isDue { write("\rstart \(start + 1), sweep \(sweep) of at most \(sweeps), bound \(Int(bound))\u{1B}[K") }
  }

  func finish() { if isShown { write("\r\u{1B}[K") } }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
