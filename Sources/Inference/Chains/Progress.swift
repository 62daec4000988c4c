#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Foundation
import Synchronization

/// How far a run has come.
public struct SamplingProgress: Sendable {
  public enum Phase: String, Sendable { case warmup, sampling }
  public let chain: Int
  public let chains: Int
  /// Finished iterations of this chain, warm-up included.
  public let iteration: Int
  public let iterations: Int
  public let phase: Phase
  /// Divergent transitions after warm-up, of this chain.
  public let divergences: Int
}

/// Is told now and then, from the chains' tasks, how far they have come.
public typealias ProgressHandler = @Sendable (SamplingProgress) -> Void

/// How far a population has come that goes from score to score.
public struct PopulationProgress: Sendable {
  public let island: Int
  public let islands: Int
  /// Finished ones.
  public let scores: Int
}

/// Is told after each score, from the islands' tasks.
public typealias PopulationProgressHandler = @Sendable (PopulationProgress) -> Void

/// One line on a terminal's standard error that says how far all chains have come; silent in a pipe.
public final class TerminalProgress: Sendable {
  private struct State {
    var finished: [Int: Int] = [:]
    var divergences: [Int: Int] = [:]
    var lastUpdate = ContinuousClock.now
    var hasWritten = false
  }
  private let state = Mutex(State())
  private let label: String
  private let isTerminal = isatty(2) == 1

  public init(_ label: String = "sampling") { self.label = label }

  public func update(_ progress: SamplingProgress) {
    guard isTerminal else { return }
    let line: String? = state.withLock { state in
      state.finished[progress.chain] = progress.iteration
      state.divergences[progress.chain] = progress.divergences
      let isLast = progress.iteration == progress.iterations
      guard isLast || state.lastUpdate.duration(to: .now) > .milliseconds(100) else { return nil }
      state.lastUpdate = .now
      state.hasWritten = true
      let done = state.finished.values.reduce(0, +)
      let total = progress.iterations * progress.chains
      let divergences = state.divergences.values.reduce(0, +)
      let note = divergences > 0 ? ", \(divergences) divergent" : ""
      return "\r\u{1B}[K\(label): \(100 * done / max(total, 1))% of \(progress.chains) chains\(note)"
    }
    if let line { FileHandle.standardError.write(Data(line.utf8)) }
  }

  public func update(_ progress: PopulationProgress) {
    guard isTerminal else { return }
    let line: String? = state.withLock { state in
      guard state.lastUpdate.duration(to: .now) > .milliseconds(100) else { return nil }
      (state.lastUpdate, state.hasWritten) = (.now, true)
      return "\r\u{1B}[K\(label): score \(progress.scores), island \(progress.island + 1) of \(progress.islands)"
    }
    if let line { FileHandle.standardError.write(Data(line.utf8)) }
  }

  /// Clears the line.
  public func finish() {
    guard isTerminal, state.withLock({ $0.hasWritten }) else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
  }
}
