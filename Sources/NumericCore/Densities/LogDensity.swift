/// An unnormalised log density on R^n.
///
/// The value is shared by all chains; what an evaluation writes to lives in a `Workspace` that each chain owns, so an
/// evaluation allocates nothing.
public protocol LogDensity: Sendable {
  /// The buffers of one evaluation. `Void` where none are needed.
  associatedtype Workspace = Void

  /// n, the number of coordinates.
  var dimension: Int { get }

  /// New buffers, for one thread's use at a time.
  func makeWorkspace() -> Workspace

  /// log pi(position), up to a constant. Not finite (-infinity or NaN) where the density is zero or not defined.
  func logDensity(at position: Span<Double>, workspace: inout Workspace) -> Double
}

extension LogDensity where Workspace == Void {
  public func makeWorkspace() {}
}

/// A log density with its gradient.
public protocol DifferentiableLogDensity: LogDensity {
  /// Returns log pi(position) and writes its gradient, every one of the `dimension` elements.
  func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>, workspace: inout Workspace
  ) -> Double
}
