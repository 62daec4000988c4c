/// The messages of all entries to a mode, added up by point: none is kept.
struct TensorAggregation {
  let values: [Double]
  let indexes: [ModeIndex]
  let moments: [TensorMoments]

  /// Writes Lambda_j = E[tau] sum E[c c^T] and eta_j = E[tau] sum E[c (y - a)] over the entries of each point of a mode, c =
  /// (1, products of the other modes' functions) and a the sum of the others' additive effects.
  ///
  /// - Returns: the sum of E[(y - a)^2].
  ///
  /// Cost: entries x modes x (rank^2 / 2 + 3 rank).
  func aggregate(
    to mode: Int, noisePrecision tau: Double, _ lambda: UnsafeMutablePointer<Double>,
    _ eta: UnsafeMutablePointer<Double>
  ) -> Double {
    let rank = moments[0].rank
    let (n, pairs) = (rank + 1, moments[0].pairs)
    let (firstCross, firstPair, width) = (moments[0].firstCross, moments[0].firstPair, moments[0].width)
    let index = indexes[mode]
    let others = indexes.indices.filter { $0 != mode }
    let tables = others.map { moments[$0].rows }
    var squares = 0.0
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * pairs + 5 * rank + 8) { space in
      guard let space = space.baseAddress else { return }
      let products = space
      let sums = products + pairs
      let first = sums + pairs
      let cross = first + rank
      let firstSums = cross + rank
      let crossSums = firstSums + rank
      values.withUnsafeBufferPointer { values in
        index.entries.withUnsafeBufferPointer { entries in
          withPointers(others) { points in
            for j in index.points.indices {
              sums.update(repeating: 0, count: pairs)
              firstSums.update(repeating: 0, count: rank)
              crossSums.update(repeating: 0, count: rank)
              var rest = 0.0
              for place in index.starts[j]..<index.starts[j + 1] {
                let entry = Int(entries[place])
                let y = values[entry]
                var (additive, variance) = (0.0, 0.0)
                for (o, table) in tables.enumerated() {
                  let row = table + Int(points[o][entry]) * width
                  additive += row[0]
                  variance += row[n]
                  if o == 0 {
                    for r in 0..<rank {
                      first[r] = row[1 + r]
                      cross[r] = row[firstCross + r]
                    }
                    for p in 0..<pairs { products[p] = row[firstPair + p] }
                  } else {
                    for r in 0..<rank {
                      cross[r] = cross[r] * row[1 + r] + first[r] * row[firstCross + r]
                      first[r] *= row[1 + r]
                    }
                    for p in 0..<pairs { products[p] *= row[firstPair + p] }
                  }
                }
                if tables.isEmpty {
                  for r in 0..<rank { (first[r], cross[r]) = (1, 0) }
                  for p in 0..<pairs { products[p] = 1 }
                }
                let residual = y - additive
                rest += residual
                squares += residual * residual + variance
                for r in 0..<rank {
                  firstSums[r] += first[r]
                  crossSums[r] += y * first[r] - cross[r]
                }
                for p in 0..<pairs { sums[p] += products[p] }
              }
              let (l, e) = (lambda + j * n * n, eta + j * n)
              l[0] = tau * Double(index.starts[j + 1] - index.starts[j])
              e[0] = tau * rest
              var place = 0
              for r in 0..<rank {
                l[1 + r] = tau * firstSums[r]
                l[(1 + r) * n] = l[1 + r]
                e[1 + r] = tau * crossSums[r]
                for s in r..<rank {
                  l[(1 + r) * n + 1 + s] = tau * sums[place]
                  l[(1 + s) * n + 1 + r] = tau * sums[place]
                  place += 1
                }
              }
            }
          }
        }
      }
    }
    return squares
  }

  /// The points of entries in some modes.
  private func withPointers(_ modes: [Int], _ body: ([UnsafePointer<Int32>]) -> Void) {
    func next(_ pointers: [UnsafePointer<Int32>]) {
      guard pointers.count < modes.count else { return body(pointers) }
      indexes[modes[pointers.count]].pointOfEntry.withUnsafeBufferPointer { buffer in
        if let base = buffer.baseAddress { next(pointers + [base]) }
      }
    }
    next([])
  }
}
