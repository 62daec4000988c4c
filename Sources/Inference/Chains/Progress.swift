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

/// How far tempered particles have come on the way from the prior, 0, to the posterior, 1.
public struct TemperingProgress: Sendable {
  public let island: Int
  public let islands: Int
  public let inverseTemperature: Double
}

/// Is told after each inverse temperature, from the islands' tasks.
public typealias TemperingProgressHandler = @Sendable (TemperingProgress) -> Void

/// One line on a terminal's standard error that says how far a run has come; silent in a pipe.
///
///     let progress = TerminalProgress("regression")
///     let posterior = try await NoUTurnSampler().run(model, seed: 1, progress: progress.update)
///     progress.finish()
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
    write(always: progress.iteration == progress.iterations) { state in
      let done = state.finished.values.reduce(0, +)
      let total = progress.iterations * progress.chains
      let divergences = state.divergences.values.reduce(0, +)
      let note = divergences > 0 ? ", \(divergences) divergent" : ""
      return "\(100 * done / max(total, 1))% of \(progress.chains) chains\(note)"
    } noting: { state in
      state.finished[progress.chain] = progress.iteration
      state.divergences[progress.chain] = progress.divergences
    }
  }

  public func update(_ progress: PopulationProgress) {
    write { _ in "score \(progress.scores), island \(progress.island + 1) of \(progress.islands)" }
  }

  public func update(_ progress: TemperingProgress) {
    write { _ in
      "inverse temperature \(Float(progress.inverseTemperature)), island \(progress.island + 1) of \(progress.islands)"
    }
  }

  /// For what is told often: shown ten times a second at most.
  public func update(_ text: @autoclosure () -> String) {
    write { _ in text() }
  }

  /// For what is told rarely: shown at once.
  public func show(_ text: @autoclosure () -> String) {
    write(always: true) { _ in text() }
  }

  /// Clears the line.
  public func finish() {
    guard isTerminal, state.withLock({ $0.hasWritten }) else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
  }

  private func write(always: Bool = false, _ text: (State) -> String, noting note: (inout State) -> Void = { _ in }) {
    guard isTerminal else { return }
    let line: String? = state.withLock { state in
      note(&state)
      guard always || state.lastUpdate.duration(to: .now) > .milliseconds(100) else { return nil }
      (state.lastUpdate, state.hasWritten) = (.now, true)
      return "\r\u{1B}[K\(label): \(text(state))"
    }
    if let line { FileHandle.standardError.write(Data(line.utf8)) }
  }
}
