import CVectorMath

/// The inner loops of sums of Gaussians over points in the plane, by the vector instructions of the machine at hand.
///
/// Results of different instructions agree within the rounding of sums of as many terms. Nothing is allocated.
package struct PlaneGaussians: Sendable {
  private let kernels: borel_kernels

  /// - Parameter instructions: those of the machine where it lacks these, and where they are nil.
  package init(instructions: InstructionSet? = nil) {
    kernels = (instructions ?? .inUse)?.kernels ?? borel_kernels()
  }

  /// What pairs or a grid add at each of some points: values, and their derivatives by x and y.
  package struct Potentials {
    let values, byX, byY: UnsafeMutablePointer<Double>

    package init(
      values: UnsafeMutablePointer<Double>, byX: UnsafeMutablePointer<Double>, byY: UnsafeMutablePointer<Double>
    ) {
      (self.values, self.byX, self.byY) = (values, byX, byY)
    }

    fileprivate func from(_ k: Int) -> borel_potentials {
      borel_potentials(values: values + k, by_x: byX + k, by_y: byY + k)
    }
  }
}

// MARK: Pair by pair

extension PlaneGaussians {
  /// How many numbers beyond the last point buffers must have room for; they are read, and nothing is added to them
  /// where they are finite.
  package static let padding = 4

  package struct Point {
    let x, y, exponent: Double

    package init(x: Double, y: Double, exponent: Double) { (self.x, self.y, self.exponent) = (x, y, exponent) }
  }

  package struct Points {
    let x, y, exponents: UnsafePointer<Double>

    package init(x: UnsafePointer<Double>, y: UnsafePointer<Double>, exponents: UnsafePointer<Double>) {
      (self.x, self.y, self.exponents) = (x, y, exponents)
    }
  }

  /// The sum over points k of v_k = exp(exponent + exponent_k - |p - p_k|^2), and that of v_k (p - p_k); adds to the
  /// potentials of the others v_k, -v_k (x - x_k) and -v_k (y - y_k). Cost: about 1.5 ns a pair.
  package func addPairs(
    of point: Point, with others: Points, _ range: Range<Int>, to potentials: Potentials
  ) -> (value: Double, x: Double, y: Double) {
    let node = borel_point(x: point.x, y: point.y, exponent: point.exponent)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.block + Self.padding) { values in
      guard let values = values.baseAddress else { return (0, 0, 0) }
      var sums = (value: 0.0, x: 0.0, y: 0.0)
      for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.block) {
        let count = min(Self.block, range.upperBound - start)
        let points = borel_points(x: others.x + start, y: others.y + start, exponents: others.exponents + start)
        kernels.pair_exponents?(count, node, points, values)
        kernels.exp?(count, values, values)
        (values + count).initialize(repeating: 0, count: Self.padding)
        let added = kernels.pair_sums?(count, node, points, values, potentials.from(start)) ?? borel_pair_sums()
        sums = (sums.value + added.value, sums.x + added.x, sums.y + added.y)
      }
      return sums
    }
  }

  /// What stays in the nearest cache.
  private static let block = 256
}

// MARK: By a grid

extension PlaneGaussians {
  /// The most columns of a window.
  package static var mostColumns: Int { Int(borel_most_window) }

  /// Points, each with a window of `size` columns and as many lines of a grid.
  package struct Windows {
    /// 12, 16, 24 or 32.
    let size: Int
    let spacing: Double
    /// From a line of the grid to the next.
    let row: Int
    /// Of each point the first cell of its window, and its distances from the window's first column and line.
    let origins: UnsafePointer<Int>
    let xOffsets, yOffsets, weights: UnsafePointer<Double>
    /// exp(-2 d^2) for the distances d of a point from the columns, then the lines: 2 `size` numbers of a point.
    let values: UnsafeMutablePointer<Double>

    package init(
      size: Int, spacing: Double, row: Int, origins: UnsafePointer<Int>, xOffsets: UnsafePointer<Double>,
      yOffsets: UnsafePointer<Double>, weights: UnsafePointer<Double>, values: UnsafeMutablePointer<Double>
    ) {
      (self.size, self.spacing, self.row, self.origins) = (size, spacing, row, origins)
      (self.xOffsets, self.yOffsets, self.weights, self.values) = (xOffsets, yOffsets, weights, values)
    }

    fileprivate var pointers: borel_windows {
      borel_windows(
        size: size, spacing: spacing, row: row, origins: origins, x_offsets: xOffsets, y_offsets: yOffsets,
        weights: weights, values: values)
    }
  }

  /// Writes the values of the windows of some points.
  package func fill(_ windows: Windows, _ range: Range<Int>) {
    var pointers = windows.pointers
    kernels.window_exponents?(&pointers, range.lowerBound, range.upperBound)
    let values = windows.values + 2 * windows.size * range.lowerBound
    kernels.exp?(2 * windows.size * range.count, values, values)
  }

  /// Adds weight exp(-2 |p - g|^2) of some points to the points g of a grid.
  package func spread(_ windows: Windows, _ range: Range<Int>, to grid: UnsafeMutablePointer<Double>) {
    var pointers = windows.pointers
    kernels.spread?(&pointers, range.lowerBound, range.upperBound, grid)
  }

  /// Writes factor weight sum_g exp(-2 |p - g|^2) F(g) of some points, and its derivatives by the point.
  ///
  /// - Parameter leavesOut: without what the point itself gave to the grid.
  package func read(
    _ windows: Windows, _ range: Range<Int>, of grid: UnsafePointer<Double>, factor: Double, leavesOut: Bool,
    to potentials: Potentials
  ) {
    var pointers = windows.pointers
    kernels.potentials?(
      &pointers, range.lowerBound, range.upperBound, grid, factor, leavesOut ? 1 : 0, potentials.from(0))
  }
}
