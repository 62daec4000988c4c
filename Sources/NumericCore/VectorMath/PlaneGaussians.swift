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

    fileprivate var pointers: borel_potentials { borel_potentials(values: values, by_x: byX, by_y: byY) }
  }
}

// MARK: Pair by pair

extension PlaneGaussians {
  /// How many numbers beyond the last point buffers must have room for; they are read, and nothing is added to them
  /// where they are finite.
  package static let padding = 8

  package struct Point {
    let x, y, exponent: Double

    package init(x: Double, y: Double, exponent: Double) { (self.x, self.y, self.exponent) = (x, y, exponent) }
  }

  package struct Points {
    let x, y, exponents: UnsafePointer<Double>

    package init(x: UnsafePointer<Double>, y: UnsafePointer<Double>, exponents: UnsafePointer<Double>) {
      (self.x, self.y, self.exponents) = (x, y, exponents)
    }

    fileprivate var pointers: borel_points { borel_points(x: x, y: y, exponents: exponents) }
  }

  /// The sum over points k of v_k = exp(exponent + exponent_k - |p - p_k|^2), and that of v_k (p - p_k); adds to the
  /// potentials of these points v_k, -v_k (x - x_k) and -v_k (y - y_k). Cost: about 1.5 ns a pair.
  package func addPairs(
    of point: Point, with others: Points, _ range: Range<Int>, to potentials: Potentials
  ) -> (value: Double, x: Double, y: Double) {
    let node = borel_point(x: point.x, y: point.y, exponent: point.exponent)
    let sums =
      kernels.pair_sums?(range.lowerBound, range.upperBound, node, others.pointers, potentials.pointers)
      ?? borel_pair_sums()
    return (sums.value, sums.x, sums.y)
  }

  /// The sum over the pairs of points (i in `rows`, j > i), without those of two points before `split`; adds to the
  /// potentials of both.
  package func addPairs(
    _ rows: Range<Int>, split: Int, count: Int, of points: Points, to potentials: Potentials
  ) -> Double {
    kernels.row_sums?(rows.lowerBound, rows.upperBound, split, count, points.pointers, potentials.pointers) ?? 0
  }
}

// MARK: By a grid

extension PlaneGaussians {
  /// The most columns of a window.
  package static var mostColumns: Int { Int(borel_most_window) }

  /// Points, each with a window of `size` columns and as many lines of a grid.
  package struct Windows {
    /// 8, 12, 16, 24 or 32.
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

  /// How many points' factors stay in the nearest cache.
  private static let block = 256

  /// Writes the values of the windows of some points.
  ///
  /// With d the distance of a point from column c, exp(-2 (d + (c - k) h)^2) = exp(-2 d (d + 2 c h)) exp(4 d h)^k
  /// exp(-2 h^2 (k - c)^2): two exponentials a window, and those of the last factor for all of them (Greengard and Lee
  /// 2004). Points near the middle column c of their windows lose some units in the last place by that.
  package func fill(_ windows: Windows, _ range: Range<Int>) {
    var pointers = windows.pointers
    let (size, h) = (windows.size, windows.spacing)
    let middle = Double(size / 2 - 1)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: size + 4 * Self.block) { buffer in
      guard let decays = buffer.baseAddress else { return }
      let factors = decays + size
      for k in 0..<size { (decays + k).initialize(to: -2 * h * h * (Double(k) - middle) * (Double(k) - middle)) }
      kernels.exp?(size, decays, decays)
      for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.block) {
        let count = min(Self.block, range.upperBound - start)
        for k in 0..<count {
          let x = windows.xOffsets[start + k] - middle * h
          let y = windows.yOffsets[start + k] - middle * h
          (factors + 4 * k).initialize(to: -2 * x * (x + 2 * middle * h))
          (factors + 4 * k + 1).initialize(to: 4 * x * h)
          (factors + 4 * k + 2).initialize(to: -2 * y * (y + 2 * middle * h))
          (factors + 4 * k + 3).initialize(to: 4 * y * h)
        }
        kernels.exp?(4 * count, factors, factors)
        kernels.windows?(&pointers, start, start + count, decays, factors)
      }
    }
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
      &pointers, range.lowerBound, range.upperBound, grid, factor, leavesOut ? 1 : 0, potentials.pointers)
  }
}
