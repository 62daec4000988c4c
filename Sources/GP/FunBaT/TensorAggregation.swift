/// The messages of all entries to a mode, added up by point: none is kept.
struct TensorAggregation {
  /// By entry; nil where all are 1.
  let weights: UnsafePointer<Double>?
  let moments: [TensorMoments]

  /// Writes Lambda_j = E[tau] sum E[c c^T] and eta_j = E[tau] sum E[c (y - a)] over the entries of each group
  /// of an order of a mode, c = (1, products of the other modes' functions) and a the sum of the others' additive
  /// effects; sums are weighted.
  ///
  /// - Returns: the sum of E[(y - a)^2].
  ///
  /// Cost: entries x modes x (rank^2 / 2 + 3 rank).
  func aggregate(
    _ order: TensorEntries.Order, to mode: Int, noisePrecision tau: Double, _ lambda: UnsafeMutablePointer<Double>,
    _ eta: UnsafeMutablePointer<Double>
  ) -> Double {
    let table = moments[0]
    // The usual numbers of modes and of products, for which loops are unrolled.
    return switch (moments.count, table.vectors) {
    case (2, 1): sums(of: 1, vectors: 1, order, mode, tau, lambda, eta)
    case (3, 1): sums(of: 2, vectors: 1, order, mode, tau, lambda, eta)
    default: sums(of: moments.count - 1, vectors: table.vectors, order, mode, tau, lambda, eta)
    }
  }

  /// - Parameters:
  ///   - others: the number of other modes.
  ///   - vectors: those of means.
  @inline(__always) private func sums(
    of others: Int, vectors: Int, _ order: TensorEntries.Order, _ mode: Int, _ tau: Double,
    _ lambda: UnsafeMutablePointer<Double>, _ eta: UnsafeMutablePointer<Double>
  ) -> Double {
    let table = moments[0]
    let (rank, n, width, pairVectors) = (table.rank, table.rank + 1, table.width, table.pairVectors)
    let (means, crosses, pairBlock) = (table.means, table.crosses, table.pairBlock)
    let tables = moments.indices.filter { $0 != mode }.map { moments[$0].rows }
    var squares = 0.0
    TensorMoments.withVectors(2 * vectors + pairVectors, others) { space, rows in
      // Sums of E[z], of y E[z] - E[z a], and of E[z z^T].
      let (first, linear, pairs) = (space, space + vectors, space + 2 * vectors)
      tables.withUnsafeBufferPointer { tables in
        order.values.withUnsafeBufferPointer { values in
          order.others.withUnsafeBufferPointer { points in
            order.entries.withUnsafeBufferPointer { entries in
              for j in 0..<order.groups {
                first.update(repeating: .zero, count: 2 * vectors + pairVectors)
                var (count, rest) = (0.0, 0.0)
                for place in order.starts[j]..<order.starts[j + 1] {
                  let y = values[place]
                  let weight = weights?[Int(entries[place])] ?? 1
                  var (additive, variance) = (0.0, 0.0)
                  for o in 0..<others {
                    let row = tables[o] + Int(points[place &* others &+ o]) &* width
                    rows[o] = UnsafeRawPointer(row)
                    additive += row[TensorMoments.effect]
                    variance += row[TensorMoments.variance]
                  }
                  let residual = y - additive
                  count += weight
                  rest += weight * residual
                  squares += weight * (residual * residual + variance)
                  for v in 0..<vectors {
                    // E[z a] = sum_k E[a_k u_k] prod of the other means.
                    var (product, cross) = (TensorMoments.Vector(repeating: weight), TensorMoments.Vector.zero)
                    for o in 0..<others {
                      let m = rows[o].load(fromByteOffset: means &+ 32 &* v, as: TensorMoments.Vector.self)
                      let x = rows[o].load(fromByteOffset: crosses &+ 32 &* v, as: TensorMoments.Vector.self)
                      cross = cross * m + product * x
                      product *= m
                    }
                    first[v] += product
                    linear[v] += y * product - cross
                  }
                  for v in 0..<pairVectors {
                    var product = TensorMoments.Vector(repeating: weight)
                    for o in 0..<others {
                      product *= rows[o].load(
                        fromByteOffset: pairBlock &+ 32 &* v, as: TensorMoments.Vector.self)
                    }
                    pairs[v] += product
                  }
                }
                let (l, e) = (lambda + j * n * n, eta + j * n)
                (l[0], e[0]) = (tau * count, tau * rest)
                var pair = 0
                for r in 0..<rank {
                  l[1 + r] = tau * first[r / 4][r % 4]
                  l[(1 + r) * n] = l[1 + r]
                  e[1 + r] = tau * linear[r / 4][r % 4]
                  for s in r..<rank {
                    l[(1 + r) * n + 1 + s] = tau * pairs[pair / 4][pair % 4]
                    l[(1 + s) * n + 1 + r] = l[(1 + r) * n + 1 + s]
                    pair += 1
                  }
                }
              }
            }
          }
        }
      }
    }
    return squares
  }
}
