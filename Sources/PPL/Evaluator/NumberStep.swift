/// An operation on numbers with one lane: where they and their adjoints are, and nothing else.
///
/// A schedule of a model with many scalars consists mostly of these. Adjoints that nobody wants go to a sink, so that
/// nothing is asked on the way.
@frozen public struct NumberStep: BitwiseCopyable {
  public typealias Number = UnsafeMutablePointer<Double>

  @usableFromInline let operation: any NumberOperation.Type
  @usableFromInline let output: Number
  @usableFromInline let outputAdjoint: Number
  @usableFromInline let inputs: (Number, Number, Number, Number, Number)
  @usableFromInline let adjoints: (Number, Number, Number, Number, Number)

  init(_ operation: any NumberOperation.Type, _ body: Instruction.Body, sink: Number) {
    self.operation = operation
    (output, outputAdjoint) = (body.output.value, body.output.adjoint ?? sink)
    let operands = body.inputs
    inputs = (
      operands.0.value, operands.1.value, operands.2.value, operands.3.value, operands.4.value
    )
    adjoints = (
      operands.0.adjoint ?? sink, operands.1.adjoint ?? sink, operands.2.adjoint ?? sink, operands.3.adjoint ?? sink,
      operands.4.adjoint ?? sink
    )
  }
}

extension NumberStep {
  /// A step that is run forward alone.
  @inline(__always) init(
    _ operation: any NumberOperation.Type, output: Number, inputs: (Number, Number, Number, Number, Number)
  ) {
    (self.operation, self.output, self.inputs) = (operation, output, inputs)
    (outputAdjoint, adjoints) = (output, inputs)
  }
}

/// An array operation that has a form for numbers.
public protocol NumberOperation: ArrayOperation {
  static func forward(_ step: UnsafePointer<NumberStep>)
  static func reverse(_ step: UnsafePointer<NumberStep>)
  static func forwardReverse(_ step: UnsafePointer<NumberStep>)
}

extension NumberOperation {
  public static func forwardReverse(_ step: UnsafePointer<NumberStep>) {
    preconditionFailure("\(name) is not fusible")
  }
}
