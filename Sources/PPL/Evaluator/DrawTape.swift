import NumericCore

/// What lanes draw at one site, step by step, and the draws that the first lane is given.
///
/// It refers to memory of whoever owns the tape.
struct DrawTape {
  /// The lane that is given its draws.
  static let lane = 0

  /// The numbers of one draw.
  let count: Int
  let lanes: Int
  /// The draws that are given: element e of step s at `given[s * count + e]`.
  let given: UnsafeMutablePointer<Double>
  /// What all lanes have: lane l's at `drawn[(s * count + e) * lanes + l]`.
  let drawn: UnsafeMutablePointer<Double>
  /// The number of resamplings before each step's draw.
  let generations: UnsafeMutablePointer<Int>
  /// The number of resamplings so far.
  let generation: UnsafePointer<Int>

  /// Gives the first lane its draw in place of the one that was made, and notes what all lanes have.
  @inline(__always) func exchange(_ instruction: borrowing Instruction, step: Int) {
    let (output, draw) = (instruction.output.value, given + step &* count)
    if !Mutation.isActive(.retainedRunLost) {
      for e in 0..<count { output[e &* lanes &+ Self.lane] = draw[e] }
    }
    (drawn + step &* count &* lanes).update(from: output, count: count &* lanes)
    generations[step] = generation.pointee
  }

  /// Gives all lanes the draw.
  @inline(__always) func give(_ instruction: borrowing Instruction, step: Int) {
    let draw = given + step &* count
    for e in 0..<count { (instruction.output.value + e &* lanes).update(repeating: draw[e], count: lanes) }
  }
}
