/// The expected number of offspring of one particle, as a whole number and a fraction of one.
struct OffspringShare {
  private(set) var whole: Int
  let fraction: Double

  var remainder: OffspringShare {
    var result = self
    result.whole = 0
    return result
  }

  /// How far rounding may carry a weight over the sum of the weights, relatively: a bound for the sum of 10^6
  /// numbers in the order of `orderedSum`. An expected number that is a whole one but for it is a whole one.
  private static let rounding = 0x1p-42

  @inline(__always) init(_ expected: Double) {
    let nearest = Int(expected + 0.5)
    if abs(expected - Double(nearest)) <= Self.rounding * expected {
      (whole, fraction) = (nearest, 0)
    } else {
      whole = Int(expected)
      fraction = expected - Double(whole)
    }
  }
}

/// Sums of shares. The fraction stays below 1, so that its rounding errors do not grow with the number of
/// offspring.
struct CumulativeShare {
  private(set) var whole = 0
  private(set) var fraction = 0.0

  @inline(__always) mutating func add(_ share: OffspringShare) {
    let sum = fraction + share.fraction
    let isWhole = sum >= 1
    // in this order the fraction of what became whole never grows, whatever is rounded
    let rest = max(fraction - (1 - share.fraction), 0)
    whole &+= share.whole &+ (isWhole ? 1 : 0)
    fraction = isWhole ? rest : sum
  }

  @inline(__always) func isBeyond(_ positions: some OrderedPositions) -> Bool {
    positions.whole < whole || positions.whole == whole && positions.fraction < fraction
  }
}

/// Gives each of the first `count` positions the particle in whose part of the line of shares it lies, in
/// order. With `certain`, whole shares are offspring for certain, and the positions lie on the line of the
/// fractions.
///
/// Where the rounding of the last sum leaves positions beyond the end, they go to the last particle that has
/// a share.
@inline(__always)
func placeAncestors(
  _ weights: UnsafeBufferPointer<Double>, scale: Double, _ ancestors: UnsafeMutableBufferPointer<Int>,
  certain: Bool = false, count: Int, at positions: consuming some OrderedPositions
) {
  var (place, left, line, last) = (0, count, CumulativeShare(), 0)
  for i in weights.indices where weights[i] > 0 {
    var share = OffspringShare(weights[i] * scale)
    last = i
    if certain {
      let end = min(place &+ share.whole, ancestors.count)
      while place < end {
        ancestors[place] = i
        place &+= 1
      }
      share = share.remainder
    }
    line.add(share)
    while left > 0, line.isBeyond(positions) {
      ancestors[place] = i
      place &+= 1
      left &-= 1
      positions.advance()
    }
  }
  while place < ancestors.count {
    ancestors[place] = last
    place &+= 1
  }
}

/// The same for the positions k + u, on a line of whole numbers of 2^-42: sums are exact, how many positions are below a
/// point is known at once, and nearly all branches of the loop can be foretold. Shares are rounded to the nearest such
/// number, by at most 2^-43 of an offspring; whole shares stay whole.
func placeAncestors(
  _ weights: UnsafeBufferPointer<Double>, scale: Double, _ ancestors: UnsafeMutableBufferPointer<Int>,
  systematic u: Double
) {
  let count = ancestors.count
  // the end of the line is count 2^bits, which has to fit
  let bits = min(42, count.leadingZeroBitCount - 2)
  let unit = Double(1 << bits)
  let offset = Int(u * unit)
  var (place, line, last) = (0, 0, 0)
  for i in weights.indices {
    line &+= Int((weights[i] * scale * unit).rounded())
    let end = min(((line &- offset &- 1) >> bits) &+ 1, count)
    last = weights[i] > 0 ? i : last
    if place &+ 3 < count {
      // most counts are below 4; what is too much is overwritten
      ancestors[place] = i
      ancestors[place &+ 1] = i
      ancestors[place &+ 2] = i
      ancestors[place &+ 3] = i
      place &+= 4
    }
    while place < end {
      ancestors[place] = i
      place &+= 1
    }
    place = end
  }
  while place < count {
    ancestors[place] = last
    place &+= 1
  }
}
