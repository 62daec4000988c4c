import Synchronization

extension Mutation {
#if MUTATIONS
  private static let active = Atomic<Int>(-1)

  /// Whether faults can be activated in this build.
  package static let isAvailable = true

  package static func isActive(_ mutation: Mutation) -> Bool { active.load(ordering: .relaxed) == mutation.rawValue }

  /// Activates the fault in the whole process, or none.
  package static func activate(_ mutation: Mutation?) { active.store(mutation?.rawValue ?? -1, ordering: .relaxed) }
#else
  /// Whether faults can be activated in this build.
  package static let isAvailable = false

  @inlinable @inline(__always) package static func isActive(_ mutation: Mutation) -> Bool { false }

  /// Does nothing in this build.
  package static func activate(_ mutation: Mutation?) {}
#endif
}
