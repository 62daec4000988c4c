/// What a member of a fit has at entries without all entries of the same coordinate of a mode: there the mode has its
/// cavities, and the other modes what they know without the entry itself, which may be alone at its coordinates there.
package struct LeftOutCoordinates {
  /// By mode, at entries of a sample: all, and all but the mode's additive effect.
  package let signals: [Signals]
  let rests: [Signals]

  /// - Parameter cavities: of the member, by mode.
  package init(_ member: TensorFactorisation, _ cavities: [ModeCavities], _ sample: [Int]) {
    let modes = cavities.indices
    let alone = modes.map { member.moments(of: $0, cavities[$0], withoutEach: sample) }
    func signals(_ table: (_ mode: Int) -> TensorMoments) -> [Signals] {
      modes.map { mode in
        var tables = alone
        tables[mode] = table(mode)
        let points = member.indexes[mode].pointOfEntry
        return Signals(count: sample.count, TensorSignal(tables, core: member.core)) {
          $1 == mode ? Int(points[sample[$0]]) : $0
        }
      }
    }
    self.signals = signals { cavities[$0].moments }
    rests = signals { cavities[$0].moments.withoutEffect(points: member.indexes[$0].points.count) }
  }
}

/// The posterior of a mode's functions at each of their points without the point's own message.
package struct ModeCavities {
  let means, covariances: [Double]
  let moments: TensorMoments

  package init(_ functions: any ModeFunctions) {
    let n = functions.components
    (means, covariances) = functions.cavities()
    moments = TensorMoments(points: functions.points.count, rank: n - 1)
    for j in functions.points.indices {
      moments.set(j, Array(means[(j * n)..<((j + 1) * n)]), Array(covariances[(j * n * n)..<((j + 1) * n * n)]))
    }
  }
}

extension TensorFactorisation {
  /// The moments of a mode's functions at the coordinates of some entries, each without the message of the entry
  /// itself: the cavity there times the messages of the others.
  ///
  /// Cost: two passes over the entries, and for each of the sample some 3 (rank + 1)^3.
  func moments(of mode: Int, _ cavities: ModeCavities, withoutEach sample: [Int]) -> TensorMoments {
    let (n, points) = (functions[mode].components, indexes[mode].points.count)
    let block = VectorRows.allocate
    // Of all entries of each point, then of those of the sample one by one; as the modes are now, not as they were
    // when the mode took its messages, lest a difference be negative.
    let all = (precision: block(points * n * n), linear: block(points * n))
    let own = (precision: block(sample.count * n * n), linear: block(sample.count * n))
    let posterior = (mean: block(n), covariance: block(n * n))
    defer {
      for block in [all.precision, all.linear, own.precision, own.linear, posterior.mean, posterior.covariance] {
        block.deallocate()
      }
    }
    _ = aggregate(entries.orders[mode], to: mode, all.precision, all.linear)
    _ = aggregate(entries.alone(sample, mode: mode), to: mode, own.precision, own.linear)
    let moments = TensorMoments(points: sample.count, rank: n - 1)
    cavities.means.withUnsafeBufferPointer { means in
      cavities.covariances.withUnsafeBufferPointer { covariances in
        guard let means = means.baseAddress, let covariances = covariances.baseAddress else { return }
        for (place, entry) in sample.enumerated() {
          let j = Int(indexes[mode].pointOfEntry[entry])
          let (l, e) = (own.precision + place * n * n, own.linear + place * n)
          for i in 0..<(n * n) { l[i] = all.precision[j * n * n + i] - l[i] }
          for i in 0..<n { e[i] = all.linear[j * n + i] - e[i] }
          multiplyNormal(
            n, means + j * n, covariances + j * n * n, by: l, e, power: 1, to: posterior.mean, posterior.covariance)
          moments.set(place, posterior.mean, posterior.covariance)
        }
      }
    }
    return moments
  }
}
