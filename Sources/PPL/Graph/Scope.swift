import NumericCore
import Synchronization

/// What is being built: the arena that new nodes go to, the names that are taken, and the sub-models that no statement
/// has taken in yet. One for each run of a model's body or of a continuation.
final class Scope: @unchecked Sendable {
  @TaskLocal static var current: Scope?
  /// The key that the addresses of all sites come from. Not a source of draws.
  static let root = RandomKey(seed: 0)

  let arena: Arena
  /// What the arena's nodes refer to: kept by who keeps the result of the body.
  let attachments: Attachments
  /// The path of names that leads here, empty at the top.
  let path: String
  /// Identifies the scope among all of a run: names are hashed into it.
  let key: RandomKey
  /// The loops whose body this is in, outermost first.
  let loops: [Loop]
  /// Whether the body is a continuation's, or a part of one.
  let isOfContinuation: Bool
  /// The sequences of the innermost loop that are data, by their input in the body.
  var sequences: [Int: Constant] = [:]
  /// Where this is the body of a scan.
  var steps: Steps?
  /// The scope that owns the names and counts: this one, or the model's that includes it.
  private var names: [String: SourceLocation] = [:]
  private var anonymousCount = 0
  private var bindCount = 0
  private(set) var errors: [ModelError] = []
  private var pendingSubmodels: [(name: String, identity: Int, location: SourceLocation)] = []
  private var submodelCount = 0
  let parent: Scope?
  /// The sites that are to be summed out of the density.
  private(set) var marginalised: [String] = []

  /// A scope of its own, or one inside of another, which shares that one's arena.
  init(
    path: String = "", key: RandomKey = Scope.root, loops: [Loop]? = nil, parent: Scope? = nil,
    isOfContinuation: Bool = false
  ) {
    let attachments = parent?.attachments ?? Attachments()
    (self.attachments, arena) = (attachments, parent?.arena ?? Arena(attachments))
    (self.path, self.key, self.parent) = (path, key, parent)
    self.isOfContinuation = isOfContinuation || parent?.isOfContinuation == true
    self.loops = loops ?? parent?.loops ?? []
    if self.loops == parent?.loops { sequences = parent?.sequences ?? [:] }
  }

  /// Notes what is wrong: it is thrown when the body has run to its end.
  func record(_ error: ModelError) {
    if let parent { parent.record(error) } else { errors.append(error) }
  }

  /// Notes that sites of this scope are to be summed out.
  func marginalise(_ names: [String]) { note(marginalised: names.map(qualified)) }

  private func note(marginalised paths: [String]) {
    if let parent { parent.note(marginalised: paths) } else { marginalised += paths }
  }

  func qualified(_ name: String) -> String { path.isEmpty ? name : "\(path)/\(name)" }

  /// Takes a name for a site of this scope.
  func claim(_ name: String?, at location: SourceLocation) -> (path: String, key: RandomKey) {
    guard let name else {
      let number = anonymousCount
      anonymousCount += 1
      return (qualified("#\(number)"), key.child(UInt64(number)))
    }
    if let first = names[name] {
      record(.duplicateName(qualified(name), first: first, second: location))
    }
    names[name] = location
    return (qualified(name), key.child(name))
  }

  /// The key of the next bind of this scope.
  func claimBind() -> RandomKey {
    bindCount += 1
    return key.child("flatMap").child(UInt64(bindCount))
  }

  /// The key of a latent or a bind without a name that belongs to no model: another one each time.
  static func anonymousKey() -> RandomKey {
    root.child("anonymous").child(anonymousKeys.wrappingAdd(1, ordering: .relaxed).newValue)
  }
  private static let anonymousKeys = Atomic<UInt64>(0)

  /// The path and key of a site that belongs to no model.
  static func claimOutside(_ name: String?) -> (path: String, key: RandomKey) {
    if let name { return (name, root.child(name)) }
    let key = anonymousKey()
    return ("#outside", key)
  }

  /// The path of a continuation: what lies under two others is shown from the last of them on, so that a path stays
  /// short, however deep a recursion is.
  static func deeper(_ path: String) -> String {
    if path.isEmpty { return "..." }
    if path.hasSuffix("...") { return path }
    let parts = path.split(separator: "/")
    guard let last = parts.lastIndex(of: "..."), parts[..<last].contains("...") else { return "\(path)/..." }
    return "\(parts[last...].joined(separator: "/"))/..."
  }

  func submodelBegan(_ name: String, at location: SourceLocation) -> Int {
    submodelCount += 1
    pendingSubmodels.append((name, submodelCount, location))
    return submodelCount
  }

  func submodelTaken(_ identity: Int) { pendingSubmodels.removeAll { $0.identity == identity } }

  /// Throws the first error that the body made.
  func finish() throws {
    if let pending = pendingSubmodels.first {
      throw ModelError.submodelNotScored(qualified(pending.name), location: pending.location)
    }
    if let error = errors.first { throw error }
  }
}
