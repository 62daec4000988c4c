import Foundation
import NumericCore
import Testing

/// Sums of Gaussians by each set of instructions, held to loops over numbers one by one: to the rounding of sums of as
/// many terms, and of the vector exponential.
@Suite struct PlaneGaussiansTests {
  private static let count = 301
  /// Of sums of positive terms, relative; those of terms of both signs are relative to the sums of their sizes.
  private static let rounding = 1e-13

  private static func column(_ name: String, _ count: Int) -> [Double] {
    var stream = RandomStream(RandomKey(seed: 90).child(name))
    return (0..<count).map { _ in stream.normal() }
  }

  /// Potentials begun with ones, with the room that buffers must have.
  private struct Potentials {
    var values, byX, byY: [Double]

    init(_ count: Int) {
      values = Array(repeating: 1, count: count + PlaneGaussians.padding)
      (byX, byY) = (values, values)
    }

    mutating func with<Result>(_ body: (PlaneGaussians.Potentials) -> Result) -> Result? {
      values.withUnsafeMutableBufferPointer { v in
        byX.withUnsafeMutableBufferPointer { x in
          byY.withUnsafeMutableBufferPointer { y in
            guard let v = v.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return nil }
            return body(PlaneGaussians.Potentials(values: v, byX: x, byY: y))
          }
        }
      }
    }
  }

  @Test(arguments: InstructionSet.available, [0..<301, 3..<4, 5..<5, 7..<300])
  func pairsAreThoseOneByOne(instructions: InstructionSet, range: Range<Int>) throws {
    let room = Self.count + PlaneGaussians.padding
    let (x, y, e) = (Self.column("x", room), Self.column("y", room), Self.column("e", room))
    let (px, py, exponent) = (0.3, -0.2, 0.7)
    var potentials = Potentials(Self.count)
    let sums = try #require(
      potentials.with {
        PlaneGaussians(instructions: instructions).addPairs(
          of: PlaneGaussians.Point(x: px, y: py, exponent: exponent),
          with: PlaneGaussians.Points(x: x, y: y, exponents: e), range, to: $0)
      })
    var expected = (value: 0.0, x: 0.0, y: 0.0)
    for k in 0..<room {
      let (dx, dy) = (px - x[k], py - y[k])
      let value = range.contains(k) ? exp(exponent + e[k] - dx * dx - dy * dy) : 0
      expected = (expected.value + value, expected.x + value * dx, expected.y + value * dy)
      #expect(abs(potentials.values[k] - 1 - value) <= Self.rounding)
      #expect(abs(potentials.byX[k] - 1 + value * dx) <= Self.rounding)
      #expect(abs(potentials.byY[k] - 1 + value * dy) <= Self.rounding)
    }
    let bound = Self.rounding * expected.value
    #expect(abs(sums.value - expected.value) <= bound)
    #expect(abs(sums.x - expected.x) <= 10 * bound && abs(sums.y - expected.y) <= 10 * bound)
  }

  /// All pairs, those across two sides, and those of some rows: what single points give, one after the other.
  @Test(arguments: InstructionSet.available, [(0..<301, 0), (0..<120, 120), (40..<50, 0), (300..<301, 0)])
  func rowsAreThoseOneByOne(instructions: InstructionSet, rows: (range: Range<Int>, split: Int)) throws {
    let gaussians = PlaneGaussians(instructions: instructions)
    let room = Self.count + PlaneGaussians.padding
    let (x, y, e) = (Self.column("x", room), Self.column("y", room), Self.column("e", room))
    var (potentials, expected) = (Potentials(Self.count), Potentials(Self.count))
    let sum = try #require(
      potentials.with {
        gaussians.addPairs(
          rows.range, split: rows.split, count: Self.count, of: PlaneGaussians.Points(x: x, y: y, exponents: e), to: $0)
      })
    var total = 0.0
    for i in rows.range {
      for j in max(i + 1, rows.split)..<max(Self.count, i + 1) {
        let (dx, dy) = (x[i] - x[j], y[i] - y[j])
        let value = exp(e[i] + e[j] - dx * dx - dy * dy)
        total += value
        for (k, sign) in [(i, 1.0), (j, -1)] {
          expected.values[k] += value
          expected.byX[k] += sign * value * dx
          expected.byY[k] += sign * value * dy
        }
      }
    }
    #expect(abs(sum - total) <= Self.rounding * total)
    for k in 0..<room {
      let bound = 10 * Self.rounding * expected.values[k]
      #expect(abs(potentials.values[k] - expected.values[k]) <= bound)
      #expect(abs(potentials.byX[k] - expected.byX[k]) <= bound && abs(potentials.byY[k] - expected.byY[k]) <= bound)
    }
  }

  /// The exponential of pairs is that of the library over its whole range, keeps within it beyond, and hides no
  /// number that is none.
  @Test(arguments: InstructionSet.available) func exponentialsOfAllSizes(instructions: InstructionSet) throws {
    let zeros = Array(repeating: 0.0, count: 1 + PlaneGaussians.padding)
    func value(_ exponent: Double) throws -> Double {
      var potentials = Potentials(1)
      return try #require(
        potentials.with {
          PlaneGaussians(instructions: instructions).addPairs(
            of: PlaneGaussians.Point(x: 0, y: 0, exponent: exponent),
            with: PlaneGaussians.Points(x: zeros, y: zeros, exponents: zeros), 0..<1, to: $0).value
        })
    }
    for exponent in stride(from: -700.0, through: 709, by: 0.37) {
      #expect(abs(try value(exponent) - exp(exponent)) <= 4 * exp(exponent).ulp)
    }
    for exponent in [-1e300, -Double.infinity, -701] { #expect(abs(try value(exponent)) <= 1e-300) }
    for exponent in [710, 1e300, Double.infinity] { #expect(try value(exponent) >= 1e307) }
    #expect(try value(.nan).isNaN)
  }

  @Test(arguments: InstructionSet.available, [8, 12, 16, 24, 32])
  func windowsAreThoseOneByOne(instructions: InstructionSet, size: Int) throws {
    let (lines, row, spacing, factor) = (size + 9, size + 7, 0.3, 1.7)
    let gaussians = PlaneGaussians(instructions: instructions)
    let middle = spacing * Double(size) / 2
    let xOffsets = Self.column("x", Self.count).map { middle + 0.2 * $0 }
    let yOffsets = Self.column("y", Self.count).map { middle + 0.2 * $0 }
    let weights = Self.column("weights", Self.count).map { exp($0) }
    let origins = (0..<Self.count).map { ($0 % 9) * row + $0 % 7 }
    var values = Array(repeating: 0.0, count: 2 * size * Self.count)
    var grid = Array(repeating: 0.0, count: lines * row)
    let range = 2..<Self.count - 3
    func gaussian(_ offset: Double, _ k: Int) -> Double { exp(-2 * pow(offset - spacing * Double(k), 2)) }
    func slope(_ offset: Double, _ k: Int) -> Double { -4 * (offset - spacing * Double(k)) * gaussian(offset, k) }
    var expected = grid
    for i in range {
      for r in 0..<size {
        for c in 0..<size {
          expected[origins[i] + r * row + c] += weights[i] * gaussian(xOffsets[i], c) * gaussian(yOffsets[i], r)
        }
      }
    }
    for leavesOut in [false, true] {
      for k in grid.indices { grid[k] = 0 }
      var potentials = Potentials(Self.count)
      _ = values.withUnsafeMutableBufferPointer { values in
        grid.withUnsafeMutableBufferPointer { grid in
          potentials.with { potentials in
            guard let values = values.baseAddress, let grid = grid.baseAddress else { return }
            let windows = PlaneGaussians.Windows(
              size: size, spacing: spacing, row: row, origins: origins, xOffsets: xOffsets, yOffsets: yOffsets,
              weights: weights, values: values)
            gaussians.fill(windows, range)
            gaussians.spread(windows, range, to: grid)
            gaussians.read(windows, range, of: grid, factor: factor, leavesOut: leavesOut, to: potentials)
          }
        }
      }
      let largest = expected.reduce(0, max)
      for k in grid.indices { #expect(abs(grid[k] - expected[k]) <= Self.rounding * largest) }
      for i in 0..<Self.count {
        guard range.contains(i) else {
          #expect(potentials.values[i] == 1 && potentials.byX[i] == 1 && potentials.byY[i] == 1)
          continue
        }
        var (value, byX, byY, whole) = (0.0, 0.0, 0.0, 0.0)
        for r in 0..<size {
          for c in 0..<size {
            let (x, y) = (gaussian(xOffsets[i], c), gaussian(yOffsets[i], r))
            let f = expected[origins[i] + r * row + c] - (leavesOut ? weights[i] * x * y : 0)
            value += x * y * f
            byX += slope(xOffsets[i], c) * y * f
            byY += x * slope(yOffsets[i], r) * f
            whole += x * y * expected[origins[i] + r * row + c]
          }
        }
        let scale = factor * weights[i]
        let bound = 10 * Self.rounding * scale * whole
        #expect(abs(potentials.values[i] - scale * value) <= bound)
        #expect(abs(potentials.byX[i] - scale * byX) <= bound && abs(potentials.byY[i] - scale * byY) <= bound)
      }
    }
  }
}
