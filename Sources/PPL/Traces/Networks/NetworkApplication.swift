/// An operation on slots, to tell what has been computed before.
struct NetworkApplication: Hashable {
  private let operation: ObjectIdentifier
  private let inputs: [Int]
  private let immediate: SIMD4<Int>

  init(_ application: Application, _ inputs: [Int]) {
    (operation, self.inputs) = (ObjectIdentifier(application.operation), inputs)
    let (i0, i1, i2, i3) = application.immediate
    immediate = SIMD4(i0, i1, i2, i3)
  }

  /// What tells most applications apart.
  func hash(into hasher: inout Hasher) {
    hasher.combine(operation)
    for input in inputs { hasher.combine(input) }
    hasher.combine(immediate.x)
  }
}
