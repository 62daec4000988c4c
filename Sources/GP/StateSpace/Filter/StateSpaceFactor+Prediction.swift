extension StateSpaceFactor {
  /// The order in which two ascending lists of times merge: the observations before what is asked at their time. A
  /// negative number -1 - q stands for place q of `other`.
  func merged(with other: [Double]) -> [Int] {
    var order: [Int] = []
    order.reserveCapacity(times.count + other.count)
    var j = 0
    for q in other.indices {
      while j < times.count, times[j] <= other[q] {
        order.append(j)
        j += 1
      }
      order.append(-1 - q)
    }
    order.append(contentsOf: j..<times.count)
    return order
  }

  func time(_ item: Int, _ other: [Double]) -> Double { item >= 0 ? times[item] : other[-1 - item] }

  /// k*^T v for each of some vectors v at the observations, with k* the covariances of some blocks' sum at new times
  /// with the values of all: `[vector * m + q]`. Linear in what there is.
  ///
  /// - Parameters:
  ///   - new: ascending.
  ///   - blocks: offsets of blocks, ascending.
  func crossCovariance(times vectors: [Double], of blocks: [Int], at new: [Double]) -> [Double] {
    let (count, m) = (times.count, new.count)
    let columns = count > 0 ? vectors.count / count : 0
    var result = Array(repeating: 0.0, count: columns * m)
    let transitions = Transitions(model)
    let width = transitions.rows.width
    let room = VectorRows.allocate((columns + 2) * width)
    defer { room.deallocate() }
    let (spare, observation) = (room + columns * width, room + (columns + 1) * width)
    transitions.addObservation(1, to: observation)
    let order = merged(with: new)
    func move(_ item: Int, from other: Int, transposed: Bool) {
      let (t0, t1) = (time(transposed ? item : other, new), time(transposed ? other : item, new))
      guard t1 > t0 else { return }
      let step = transitions.step(from: t0, to: t1)
      for column in 0..<columns {
        let x = room + column * width
        transitions.move(x, step, transposed: transposed, to: spare)
        x.update(from: spare, count: width)
      }
    }
    blocks.withUnsafeBufferPointer { blocks in
      // What later observations have to say, and then what earlier ones have.
      for place in order.indices.reversed() {
        let item = order[place]
        if place + 1 < order.count { move(item, from: order[place + 1], transposed: true) }
        for column in 0..<columns {
          let s = room + column * width
          if item >= 0 {
            transitions.addObservation(vectors[column * count + item], to: s)
          } else {
            result[column * m - 1 - item] = transitions.covariance(at: new[-1 - item], of: blocks, with: s)
          }
        }
      }
      room.update(repeating: 0, count: columns * width)
      for (place, item) in order.enumerated() {
        if place > 0 { move(item, from: order[place - 1], transposed: false) }
        if item >= 0 {
          spare.update(repeating: 0, count: width)
          transitions.addCovariance(at: times[item], observation, to: spare)
        }
        for column in 0..<columns {
          let f = room + column * width
          if item >= 0 {
            transitions.rows.add(vectors[column * count + item], spare, to: f)
          } else {
            for offset in blocks { result[column * m - 1 - item] += f[offset] }
          }
        }
      }
    }
    return result
  }

  /// The posterior variances of some sums of blocks at new times, `[sum][q]`.
  ///
  /// Cost: a filter and a backward pass over all times, and `states` numbers a new time for each sum; three times that
  /// where digits would be lost.
  func variances(of sums: [[Int]], at new: [Double]) -> [[Double]] {
    var result = directedVariances(of: sums, at: new)
    let losesDigits = result.contains { sum in
      sum.contains { $0.smoothed < Self.lostShare * $0.filtered }
    }
    guard losesDigits else { return result.map { $0.map(\.smoothed) } }
    // From the other side: what is far behind the data that tell most is near to them there.
    let other = mirrored.directedVariances(of: sums, at: new.reversed().map { -$0 })
    for sum in sums.indices {
      for q in new.indices {
        let there = other[sum][new.count - 1 - q]
        if there.filtered < result[sum][q].filtered { result[sum][q] = there }
      }
    }
    return result.map { $0.map(\.smoothed) }
  }

  /// Conventional: four digits of sixteen, and those that the information loses itself.
  private static let lostShare = 1e-4

  /// The same process and observations with time turned round. Covariances are symmetric.
  private var mirrored: StateSpaceFactor {
    let blocks = model.blocks.map { block in
      var result = block
      for i in block.atoms.indices where block.atoms[i].shape == .line {
        result.atoms[i].coefficient = block.atoms[i].coefficient.scaled(by: -1)
      }
      return result
    }
    return StateSpaceFactor(
      StateSpaceModel(blocks, parameterCount: model.parameterCount), times: times.reversed().map { -$0 },
      noise: noise.reversed())
  }

  /// Variances given what is observed up to a time, and given all: h^T P h and h^T (P - P N P) h with the filtered P
  /// and the information N of what follows.
  private func directedVariances(
    of sums: [[Int]], at new: [Double]
  ) -> [[(filtered: Double, smoothed: Double)]] {
    var result = Array(
      repeating: Array(repeating: (filtered: 0.0, smoothed: 0.0), count: new.count), count: sums.count)
    let transitions = Transitions(model)
    let (state, information) = (StateCovariance(transitions), StateInformation(transitions))
    let seen = VectorRows.allocate(sums.count * new.count * width)
    defer { seen.deallocate() }
    let order = merged(with: new)
    func place(_ sum: Int, _ q: Int) -> UnsafeMutablePointer<Double> { seen + (sum * new.count + q) * width }
    for (number, item) in order.enumerated() {
      let t = time(item, new)
      if number == 0 {
        state.start(at: t)
      } else {
        let before = time(order[number - 1], new)
        if t > before { state.advance(transitions.step(from: before, to: t)) }
      }
      if item < 0 {
        for (sum, offsets) in sums.enumerated() {
          result[sum][-1 - item].filtered = state.project(offsets, to: place(sum, -1 - item))
        }
      } else if noise[item] < .infinity {
        _ = state.observe(noise: noise[item])
      }
    }
    gains.withUnsafeBufferPointer { gains in
      for number in order.indices.reversed() {
        let item = order[number]
        let t = time(item, new)
        if number + 1 < order.count {
          let next = time(order[number + 1], new)
          if next > t {
            let step = transitions.step(from: t, to: next)
            information.prepare(step)
            information.retreat(step)
          }
        }
        if item < 0 {
          for sum in sums.indices {
            let (q, filtered) = (-1 - item, result[sum][-1 - item].filtered)
            result[sum][q].smoothed = max(filtered - information.quadraticForm(place(sum, q)), 0)
          }
        } else if inverseVariances[item] > 0, let gain = gains.baseAddress {
          _ = information.observe(gain: gain + item * width, inverseVariance: inverseVariances[item])
        }
      }
    }
    return result
  }
}
