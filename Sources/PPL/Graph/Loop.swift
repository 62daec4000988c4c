import NumericCore
import Synchronization

/// Tells a scan, and with it the values of its steps, from all others.
struct Loop: Hashable, Sendable {
  /// Never used again.
  let serial: UInt64
  /// What the draws of the steps are keyed by.
  let key: RandomKey

  private static let serials = Atomic<UInt64>(0)

  init(key: RandomKey) { (serial, self.key) = (Self.serials.wrappingAdd(1, ordering: .relaxed).newValue, key) }

  /// The key of what step `step` draws in a run.
  func key(ofStep step: Int, run: RandomKey) -> RandomKey { run.child(key).child(UInt64(step)) }
}

/// The body of a scan, traced once: what a step makes of the state and of its own elements of the sequences.
///
/// A step's values are told from outer ones by what they
/// depend on: a latent of the loop, or one of its inputs.
struct ScanBody: Sendable {
  let loop: Loop
  /// The loop whose body the scan is in.
  let enclosing: Loop?
  let path: String
  /// The number of steps.
  let count: Int
  /// Where the nodes of the body are: the enclosing body's arena, or, outside of a model, one whose attachments are
  /// kept here.
  let arena: Arena
  let attachments: Attachments?
  /// The nodes that were made while the body was traced: their values differ from step to step.
  let nodes: Range<Int>
  /// The inputs of the body: first the state before the step, then the step's elements of the sequences.
  let states: [Int]
  let steps: [Int]
  /// The state after the step.
  let next: [AnyRandom]
  let statements: [Statement]
  /// What the statements do.
  let items: [RunItem]

  /// All that a step has to compute.
  var roots: [AnyRandom] { next + items.flatMap(\.roots) }
}

/// A value of a step as it is seen from outside of the scans that it is in: stacked, step beside step.
struct Placement: Sendable {
  /// The scans that a value is in, outermost first; each one is a node of the body of the one before it.
  var scans: [(node: AnyRandom, body: ScanBody)] = []

  func inside(_ scan: AnyRandom, _ body: ScanBody) -> Placement { Placement(scans: scans + [(scan, body)]) }

  /// The number of steps, all loops together.
  var steps: Int { scans.reduce(1) { $0 * $1.body.count } }

  /// The values of all steps.
  func stacked(_ value: AnyRandom) -> AnyRandom {
    scans.reversed().reduce(value) { value, scan in
      guard let shape = value.shape.stacked(scan.body.count) else {
        return .failure(
          .unsupportedSite(site: scan.body.path, reason: "a step's value is a matrix: there is no stack of them",
            location: nil))
      }
      return .make(.history(value), [scan.node], shape: shape, kind: value.kind)
    }
  }

  func stacked(_ shape: Shape) -> Shape {
    scans.reversed().reduce(shape) { $0.stacked($1.body.count) ?? .vector($0.count * $1.body.count) }
  }
}

extension Shape {
  /// The shape of `count` values of this one, beside each other; nil for matrices.
  func stacked(_ count: Int) -> Shape? {
    switch self {
    case .scalar: .vector(count)
    case .vector(let n): .matrix(n, count)
    case .matrix: nil
    }
  }

  /// The shape of one of `count` values that are stacked; nil where this is no stack of so many.
  var stackElement: (shape: Shape, count: Int)? {
    switch self {
    case .scalar: nil
    case .vector(let n): (.scalar, n)
    case .matrix(let rows, let columns): (.vector(rows), columns)
    }
  }
}
