#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Releases arenas that hold other arenas without recursion: what is freed while something is being freed waits for
/// its turn. Without it a chain of 10^5 continuations overflows the stack when it is released.
enum Graveyard {
  private struct State {
    var isDraining = false
    var waiting: [any Sendable] = []
  }

  /// One list a thread: a release runs to its end on the thread that began it. The list is empty when a thread ends.
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let code = pthread_key_create(&key) { free($0) }
    precondition(code == 0, "pthread_key_create: \(code)")
    return key
  }()

  private static var state: UnsafeMutablePointer<State> {
    if let raw = pthread_getspecific(key) { return raw.assumingMemoryBound(to: State.self) }
    guard let raw = malloc(MemoryLayout<State>.stride) else { preconditionFailure("out of memory") }
    let state = raw.bindMemory(to: State.self, capacity: 1)
    state.initialize(to: State())
    pthread_setspecific(key, raw)
    return state
  }

  /// Takes what an arena held, and releases it now, or as soon as the release that is under way has come to its end.
  static func bury(_ contents: consuming some Sendable) {
    let state = state
    state.pointee.waiting.append(contents)
    guard !state.pointee.isDraining else { return }
    state.pointee.isDraining = true
    while let next = state.pointee.waiting.popLast() { _ = consume next }
    state.pointee.waiting = []
    state.pointee.isDraining = false
  }
}
