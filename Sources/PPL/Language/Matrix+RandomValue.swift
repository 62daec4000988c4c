import NumericCore

extension Matrix: RandomValue {
  public static var kind: NumberKind { .real }
  public var shape: Shape { .matrix(rows, columns) }

  public init(elements: [Double], shape: Shape) {
    let dimensions = shape.dimensions
    self.init(rows: dimensions.first ?? 1, columns: dimensions.last ?? 1)
    withUnsafeMutableBufferPointer { buffer in
      for (i, element) in elements.enumerated() { buffer[i] = element }
    }
  }
}
