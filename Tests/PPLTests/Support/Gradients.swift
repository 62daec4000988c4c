import NumericCore
import PPL
import Testing

/// Expects a density's gradient to agree with central differences of fourth order, to 1e-6 of the larger of 1 and its
/// size.
func expectGradient(
  of density: ModelDensity, at position: [Double], _ label: String, sourceLocation: Testing.SourceLocation = #_sourceLocation
) throws {
  var workspace = density.makeWorkspace()
  var gradient = [Double](repeating: 0, count: position.count)
  var span = gradient.mutableSpan
  let value = density.logDensity(at: position.span, gradient: &span, workspace: &workspace)
  #expect(value == density.logDensity(at: position.span, workspace: &workspace) || abs(value) > 0, sourceLocation: sourceLocation)
  for i in position.indices {
    let h = 1e-3 * max(0.1, abs(position[i]))
    func at(_ step: Double) -> Double {
      var moved = position
      moved[i] += step * h
      return density.logDensity(at: moved.span, workspace: &workspace)
    }
    // Richardson's extrapolation of central differences: an error of order h^4.
    let coarse = (at(2) - at(-2)) / (4 * h)
    let fine = (at(1) - at(-1)) / (2 * h)
    let finer = (at(0.5) - at(-0.5)) / h
    let difference = (64 * finer - 20 * fine + coarse) / 45
    let error = abs(gradient[i] - difference) / max(1, abs(difference))
    #expect(error < 1e-6, "\(label), coordinate \(i): \(gradient[i]), expected \(difference)", sourceLocation: sourceLocation)
  }
}

/// The log density and its gradient at a position.
func valueAndGradient(_ density: ModelDensity, at position: [Double]) -> (Double, [Double]) {
  var workspace = density.makeWorkspace()
  var gradient = [Double](repeating: 0, count: position.count)
  var span = gradient.mutableSpan
  let value = density.logDensity(at: position.span, gradient: &span, workspace: &workspace)
  return (value, gradient)
}
