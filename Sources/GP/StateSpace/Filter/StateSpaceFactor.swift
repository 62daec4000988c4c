#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// C = K + diag(noise) = L D L^T at sorted times, by a Kalman filter: L^-1 turns values into innovations, whose
/// variances are D.
///
/// Cost: n states^2 b for blocks of b states; memory n states, and sqrt(n) states^2 for what the backward pass starts
/// from.
struct StateSpaceFactor: Sendable {
  let model: StateSpaceModel
  /// Ascending; they may repeat.
  let times: [Double]
  /// Of each observation a variance above 0; infinite for what is not observed.
  let noise: [Double]
  /// log |C|, of what is observed.
  private(set) var logDeterminant = 0.0
  /// P h / s of each observation, a row for each.
  private(set) var gains: [Double]
  /// 1 / s; 0 for what is not observed.
  private(set) var inverseVariances: [Double]
  /// Filtered covariances before each stretch but the first.
  private(set) var checkpoints: [Double] = []
  /// Observations a stretch.
  let stretch: Int
  let width: Int

  init(_ model: StateSpaceModel, times: [Double], noise: [Double]) {
    (self.model, self.times, self.noise) = (model, times, noise)
    let (count, states) = (times.count, model.states)
    width = VectorRows(states).width
    stretch = max(Int(Double(count).squareRoot()), 1)
    gains = Array(repeating: 0, count: count * width)
    inverseVariances = Array(repeating: 0, count: count)
    checkpoints.reserveCapacity(count / stretch * states * width)
    let transitions = Transitions(model)
    let state = StateCovariance(transitions)
    var sum = 0.0
    gains.withUnsafeMutableBufferPointer { gains in
      for j in 0..<count {
        if j == 0 {
          state.start(at: times[0])
        } else {
          if j % stretch == 0 {
            checkpoints.append(contentsOf: UnsafeBufferPointer(start: state.p, count: states * width))
          }
          if times[j] > times[j - 1] { state.advance(transitions.step(from: times[j - 1], to: times[j])) }
        }
        guard noise[j] < .infinity, let gain = gains.baseAddress else { continue }
        let variance = state.observe(noise: noise[j])
        transitions.rows.set(gain + j * width, 1 / variance, state.seen)
        inverseVariances[j] = 1 / variance
        sum += log(variance)
      }
    }
    logDeterminant = sum
  }

  /// C^-1 b of each of some vectors, `[vector * n + j]`; what is not observed gives 0.
  ///
  /// Cost: n states b a vector, after the steps.
  func solve(_ values: [Double]) -> [Double] {
    var result = values
    guard !times.isEmpty else { return result }
    let (count, columns) = (times.count, values.count / times.count)
    let transitions = Transitions(model)
    let room = VectorRows.allocate((columns + 1) * width)
    defer { room.deallocate() }
    result.withUnsafeMutableBufferPointer { x in
      innovate(x, transitions, room)
      room.update(repeating: 0, count: (columns + 1) * width)
      let spare = room + columns * width
      gains.withUnsafeBufferPointer { gains in
        guard let gains = gains.baseAddress else { return }
        for j in stride(from: count - 1, through: 0, by: -1) {
          for column in 0..<columns {
            let r = room + column * width
            let u = inverseVariances[j] == 0 ? 0 : x[column * count + j] - transitions.rows.dot(gains + j * width, r)
            x[column * count + j] = u
            transitions.addObservation(u, to: r)
          }
          guard j > 0, times[j] > times[j - 1] else { continue }
          let step = transitions.step(from: times[j - 1], to: times[j])
          for column in 0..<columns {
            let r = room + column * width
            transitions.move(r, step, transposed: true, to: spare)
            r.update(from: spare, count: width)
          }
        }
      }
    }
    return result
  }

  /// b^T C^-1 b of each of some vectors.
  func quadraticForms(_ values: [Double]) -> [Double] {
    guard !times.isEmpty else { return [] }
    let (count, columns) = (times.count, values.count / times.count)
    var scaled = values
    let room = VectorRows.allocate((columns + 1) * width)
    defer { room.deallocate() }
    scaled.withUnsafeMutableBufferPointer { innovate($0, Transitions(model), room) }
    return (0..<columns).map { column in
      var sum = 0.0
      for j in 0..<count where inverseVariances[j] > 0 {
        let e = scaled[column * count + j]
        sum += e * e / inverseVariances[j]
      }
      return sum
    }
  }

  /// Overwrites values by their innovations divided by their variances.
  private func innovate(
    _ x: UnsafeMutableBufferPointer<Double>, _ transitions: Transitions, _ room: UnsafeMutablePointer<Double>
  ) {
    let (count, columns) = (times.count, x.count / times.count)
    let spare = room + columns * width
    gains.withUnsafeBufferPointer { gains in
      guard let gains = gains.baseAddress else { return }
      for j in 0..<count {
        let moves = j > 0 && times[j] > times[j - 1]
        let step = moves ? transitions.step(from: times[j - 1], to: times[j]) : UnsafePointer(room)
        for column in 0..<columns {
          let m = room + column * width
          if moves {
            transitions.move(m, step, transposed: false, to: spare)
            m.update(from: spare, count: width)
          }
          guard inverseVariances[j] > 0 else {
            x[column * count + j] = 0
            continue
          }
          let e = x[column * count + j] - transitions.observe(m)
          transitions.rows.add(e, gains + j * width, to: m)
          x[column * count + j] = e * inverseVariances[j]
        }
      }
    }
  }

  /// The diagonal of C^-1, by a backward pass of N; 0 for what is not observed.
  func inverseDiagonal() -> [Double] {
    var result = Array(repeating: 0.0, count: times.count)
    let transitions = Transitions(model)
    let information = StateInformation(transitions)
    gains.withUnsafeBufferPointer { gains in
      guard let gains = gains.baseAddress else { return }
      for j in stride(from: times.count - 1, through: 0, by: -1) {
        if inverseVariances[j] > 0 {
          result[j] = information.observe(gain: gains + j * width, inverseVariance: inverseVariances[j])
        }
        guard j > 0, times[j] > times[j - 1] else { continue }
        let step = transitions.step(from: times[j - 1], to: times[j])
        information.prepare(step)
        information.retreat(step)
      }
    }
    return result
  }
}
