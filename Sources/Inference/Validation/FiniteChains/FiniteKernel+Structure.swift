import NumericCore

/// What decides whether a chain converges to its invariant law: any probability that is not 0 counts.
extension FiniteKernel {
  /// The classes of states that can be reached from each other (the strongly connected components of the
  /// graph of possible steps: Tarjan 1972), those first that can be reached from the others. Cost: the number
  /// of pairs of states.
  public var communicatingClasses: [[State]] { components.map { $0.map { states[$0] } } }

  /// Each state can be reached from each.
  public var isIrreducible: Bool { components.count == 1 }

  /// The greatest common divisor of the lengths of all ways from a state back to itself, the same for all
  /// states of a class; 0 where there is no way back.
  ///
  /// - Throws: `FiniteChainError.unknownState`.
  public func period(of state: State) throws(FiniteChainError) -> Int {
    guard let start = states.firstIndex(of: state) else { throw .unknownState("\(state)") }
    return period(from: start)
  }

  private func period(from start: Int) -> Int {
    let members = Set(components.first { $0.contains(start) } ?? [])
    var depths = [start: 0]
    var queue = [start]
    var (next, period) = (0, 0)
    while next < queue.count {
      let i = queue[next]
      next += 1
      for j in states.indices where matrix[i, j] > 0 && members.contains(j) {
        if let depth = depths[j] {
          period = greatestCommonDivisor(period, abs(depths[i, default: 0] + 1 - depth))
        } else {
          depths[j] = depths[i, default: 0] + 1
          queue.append(j)
        }
      }
    }
    return period
  }

  /// Irreducible and of period 1: from any start the law converges to the invariant one.
  public var isErgodic: Bool { isIrreducible && period(from: 0) == 1 }

  /// The law that an irreducible kernel leaves as it is, by elimination without subtractions (Grassmann,
  /// Taksar and Heyman 1985): each probability to a few units in the last place. Cost: cubic.
  ///
  /// - Throws: `FiniteChainError.reducible`.
  public func invariantLaw() throws(FiniteChainError) -> FiniteMeasure<State> {
    guard isIrreducible else { throw .reducible(classes: components.count) }
    var a = matrix
    for k in states.indices.dropFirst().reversed() {
      var out = 0.0
      for j in 0..<k { out += a[k, j] }
      for i in 0..<k { a[i, k] /= out }
      for i in 0..<k where a[i, k] > 0 { for j in 0..<k { a[i, j] += a[i, k] * a[k, j] } }
    }
    var law = [1.0]
    for k in states.indices.dropFirst() {
      law.append((0..<k).reduce(0) { $0 + law[$1] * a[$1, k] })
    }
    return try FiniteMeasure(zip(states, law).map { ($0, $1) }).normalized()
  }

  private var components: [[Int]] {
    let count = states.count
    var (order, low) = (Array(repeating: -1, count: count), Array(repeating: 0, count: count))
    var (isOpen, open, result) = (Array(repeating: false, count: count), [Int](), [[Int]]())
    var visited = 0
    // a stack of its own: chains of many states would overflow the thread's
    var calls: [(state: Int, next: Int)] = []
    func enter(_ i: Int) {
      (order[i], low[i], isOpen[i]) = (visited, visited, true)
      visited += 1
      open.append(i)
      calls.append((i, 0))
    }
    for start in 0..<count where order[start] < 0 {
      enter(start)
      while let (i, next) = calls.last {
        if let j = (next..<count).first(where: { matrix[i, $0] > 0 }) {
          calls[calls.count - 1].next = j + 1
          if order[j] < 0 { enter(j) } else if isOpen[j] { low[i] = min(low[i], order[j]) }
        } else {
          calls.removeLast()
          if let caller = calls.last?.state { low[caller] = min(low[caller], low[i]) }
          guard low[i] == order[i], let first = open.lastIndex(of: i) else { continue }
          for j in open[first...] { isOpen[j] = false }
          result.append(open[first...].sorted())
          open.removeSubrange(first...)
        }
      }
    }
    return result
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  var (a, b) = (a, b)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}
