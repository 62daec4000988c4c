/// The messages of all entries to the functions of a mode, or to the core, in a Tucker form: sums over the
/// entries of each point of what the other modes' functions are, in which the core counts once a point, not
/// once an entry.
///
/// Cost: entries x prod rank (rank + 1) / 2 over the other modes, and points x the same over all modes.
/// Nothing is allocated in it.
final class TuckerAggregation {
  let entries: TensorEntries
  /// By entry; nil where all are 1.
  let weights: UnsafePointer<Double>?
  let moments: [TensorMoments]
  let shape: CoreShape
  private let modes: [Mode]
  /// Of a point: sum E[z], sum (y E[z] - E[z a]), sum E[z z^T], z the products of the other modes' functions
  /// and a the sum of their additive effects.
  private let first, linear, pairs: UnsafeMutablePointer<Double>
  /// E[W] and E[W W^T], by the digit of the mode first.
  private let means, seconds: UnsafeMutablePointer<Double>

  /// What is needed of the modes other than one.
  private struct Mode {
    let others: [Int]
    let products: ModeProducts
    let weights, pairs: [Int32]
    let count, pairCount: Int

    init(_ mode: Int, _ shape: CoreShape) {
      others = shape.ranks.indices.filter { $0 != mode }
      products = ModeProducts(others.map { shape.ranks[$0] })
      (weights, pairs) = (shape.weights(by: mode), shape.pairs(by: mode))
      (count, pairCount) = (shape.count / shape.ranks[mode], shape.pairs / shape.pairsOfModes[mode])
    }
  }

  private struct PointSums {
    var count = 0.0
    /// Sums of y - a, and of E[(y - a)^2].
    var rest = 0.0
    var squares = 0.0
  }

  init(
    entries: TensorEntries, weights: UnsafePointer<Double>?, moments: [TensorMoments], shape: CoreShape
  ) {
    (self.entries, self.weights, self.moments, self.shape) = (entries, weights, moments, shape)
    modes = shape.ranks.indices.map { Mode($0, shape) }
    let block = VectorRows.allocate
    (first, linear, pairs) = (block(shape.count), block(shape.count), block(shape.pairs))
    (means, seconds) = (block(shape.count), block(shape.pairs))
  }

  deinit { for block in [first, linear, pairs, means, seconds] { block.deallocate() } }

  /// Writes Lambda_j and eta_j of a mode as `TensorAggregation.aggregate` does, for c = (1, W_(k) z).
  ///
  /// - Returns: the sum of E[(y - a)^2].
  func aggregate(
    _ order: TensorEntries.Order, to mode: Int, core: TuckerCore, noisePrecision tau: Double,
    _ lambda: UnsafeMutablePointer<Double>, _ eta: UnsafeMutablePointer<Double>
  ) -> Double {
    let (rank, own) = (shape.ranks[mode], modes[mode])
    let n = rank + 1
    for (place, i) in own.weights.enumerated() { means[place] = core.mean[Int(i)] }
    for (place, t) in own.pairs.enumerated() { seconds[place] = core.second[Int(t)] }
    var squares = 0.0
    forEachGroup(of: order, mode) { j, sums in
      squares += sums.squares
      let (l, e) = (lambda + j * n * n, eta + j * n)
      (l[0], e[0]) = (tau * sums.count, tau * sums.rest)
      var pair = 0
      for r in 0..<rank {
        l[1 + r] = tau * dot(means + r * own.count, first, own.count)
        l[(1 + r) * n] = l[1 + r]
        e[1 + r] = tau * dot(means + r * own.count, linear, own.count)
        for s in r..<rank {
          // E[W W^T] of the pair has both orders of r and s.
          let sum = (r == s ? tau : 0.5 * tau) * dot(seconds + pair * own.pairCount, pairs, own.pairCount)
          l[(1 + r) * n + 1 + s] = sum
          l[(1 + s) * n + 1 + r] = sum
          pair += 1
        }
      }
    }
    return squares
  }

  /// Writes the core's messages.
  ///
  /// - Returns: the sum of E[(y - a)^2], a the sum of all additive effects.
  func aggregate(to core: TuckerCore) -> Double {
    core.pairSums.update(repeating: 0, count: shape.pairs)
    core.linearSums.update(repeating: 0, count: shape.count)
    // Fewest points, fewest products of points.
    let counts = moments.indices.map { entries.indexes[$0].points.count }
    let mode = counts.indices.reduce(0) { counts[$1] < counts[$0] ? $1 : $0 }
    let (rank, own, table) = (shape.ranks[mode], modes[mode], moments[mode])
    seconds.update(repeating: 0, count: shape.pairs)
    var squares = 0.0
    forEachGroup(of: entries.orders[mode], mode) { j, sums in
      let row = table.rows + j * table.width
      let (effect, variance) = (row[TensorMoments.effect], row[TensorMoments.variance])
      squares += sums.squares - 2 * effect * sums.rest + sums.count * (variance + effect * effect)
      for r in 0..<rank {
        let (m, x) = (row[table.firstMean + r], row[table.firstCross + r])
        for q in 0..<own.count {
          core.linearSums[Int(own.weights[r * own.count + q])] += m * linear[q] - x * first[q]
        }
      }
      for p in 0..<shape.pairsOfModes[mode] {
        let (m, target) = (row[table.firstPair + p], seconds + p * own.pairCount)
        for t in 0..<own.pairCount { target[t] += m * pairs[t] }
      }
    }
    for (place, t) in own.pairs.enumerated() { core.pairSums[Int(t)] = seconds[place] }
    return squares
  }

  @inline(__always) private func dot(_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ count: Int)
    -> Double
  {
    var sum = 0.0
    for i in 0..<count { sum += x[i] * y[i] }
    return sum
  }

  /// Adds up the entries of each group, then calls `body` with what is not in `first`, `linear` and `pairs`.
  @inline(__always) private func forEachGroup(
    of order: TensorEntries.Order, _ mode: Int, _ body: (_ group: Int, _ sums: PointSums) -> Void
  ) {
    let own = modes[mode]
    let products = own.products
    let tables = own.others.map { moments[$0] }
    let last = tables.count - 1
    order.values.withUnsafeBufferPointer { values in
      order.others.withUnsafeBufferPointer { points in
        order.entries.withUnsafeBufferPointer { entries in
          for j in 0..<order.groups {
            first.update(repeating: 0, count: own.count)
            linear.update(repeating: 0, count: own.count)
            pairs.update(repeating: 0, count: own.pairCount)
            var sums = PointSums()
            for place in order.starts[j]..<order.starts[j + 1] {
              let y = values[place]
              let weight = weights?[Int(entries[place])] ?? 1
              products.begin(weight)
              for (o, table) in tables.enumerated() {
                let row = table.rows + Int(points[place * tables.count + o]) * table.width
                products.multiply(row, table)
                if o < last {
                  products.multiplyPairs(row + table.firstPair, count: table.pairs)
                } else {
                  products.addPairs(row + table.firstPair, count: table.pairs, to: pairs)
                }
              }
              if tables.isEmpty { pairs[0] += weight }
              let residual = y - products.additive
              sums.count += weight
              sums.rest += weight * residual
              sums.squares += weight * (residual * residual + products.variance)
              for q in 0..<own.count {
                first[q] += products.first[q]
                linear[q] += y * products.first[q] - products.cross[q]
              }
            }
            body(j, sums)
          }
        }
      }
    }
  }
}
