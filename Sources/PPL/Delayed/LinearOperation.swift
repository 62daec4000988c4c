/// An operation that gives affine functions of affine functions, as long as what they are multiplied by is known.
protocol LinearOperation: ArrayOperation {
  /// The elements of the result; nil where it is not affine in what is delayed.
  static func affine(
    _ inputs: [Payload], count: Int, immediate: (Int, Int, Int, Int)
  ) -> [Affine]?
}

extension Payload {
  var isDelayed: Bool {
    if case .delayed = self { return true }
    return false
  }

  /// The number of elements.
  var count: Int {
    switch self {
    case .numbers(let elements): elements.count
    case .delayed(let elements): elements.count
    case .opaque: 0
    }
  }

  /// An element; a scalar is broadcast.
  func affine(at index: Int) -> Affine {
    switch self {
    case .numbers(let elements): Affine(elements[elements.count == 1 ? 0 : index])
    case .delayed(let elements): elements[elements.count == 1 ? 0 : index]
    case .opaque: Affine(.nan)
    }
  }
}

extension Elementary.Negate: LinearOperation {
  static func affine(_ inputs: [Payload], count: Int, immediate: (Int, Int, Int, Int)) -> [Affine]? {
    (0..<count).map { inputs[0].affine(at: $0).scaled(by: -1) }
  }
}

extension Elementary.Add: LinearOperation {
  static func affine(_ inputs: [Payload], count: Int, immediate: (Int, Int, Int, Int)) -> [Affine]? {
    (0..<count).map { inputs[0].affine(at: $0).adding(inputs[1].affine(at: $0)) }
  }
}

extension Elementary.Subtract: LinearOperation {
  static func affine(_ inputs: [Payload], count: Int, immediate: (Int, Int, Int, Int)) -> [Affine]? {
    (0..<count).map { inputs[0].affine(at: $0).adding(inputs[1].affine(at: $0), times: -1) }
  }
}

extension Elementary.Multiply: LinearOperation {
  static func affine(_ inputs: [Payload], count: Int, immediate: (Int, Int, Int, Int)) -> [Affine]? {
    let products = (0..<count).compactMap { element in
      inputs[0].affine(at: element).product(with: inputs[1].affine(at: element))
    }
    return products.count == count ? products : nil
  }
}

extension Elementary.Divide: LinearOperation {
  static func affine(_ inputs: [Payload], count: Int, immediate: (Int, Int, Int, Int)) -> [Affine]? {
    guard !inputs[1].isDelayed else { return nil }
    return (0..<count).map { inputs[0].affine(at: $0).scaled(by: 1 / inputs[1].affine(at: $0).constant) }
  }
}

extension Affine {
  /// Nil where both have variables.
  fileprivate func product(with other: Affine) -> Affine? {
    if other.isKnown { return scaled(by: other.constant) }
    return isKnown ? other.scaled(by: constant) : nil
  }
}

extension Sum: LinearOperation {
  static func affine(_ inputs: [Payload], count: Int, immediate: (Int, Int, Int, Int)) -> [Affine]? {
    [(0..<inputs[0].count).reduce(Affine(0)) { $0.adding(inputs[0].affine(at: $1)) }]
  }
}

extension CumulativeSum: LinearOperation {
  static func affine(_ inputs: [Payload], count: Int, immediate: (Int, Int, Int, Int)) -> [Affine]? {
    var total = Affine(0)
    return (0..<count).map {
      total = total.adding(inputs[0].affine(at: $0))
      return total
    }
  }
}

extension Slice: LinearOperation {
  static func affine(_ inputs: [Payload], count: Int, immediate: (Int, Int, Int, Int)) -> [Affine]? {
    (0..<count).map { inputs[0].affine(at: immediate.0 + $0 * immediate.1) }
  }
}

extension Stack: LinearOperation {
  static func affine(_ inputs: [Payload], count: Int, immediate: (Int, Int, Int, Int)) -> [Affine]? {
    inputs.flatMap { input in (0..<input.count).map { input.affine(at: $0) } }
  }
}

extension Gather: LinearOperation {
  static func affine(_ inputs: [Payload], count: Int, immediate: (Int, Int, Int, Int)) -> [Affine]? {
    guard case .numbers(let indices) = inputs[1] else { return nil }
    let known = 0..<Double(inputs[0].count)
    return indices.map { known.contains($0) ? inputs[0].affine(at: Int($0)) : Affine(.nan) }
  }
}

extension Choose: LinearOperation {
  static func affine(_ inputs: [Payload], count: Int, immediate: (Int, Int, Int, Int)) -> [Affine]? {
    guard !inputs[0].isDelayed else { return nil }
    return (0..<count).map { inputs[inputs[0].affine(at: $0).constant != 0 ? 1 : 2].affine(at: $0) }
  }
}

extension MatrixVector: LinearOperation {
  static func affine(_ inputs: [Payload], count: Int, immediate: (Int, Int, Int, Int)) -> [Affine]? {
    let (rows, isTransposed) = (immediate.0, immediate.2 == 1)
    var result = Array(repeating: Affine(0), count: count)
    for i in 0..<count {
      for j in 0..<inputs[1].count {
        let factor = inputs[0].affine(at: isTransposed ? j + i * rows : i + j * rows)
        guard let product = factor.product(with: inputs[1].affine(at: j)) else { return nil }
        result[i] = result[i].adding(product)
      }
    }
    return result
  }
}
