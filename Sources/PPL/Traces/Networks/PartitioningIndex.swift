/// The first of the numbers below `count`, of those at the end, for which a predicate holds.
@inline(__always) func partitioningIndex(below count: Int, _ isInSecond: (Int) -> Bool) -> Int {
  var (low, high) = (0, count)
  while low < high {
    let middle = (low + high) / 2
    if isInSecond(middle) { high = middle } else { low = middle + 1 }
  }
  return low
}
