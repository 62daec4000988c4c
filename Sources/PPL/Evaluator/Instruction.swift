import NumericCore

/// One operand of an instruction: where its values and adjoints are, and how loops walk them.
///
/// An elementwise operation reads element (o, i) of its two loops at `value[o * outer + i * inner]`; a stride of 0
/// broadcasts. Any other operation reads element e of lane l at `value[e * elementStride + l * laneStride]`. Adjoints
/// lie like values.
///
/// Behind the last element there is room up to a multiple of eight: loops over whole vectors may read and write there.
/// The room behind an adjoint may belong to a neighbour: what is added there must be 0.
@frozen public struct Operand: BitwiseCopyable {
  public var value: UnsafeMutablePointer<Double>
  /// Where the adjoint is accumulated; nil where no derivative is wanted.
  public var adjoint: UnsafeMutablePointer<Double>?
  /// Whether nothing has been accumulated there: what is first is stored, not added.
  @usableFromInline var isFirst = false
  public var outer: Int
  public var inner: Int
  public var elementStride: Int
  public var laneStride: Int
  /// The number of elements in one lane.
  public var count: Int
  /// Whether the values are the same in all runs.
  @usableFromInline var isData = false

  /// Whether this is a number, the same in all runs.
  @usableFromInline func isConstant(_ x: Double) -> Bool { isData && count == 1 && value[0] == x }

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
/// It refers to where the schedule keeps it: passing it on copies nothing.
@frozen public struct Instruction {
  @usableFromInline struct Body: BitwiseCopyable {
    @usableFromInline var operation: any ArrayOperation.Type
    @usableFromInline let inputCount: Int
    @usableFromInline let outerCount: Int
    @usableFromInline let innerCount: Int
    @usableFromInline let lanes: Int
    @usableFromInline let scratch: UnsafeMutablePointer<Double>
    @usableFromInline let output: Operand
    @usableFromInline let inputs: (Operand, Operand, Operand, Operand, Operand)
    @usableFromInline let immediate: (Int, Int, Int, Int)
  }

  @usableFromInline let body: UnsafePointer<Body>

  @inlinable init(_ body: UnsafePointer<Body>) { self.body = body }

  @inlinable public var operation: any ArrayOperation.Type { body.pointee.operation }
  @inlinable public var output: Operand { @inline(__always) _read { yield body.pointee.output } }
  @inlinable public var inputs: (Operand, Operand, Operand, Operand, Operand) {
    @inline(__always) _read { yield body.pointee.inputs }
  }
  @inlinable public var inputCount: Int { body.pointee.inputCount }
  @inlinable public var outerCount: Int { body.pointee.outerCount }
  @inlinable public var innerCount: Int { body.pointee.innerCount }
  @inlinable public var lanes: Int { body.pointee.lanes }
  /// What the operation was made with: sizes, offsets, an index into the program's closures.
  @inlinable public var immediate: (Int, Int, Int, Int) { body.pointee.immediate }
  /// Room that the operation asked for with `scratch`, apart for each instruction.
  @inlinable public var scratch: UnsafeMutablePointer<Double> { body.pointee.scratch }
}

/// What one run of a schedule is given: the randomness, and which lanes these are.
public struct RunContext {
  /// The key of the run; a site's key is its child.
  public var key: RandomKey
  /// The number of the first lane, so that blocks of lanes together are one population.
  public var firstLane: Int
  /// The number of the first element that a site draws.
  var firstElement = 0
  /// How many of the lanes are wanted; those beyond fill vectors.
  var laneCount = Int.max
  /// The tables that immediates count: the program's draws, opaque functions and scans.
  var drawings: [Program.Drawing] = []
  var functions: [OpaqueFunction] = []
  var scans: [ScanExecution] = []
  /// What the program's drawings give and take, where one of the lanes is given its draws.
  var tapes: UnsafePointer<DrawTape>?
  /// Whether all lanes take the draws that are given.
  var isShadow = false
  /// The step that the loops around are at, all steps counted through.
  var step = 0
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
  /// The inputs whose adjoint is that of the output, if they are as large: they may lie in one place.
  static var passesAdjointTo: [Int] { get }
  /// Whether `reverse` heeds `Operand.isFirst`.
  static var storesFirstAdjoints: Bool { get }
  /// A cheaper operation with the same values for these operands, of which those that are data are known; or this one.
  static func specialised(to instruction: borrowing Instruction) -> any ArrayOperation.Type
  /// Computes once, before any run, what the inputs that are data determine.
  static func prepare(_ instruction: borrowing Instruction)
  /// Whether `forwardReverse` is there.
  static var isFusible: Bool { get }
  /// Value and derivatives in one pass, where the output's adjoint is 1; with one lane.
  static func forwardReverse(_ instruction: borrowing Instruction, _ context: inout RunContext)
}

extension ArrayOperation {
  public static var passesAdjointTo: [Int] { [] }
  public static var storesFirstAdjoints: Bool { false }
  public static func specialised(to instruction: borrowing Instruction) -> any ArrayOperation.Type { Self.self }
  public static func prepare(_ instruction: borrowing Instruction) {}
  public static var isFusible: Bool { false }
  public static func forwardReverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    preconditionFailure("\(name) is not fusible")
  }
  public static var isElementwise: Bool { false }
  public static func scratchCount(outputCount: Int, inputCounts: [Int], lanes: Int) -> Int { 0 }
}
