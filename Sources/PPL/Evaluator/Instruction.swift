import NumericCore

/// One operand of an instruction: where its values and adjoints are, and how loops walk them.
///
/// An elementwise operation reads element (o, i) of its two loops at `value[o * outer + i * inner]`; a stride of 0
/// broadcasts. Any other operation reads element e of lane l at `value[e * elementStride + l * laneStride]`. Adjoints
/// lie like values.
@frozen public struct Operand: BitwiseCopyable {
  public var value: UnsafeMutablePointer<Double>
  /// Where the adjoint is accumulated; nil where no derivative is wanted.
  public var adjoint: UnsafeMutablePointer<Double>?
  public var outer: Int
  public var inner: Int
  public var elementStride: Int
  public var laneStride: Int
  /// The number of elements in one lane.
  public var count: Int

  @usableFromInline init(
    value: UnsafeMutablePointer<Double>, adjoint: UnsafeMutablePointer<Double>?, count: Int, elementStride: Int,
    laneStride: Int
  ) {
    (self.value, self.adjoint, self.count) = (value, adjoint, count)
    (self.elementStride, self.laneStride) = (elementStride, laneStride)
    (outer, inner) = (0, 0)
  }
}

/// An operation bound to its buffers. What it means is up to its `ArrayOperation`.
///
/// Elementwise operations loop over `outerCount * innerCount` elements. With one lane the inner loop runs over the
/// elements; with several, the outer loop runs over the elements and the inner one over the lanes, which lie side by
/// side.
///
/// Not copyable: a schedule runs its instructions where they lie.
@frozen public struct Instruction: ~Copyable {
  public var operation: any ArrayOperation.Type
  public var output: Operand
  public var inputs: (Operand, Operand, Operand, Operand)
  public var inputCount: Int
  public var outerCount: Int
  public var innerCount: Int
  public var lanes: Int
  /// What the operation was made with: sizes, offsets, an index into the program's closures.
  public var immediate: (Int, Int, Int, Int)
  /// Room that the operation asked for with `scratch`, apart for each instruction.
  public var scratch: UnsafeMutablePointer<Double>

  @inlinable init(
    operation: any ArrayOperation.Type, output: Operand, inputs: (Operand, Operand, Operand, Operand), inputCount: Int,
    outerCount: Int, innerCount: Int, lanes: Int, immediate: (Int, Int, Int, Int),
    scratch: UnsafeMutablePointer<Double>
  ) {
    self.operation = operation
    self.output = output
    self.inputs = inputs
    self.inputCount = inputCount
    self.outerCount = outerCount
    self.innerCount = innerCount
    self.lanes = lanes
    self.immediate = immediate
    self.scratch = scratch
  }
}

/// What one run of a schedule is given: the randomness, and which lanes these are.
public struct RunContext {
  /// The key of the run; a site's key is its child.
  public var key: RandomKey
  /// The number of the first lane, so that blocks of lanes together are one population.
  public var firstLane: Int
  /// The tables that immediates count: the program's draws, opaque functions and scans.
  var drawings: [Program.Drawing] = []
  var functions: [OpaqueFunction] = []
  var scans: [ScanExecution] = []
  /// The first failure that an instruction met.
  var failure: (any Error)?

  public init(key: RandomKey = RandomKey(seed: 0), firstLane: Int = 0) {
    (self.key, self.firstLane) = (key, firstLane)
  }
}

/// An array operation of the schedule. Stateless: what it needs is in the instruction.
public protocol ArrayOperation: SendableMetatype {
  /// How the schedule is printed.
  static var name: String { get }
  /// Whether the operands walk with the output, element by element, scalars broadcast.
  static var isElementwise: Bool { get }
  /// The doubles of scratch that an instruction needs.
  static func scratchCount(outputCount: Int, inputCounts: [Int], lanes: Int) -> Int
  /// Computes the output from the inputs.
  static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext)
  /// Adds to the inputs' adjoints what follows from the output's adjoint. The values are those of the last forward run.
  static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext)
  /// Whether `forwardReverse` is there.
  static var isFusible: Bool { get }
  /// Value and derivatives in one pass, where the output's adjoint is 1.
  static func forwardReverse(_ instruction: borrowing Instruction, _ context: inout RunContext)
}

extension ArrayOperation {
  public static var isFusible: Bool { false }
  public static func forwardReverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    preconditionFailure("\(name) is not fusible")
  }
  public static var isElementwise: Bool { false }
  public static func scratchCount(outputCount: Int, inputCounts: [Int], lanes: Int) -> Int { 0 }
}
