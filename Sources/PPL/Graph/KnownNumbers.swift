/// In the body of a continuation, which is run for one value and not again, what numbers give is computed at once, and
/// needs no node. Elsewhere a model's nodes are the same whatever its data are.
extension AnyRandom {
  /// The number, where it is one, and is known in the body of a continuation.
  var knownNumber: Double? {
    guard case .constant(let constant) = storage, constant.shape.isScalar, Scope.current?.isOfContinuation == true
    else {
      return nil
    }
    return constant.elements[0]
  }

  /// A number that is known.
  init(known value: Double, kind: NumberKind) { self.init(Constant(elements: [value], shape: .scalar, kind: kind)) }
}

extension DensityKernel {
  /// The term of one element, where all inputs are numbers that are known.
  static func value(ofKnown inputs: [AnyRandom]) -> Double? {
    var (numbers, count) = (SIMD4<Double>(), 0)
    for input in inputs {
      guard let number = input.knownNumber, count < 4 else { return nil }
      numbers[count] = number
      count += 1
    }
    return partials(numbers[0], numbers[1], numbers[2], numbers[3]).value
  }
}
