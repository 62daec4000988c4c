/// y = a where c is not 0, b elsewhere.
public enum Choose: ArrayOperation {
  public static var name: String { "choose" }
  public static var isElementwise: Bool { true }

  public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let (c, a, b) = (instruction.inputs.0, instruction.inputs.1, instruction.inputs.2)
    for o in 0..<instruction.outerCount {
      for i in 0..<instruction.innerCount {
        let chosen = c.value[o &* c.outer &+ i &* c.inner] != 0
        instruction.output.value[o &* instruction.output.outer &+ i] =
          chosen ? a.value[o &* a.outer &+ i &* a.inner] : b.value[o &* b.outer &+ i &* b.inner]
      }
    }
  }

  public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let g = instruction.output.adjoint else { return }
    let (c, a, b) = (instruction.inputs.0, instruction.inputs.1, instruction.inputs.2)
    for o in 0..<instruction.outerCount {
      for i in 0..<instruction.innerCount {
        let d = g[o &* instruction.output.outer &+ i]
        if c.value[o &* c.outer &+ i &* c.inner] != 0 {
          if let adjoint = a.adjoint { adjoint[o &* a.outer &+ i &* a.inner] += d }
        } else if let adjoint = b.adjoint {
          adjoint[o &* b.outer &+ i &* b.inner] += d
        }
      }
    }
  }
}
