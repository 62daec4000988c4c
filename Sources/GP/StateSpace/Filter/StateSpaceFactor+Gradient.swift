extension StateSpaceFactor {
  /// 1/2 tr((V V^T - C^-1) dC) for the coordinates of the kernel's hyper-parameters, and 1/2 of the diagonal of
  /// V V^T - C^-1, for what depends on the noise. V by columns.
  func gradient(outer v: [Double]) -> (kernel: [Double], noise: [Double]) {
    let transitions = Transitions(model, slopes: true)
    let adjoint = StepAdjoint(transitions)
    var noise = trace(adjoint, transitions)
    let columns = times.isEmpty ? 0 : v.count / times.count
    for column in 0..<columns {
      let values = Array(v[(column * times.count)..<((column + 1) * times.count)])
      for j in noise.indices { noise[j] += 0.5 * values[j] * values[j] }
      quadratic(values, adjoint, transitions)
    }
    return (adjoint.parameterGradient, noise)
  }

  /// Adds the derivative of -1/2 log |C| to `adjoint`; returns it in the noise variances.
  ///
  /// A backward pass of N, which needs filtered covariances: those of a stretch are made again from its checkpoint.
  private func trace(_ adjoint: StepAdjoint, _ transitions: Transitions) -> [Double] {
    var noise = Array(repeating: 0.0, count: times.count)
    guard !times.isEmpty else { return noise }
    let square = model.states * width
    let (state, information) = (StateCovariance(transitions), StateInformation(transitions))
    let filtered = VectorRows.allocate(stretch * square)
    defer { filtered.deallocate() }
    gains.withUnsafeBufferPointer { gains in
      guard let gains = gains.baseAddress else { return }
      for first in stride(from: (times.count - 1) / stretch * stretch, through: 0, by: -stretch) {
        let end = min(first + stretch, times.count)
        filter(first..<end, state, transitions, to: filtered)
        for j in stride(from: end - 1, through: first, by: -1) {
          if inverseVariances[j] > 0 {
            noise[j] =
              -0.5 * information.observe(gain: gains + j * width, inverseVariance: inverseVariances[j])
          }
          guard j > 0 else {
            adjoint.addStart(at: times[0]) { i, k in -0.5 * information.n[i * width + k] }
            break
          }
          guard times[j] > times[j - 1] else { continue }
          let step = transitions.step(from: times[j - 1], to: times[j])
          information.prepare(step)
          let before = filtered + (j - first) * square
          adjoint.addStep(
            step, noise: { i, k in -0.5 * information.n[i * width + k] },
            transition: { i, k in -transitions.rows.dot(information.moved + i * width, before + k * width) })
          information.retreat(step)
        }
      }
    }
    return noise
  }

  /// The filtered covariances before each observation of a stretch but the very first.
  private func filter(
    _ range: Range<Int>, _ state: StateCovariance, _ transitions: Transitions,
    to filtered: UnsafeMutablePointer<Double>
  ) {
    let square = model.states * width
    if range.lowerBound > 0 {
      let number = range.lowerBound / stretch - 1
      checkpoints.withUnsafeBufferPointer { checkpoints in
        guard let start = checkpoints.baseAddress else { return }
        state.p.update(from: start + number * square, count: square)
      }
    }
    for j in range {
      if j == 0 {
        state.start(at: times[0])
      } else {
        (filtered + (j - range.lowerBound) * square).update(from: state.p, count: square)
        // What follows the last one is not needed.
        guard j + 1 < range.upperBound else { return }
        if times[j] > times[j - 1] { state.advance(transitions.step(from: times[j - 1], to: times[j])) }
      }
      if noise[j] < .infinity { _ = state.observe(noise: noise[j]) }
    }
  }

  /// Adds the derivative of 1/2 v^T K v to `adjoint`. With s_j the sum of A^T h v over all later values, v^T f = sum_j
  /// s_j^T e_j of what is added in each step; and c_j = Cov(x_j, v^T f).
  private func quadratic(_ v: [Double], _ adjoint: StepAdjoint, _ transitions: Transitions) {
    let (count, states) = (times.count, model.states)
    let sums = VectorRows.allocate(count * width)
    let (c, moved) = (VectorRows.allocate(width), VectorRows.allocate(width))
    defer { for block in [sums, c, moved] { block.deallocate() } }
    for j in stride(from: count - 1, through: 0, by: -1) {
      let s = sums + j * width
      if j + 1 < count {
        if times[j + 1] > times[j] {
          let step = transitions.step(from: times[j], to: times[j + 1])
          transitions.move(s + width, step, transposed: true, to: s)
        } else {
          s.update(from: s + width, count: width)
        }
      }
      transitions.addObservation(v[j], to: s)
    }
    for j in 0..<count {
      let s = sums + j * width
      guard j > 0 else {
        adjoint.addStart(at: times[0]) { i, k in 0.5 * s[i] * s[k] }
        transitions.addCovariance(at: times[0], s, to: c)
        continue
      }
      guard times[j] > times[j - 1] else { continue }
      let step = transitions.step(from: times[j - 1], to: times[j])
      adjoint.addStep(step, noise: { i, k in 0.5 * s[i] * s[k] }, transition: { i, k in s[i] * c[k] })
      transitions.move(c, step, transposed: false, to: moved)
      for block in transitions.layout {
        let q = step + block.start + block.size * block.size
        for i in 0..<block.size {
          for k in 0..<block.size { moved[block.offset + i] += q[i * block.size + k] * s[block.offset + k] }
        }
      }
      c.update(from: moved, count: states)
    }
  }
}
