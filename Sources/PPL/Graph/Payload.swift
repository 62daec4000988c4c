/// The value of a node in one particle.
enum Payload: Sendable {
  case numbers([Double])
  /// A Swift value that numbers do not stand for.
  case opaque(any Sendable)
  /// Functions of variables that have yet to be drawn: in runs that delay sampling alone.
  case delayed([Affine])

  var elements: [Double] {
    if case .numbers(let elements) = self { return elements }
    return []
  }
}
