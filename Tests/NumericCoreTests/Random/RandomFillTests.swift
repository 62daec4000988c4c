import Foundation
import NumericCore
import Testing

@Suite struct RandomFillTests {
  @Test func uniformsAreThoseOfTheStream() {
    let key = RandomKey(seed: 11)
    for number in [0, 9] as [UInt64] {
      var stream = RandomStream(key, number: number)
      #expect(key.uniforms(777, number: number) == (0..<777).map { _ in stream.uniform() })
    }
  }

  /// Box and Muller by mpmath, from the blocks 0..<12 of the key of seed 20.
  @Test func normalsAreBoxAndMullers() {
    let expected = [
      0.9622105893861126, -1.6760687452822347, 2.1164742610940657, 0.4645220360424404, 0.055587717276353144,
      1.565929001885284, 0.3455979090068161, 0.6584981669486678, -2.9806457054769173, -1.9554963671772645,
      -0.11006956703133697, -2.6618731703548697, 3.2366056361629814, -1.8011753791987448, 2.146920383388422,
      -0.07281479750015345, 0.6900670220778024, -0.043518404365208485, -0.02023079470600139,
      -1.070654486513179, -0.11366761066715005, 0.39428778360409406, -0.24376701900747172,
      0.19035678997959124,
    ]
    for (value, exact) in zip(RandomKey(seed: 20).normals(expected.count), expected) {
      #expect((value - exact).magnitude <= 8 * exact.ulp)
    }
  }

  /// The logarithm and the angle of the kernel over many blocks, against the functions of C.
  @Test func normalsAgreeWithTheScalarFormula() {
    let key = RandomKey(seed: 21)
    let n = 100_000
    let (uniforms, normals) = (key.uniforms(n), key.normals(n))
    var worst = 0.0
    for i in stride(from: 0, to: n, by: 2) {
      let radius = (-2 * log(uniforms[i])).squareRoot()
      // 2 pi (u - 1/2), reduced before it is rounded
      let quarter = (4 * (uniforms[i + 1] - 0.5)).rounded()
      let rest = 2 * .pi * (uniforms[i + 1] - 0.5 - quarter / 4)
      let (s, c) = (sin(rest), cos(rest))
      let (sine, cosine): (Double, Double)
      switch Int(quarter) & 3 {
      case 0: (sine, cosine) = (s, c)
      case 1: (sine, cosine) = (c, -s)
      case 2: (sine, cosine) = (-s, -c)
      default: (sine, cosine) = (-c, s)
      }
      worst = max(worst, (normals[i] / (radius * cosine) - 1).magnitude)
      worst = max(worst, (normals[i + 1] / (radius * sine) - 1).magnitude)
    }
    #expect(worst < 2e-15)
  }

  @Test(arguments: InstructionSet.available, [false, true])
  func allInstructionsGiveTheSameBits(_ instructions: InstructionSet, normal: Bool) {
    let key = RandomKey(seed: 12).child("fill")
    let ranges: [(UInt64, Int)] = [(0, 1000), (1, 1000), (7, 3), (8, 129), (5, 0), (1, 1), (3, 31)]
    for (first, count) in ranges {
      let values = key.filled(normal: normal, startingAt: first, count: count, by: instructions)
      let expected = key.filled(normal: normal, startingAt: first, count: count, by: .baseline)
      #expect(values.map(\.bitPattern) == expected.map(\.bitPattern))
    }
  }

  @Test(arguments: [false, true]) func anElementDoesNotDependOnItsBuffer(normal: Bool) {
    let key = RandomKey(seed: 13)
    let whole = normal ? key.normals(400, number: 3) : key.uniforms(400, number: 3)
    for count in [0, 1, 2, 3, 5, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 128, 129, 200] {
      for first in [0, 1, 2, 3, 15, 16, 17, 100, 199] {
        var part = [Double](repeating: 0, count: count)
        part.withUnsafeMutableBufferPointer {
          normal
            ? key.fillNormal($0, startingAt: UInt64(first), number: 3)
            : key.fillUniform($0, startingAt: UInt64(first), number: 3)
        }
        #expect(part == Array(whole[first..<first + count]))
      }
    }
  }

  @Test func normalsHaveTheirLaw() throws {
    let n = 1_000_000
    let normals = RandomKey(seed: 14).normals(n)
    try SamplerLaw.check(normals, against: "normal")
    // pairs of one block, and neighbours of two blocks
    for lag in [1, 2] {
      var correlation = (0.0, 0.0)
      for i in lag..<n {
        correlation.0 += normals[i] * normals[i - lag]
        correlation.1 += (normals[i] * normals[i] - 1) * (normals[i - lag] * normals[i - lag] - 1) / 2
      }
      let limit = 4.5 / Double(n).squareRoot()
      #expect((correlation.0 / Double(n)).magnitude < limit)
      #expect((correlation.1 / Double(n)).magnitude < limit)
    }
  }
}
