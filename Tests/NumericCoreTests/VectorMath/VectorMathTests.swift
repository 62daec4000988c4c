import Foundation
import NumericCore
import Testing

/// A function with one set of instructions.
struct Kernel: Sendable, CustomTestStringConvertible {
  let function: ElementaryFunction
  let instructions: InstructionSet

  static let all = InstructionSet.available.flatMap { set in
    ElementaryFunction.allCases.map { Kernel(function: $0, instructions: set) }
  }

  var testDescription: String { "\(function) \(instructions)" }

  func callAsFunction(_ x: [Double]) -> [Double] { function(x, by: instructions) }

  /// The scalar function of C, and arguments for it.
  var scalar: (Double) -> Double {
    switch function {
    case .exp: Foundation.exp
    case .log: Foundation.log
    case .log1p: Foundation.log1p
    case .expm1: Foundation.expm1
    case .erf: Foundation.erf
    case .erfc: Foundation.erfc
    case .sin: Foundation.sin
    case .cos: Foundation.cos
    case .tanh: Foundation.tanh
    }
  }

  var domain: (Double, Double) {
    switch function {
    case .exp: (-745, 709)
    case .log: (0, 1e4)
    case .log1p: (-1, 100)
    case .expm1: (-40, 700)
    case .erf: (-7, 7)
    case .erfc: (-7, 27)
    case .sin, .cos: (-1000, 1000)
    case .tanh: (-25, 25)
    }
  }
}

/// How many units in the last place of `expected` lie between the two.
private func unitsBetween(_ value: Double, _ expected: Double) -> Double {
  if value == expected || (value.isNaN && expected.isNaN) { return 0 }
  return (value - expected).magnitude / max(expected.ulp, .leastNonzeroMagnitude)
}

@Suite struct VectorMathTests {
  static let specials: [Double] = [
    0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 0x1p-1030,
    -0x1p-1030, 2.3e-308, -2.3e-308, 1e-300, 1e-20, -1e-20, 709.78, 709.79, 710, -708, -709, -740, -744.4,
    -745.13, -745.2, -746, 1e5, -1e5, 1e10, 1e22, -1e22, 1e300, -1e300, 1.7e308, -1.7e308, -1.0.nextUp,
    -1.0.nextDown, 1.0.nextDown, 1.0.nextUp, -0.5, 5.9, 6, -6, 26.5, 27, 27.3, 28, 22, -22, .pi, 2 * .pi,
    .pi / 2, 1e15, -37, -40,
  ]

  @Test(arguments: Kernel.all) func isWithinFourUnitsOfTheExactValue(_ kernel: Kernel) throws {
    let row = try #require(
      VectorMathTable.text.components(separatedBy: "\n\n").lazy
        .map { $0.split(whereSeparator: \.isWhitespace) }.first { $0[0] == kernel.function.rawValue })
    let numbers = try row.dropFirst().map { try #require(Double($0)) }
    #expect(numbers.count >= 60)
    let x = stride(from: 0, to: numbers.count, by: 2).map { numbers[$0] }
    let y = kernel(x)
    for i in x.indices {
      let units = unitsBetween(y[i], numbers[2 * i + 1])
      #expect(units <= 4, "\(kernel.function)(\(x[i])) = \(y[i]), expected \(numbers[2 * i + 1])")
    }
  }

  @Test(arguments: Kernel.all) func agreesWithTheScalarFunctionOverItsDomain(_ kernel: Kernel) {
    var stream = RandomStream(RandomKey(seed: 41))
    let (lower, upper) = kernel.domain
    let x = (0..<60_000).map { i in
      let u = stream.uniform()
      switch i % 3 {
      case 0: return lower + (upper - lower) * u
      case 1: return (lower + (upper - lower) * u) / 100
      default:
        // all magnitudes from 2^-60 to 2^4, of both signs where the domain has them
        let magnitude = scalbn(0.5 + u, Int(64 * stream.uniform()) - 60)
        return lower < 0 && stream.uniform() < 0.5 ? max(-magnitude, lower) : min(magnitude, upper)
      }
    }
    let y = kernel(x)
    var worst = (error: 0.0, x: 0.0)
    for i in x.indices {
      let expected = kernel.scalar(x[i])
      guard expected.isFinite else { continue }
      // the smallest normal number keeps the quotient meaningful for subnormal results
      let error = (y[i] - expected).magnitude / max(expected.magnitude, .leastNormalMagnitude)
      if !(error <= worst.error) { worst = (error, x[i]) }
    }
    #expect(worst.error <= 1e-14, "at \(worst.x)")
  }

  @Test(arguments: Kernel.all) func givesTheSpecialValuesOfC(_ kernel: Kernel) {
    let y = kernel(Self.specials)
    for (x, value) in zip(Self.specials, y) {
      let expected = kernel.scalar(x)
      if expected.isNaN {
        #expect(value.isNaN, "\(kernel.function)(\(x)) = \(value)")
      } else if expected == 0 || expected.isInfinite {
        let isSame = value.bitPattern == expected.bitPattern
        #expect(isSame, "\(kernel.function)(\(x)): \(value), not \(expected)")
      } else {
        #expect(unitsBetween(value, expected) <= 4, "\(kernel.function)(\(x)): \(value), not \(expected)")
      }
    }
  }

  /// An element's value does not depend on the length of its buffer, its place, or its neighbours.
  @Test(arguments: Kernel.all) func anElementStandsAlone(_ kernel: Kernel) {
    var stream = RandomStream(RandomKey(seed: 42))
    let (lower, upper) = kernel.domain
    var pool = (0..<200).map { _ in lower + (upper - lower) * stream.uniform() } + Self.specials
    stream.shuffle(&pool)
    let alone = pool.map { kernel([$0])[0].bitPattern }
    #expect(kernel(pool).map(\.bitPattern) == alone)
    for count in 0...35 {
      for start in stride(from: 0, to: pool.count - 35, by: 7) {
        let range = start..<start + count
        #expect(kernel(Array(pool[range])).map(\.bitPattern) == Array(alone[range]))
      }
    }
  }

  @Test(arguments: ElementaryFunction.allCases) func thePublicFunctionsUseTheWidestInstructions(
    _ function: ElementaryFunction
  ) throws {
    let inUse = try #require(InstructionSet.inUse)
    #expect(inUse == InstructionSet.available.last)
    let x = Self.specials.filter { !$0.isNaN } + (0..<50).map { Double($0) / 8 + 0.1 }
    #expect(function(x).map(\.bitPattern) == function(x, by: inUse).map(\.bitPattern))
  }

  @Test func writesInPlaceAndNotBeyondTheEnd() {
    for count in 0...20 {
      var buffer = (0..<24).map { 0.1 * Double($0) }
      let expected = VectorMath.exp(Array(buffer[..<count])) + buffer[count...]
      buffer.withUnsafeMutableBufferPointer { VectorMath.exp($0.baseAddress!, $0.baseAddress!, count: count) }
      #expect(buffer == expected)
    }
  }

  @Test func sincosIsSineAndCosine() {
    for count in 0...20 {
      let x = (0..<24).map { 3.7 * Double($0) - 40 }
      var (sines, cosines) = ([Double](repeating: 9, count: 24), x)
      cosines.withUnsafeMutableBufferPointer { cosines in
        sines.withUnsafeMutableBufferPointer { sines in
          VectorMath.sincos(
            cosines.baseAddress!, sines: sines.baseAddress!, cosines: cosines.baseAddress!, count: count)
        }
      }
      #expect(sines == VectorMath.sin(Array(x[..<count])) + [Double](repeating: 9, count: 24 - count))
      #expect(cosines == VectorMath.cos(Array(x[..<count])) + x[count...])
    }
  }
}
