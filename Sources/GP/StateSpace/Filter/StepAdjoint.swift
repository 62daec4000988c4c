/// Gathers the derivative of a number in the coefficients of a model from its derivatives in the matrices of the
/// steps.
final class StepAdjoint {
  private let transitions: Transitions
  /// By coefficient.
  private let gradient: UnsafeMutablePointer<Double>

  /// - Parameter transitions: with slopes.
  init(_ transitions: Transitions) {
    self.transitions = transitions
    gradient = VectorRows.allocate(transitions.coefficients)
  }

  deinit { gradient.deallocate() }

  /// Adds a step, whose derivatives in element (i, k) of Q and of A are given.
  @inline(__always) func addStep(
    _ step: UnsafePointer<Double>, noise: (Int, Int) -> Double, transition: (Int, Int) -> Double
  ) {
    for block in transitions.layout {
      let (s, square) = (block.size, block.size * block.size)
      let (q, slopes) = (step + block.start + square, step + block.start + 2 * square)
      let target = gradient + block.coefficient
      for i in 0..<s {
        for k in 0..<s {
          let (x, y, place) = (block.offset + i, block.offset + k, i * s + k)
          let byNoise = noise(x, y)
          // Scaled by the weight at the end.
          target[0] += byNoise * q[place]
          guard block.atoms > 0 else { continue }
          let byTransition = transition(x, y)
          for atom in 0..<block.atoms {
            let slope = slopes + 2 * atom * square + place
            target[1 + atom] += byTransition * slope[0] + byNoise * slope[square]
          }
        }
      }
    }
  }

  /// Adds the start, whose derivative in element (i, k) of P(t) is given.
  func addStart(at t: Double, covariance: (Int, Int) -> Double) {
    for place in transitions.layout {
      let s = place.size
      var p = Array(repeating: 0.0, count: s * s)
      var slope = p
      let target = gradient + place.coefficient
      for atom in 0..<max(place.atoms, 1) {
        transitions.writeCovariance(place, at: t, slopesOf: atom, to: &p, slopes: &slope)
        for i in 0..<s {
          for k in 0..<s {
            let weight = covariance(place.offset + i, place.offset + k)
            if atom == 0 { target[0] += weight * p[i * s + k] }
            if place.atoms > 0 { target[1 + atom] += weight * slope[i * s + k] }
          }
        }
      }
    }
  }

  /// In the coordinates of the kernel's hyper-parameters.
  var parameterGradient: [Double] {
    var result = Array(repeating: 0.0, count: transitions.model.parameterCount)
    for (place, block) in zip(transitions.layout, transitions.model.blocks) {
      let target = gradient + place.coefficient
      // A variance that underflows leaves nothing to differentiate.
      let byWeight = block.weight.value > 0 ? target[0] / block.weight.value : 0
      for (p, slope) in block.weight.slopes.enumerated() { result[p] += byWeight * slope }
      for (number, atom) in block.atoms.enumerated() {
        for (p, slope) in atom.coefficient.slopes.enumerated() { result[p] += target[1 + number] * slope }
      }
    }
    return result
  }
}
