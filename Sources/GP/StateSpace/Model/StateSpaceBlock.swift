/// A variance times a product of independent Markov processes: again one, whose state is the Kronecker product of
/// theirs. Blocks of a model are independent of each other.
struct StateSpaceBlock: Sendable {
  var weight: Coefficient
  /// In the order of the Kronecker product: rotations after Matern processes.
  var atoms: [StateSpaceAtom] = []

  var states: Int { atoms.reduce(1) { $0 * $1.states } }

  /// Whether P(t) is the same for all t.
  var isStationary: Bool { !atoms.contains { $0.shape == .line } }

  /// Whether A and Q depend on the distance alone: a line changes the size of what another process adds.
  var hasUniformSteps: Bool {
    isStationary || atoms.allSatisfy { if case .matern = $0.shape { false } else { true } }
  }

  /// The same with its coefficients among more hyper-parameters.
  func placed(at offset: Int, of count: Int) -> StateSpaceBlock {
    var result = self
    result.weight = weight.placed(at: offset, of: count)
    for i in atoms.indices { result.atoms[i].coefficient = atoms[i].coefficient.placed(at: offset, of: count) }
    return result
  }

  /// The product of two, which is two where both turn: cos a cos b = (cos(a + b) + cos(a - b)) / 2.
  static func product(_ a: StateSpaceBlock, _ b: StateSpaceBlock) -> [StateSpaceBlock] {
    let atoms = a.atoms + b.atoms
    var result = StateSpaceBlock(weight: a.weight * b.weight, atoms: atoms.filter { $0.shape != .rotation })
    let rotations = atoms.filter { $0.shape == .rotation }
    guard rotations.count == 2 else {
      result.atoms += rotations
      return [result]
    }
    return [1.0, -1].map { sign in
      var half = result
      half.weight = result.weight.scaled(by: 0.5)
      let frequency = Coefficient.sum(rotations[0].coefficient, sign, rotations[1].coefficient)
      half.atoms.append(StateSpaceAtom(shape: .rotation, coefficient: frequency))
      return half
    }
  }

  /// The same numbers, whatever they depend on.
  func hasValues(of other: StateSpaceBlock) -> Bool {
    weight.value == other.weight.value && atoms.count == other.atoms.count
      && zip(atoms, other.atoms).allSatisfy {
        $0.shape == $1.shape && $0.coefficient.value == $1.coefficient.value
      }
  }

  /// What its matrices are made of.
  var factors: [KroneckerFactor] { atoms.map { KroneckerFactor(shape: $0.shape, value: $0.coefficient.value) } }
}
