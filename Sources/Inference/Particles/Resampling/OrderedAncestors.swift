/// Adds a number to increasing ones, which are all but the last place of a buffer. Cost: linear.
func insert(_ number: Int, intoOrdered buffer: UnsafeMutableBufferPointer<Int>) {
  var place = buffer.count - 1
  while place > 0, buffer[place &- 1] > number {
    buffer[place] = buffer[place &- 1]
    place &-= 1
  }
  buffer[place] = number
}

/// One of the places that hold a number, which lie side by side, by a uniform number from 0 to 1. Cost:
/// linear.
func uniformPlace(of number: Int, inOrdered buffer: UnsafeMutableBufferPointer<Int>, uniform: Double) -> Int {
  var first = 0
  while buffer[first] != number { first &+= 1 }
  var end = first + 1
  while end < buffer.count, buffer[end] == number { end &+= 1 }
  return first + Int(uniform * Double(end - first))
}

/// Reorders ancestors so that each particle that has offspring is the ancestor of its own place, where there
/// is such a place; how often each occurs stays as it is. Then as few places change their content as
/// possible, and they can be filled one after the other in place, `x[i] = x[ancestors[i]]`: what they read
/// does not change.
///
/// Each exchange brings one particle home (Murray, Lee and Jacob, 'Parallel resampling in the particle
/// filter', 2016, procedure 'permute'). Cost: linear in the number of places; nothing is allocated.
///
/// - Parameter place: a place to follow, such as that of a retained offspring.
/// - Returns: where it went.
@discardableResult
public func keepSurvivorsInPlace(
  _ ancestors: UnsafeMutableBufferPointer<Int>, following place: Int = 0
) -> Int {
  var followed = place
  for i in ancestors.indices {
    while true {
      let home = ancestors[i]
      guard home != i, home < ancestors.count, ancestors[home] != home else { break }
      ancestors.swapAt(i, home)
      if followed == i { followed = home } else if followed == home { followed = i }
    }
  }
  return followed
}
