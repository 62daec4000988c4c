import Foundation
import NumericCore

/// What the rotations of `RidgeTriangle` make of data, for a few ridges side by side: nothing but the sums that the
/// evidence needs is kept.
struct RidgeTerms {
  typealias Lanes = SIMD8<Double>
  static let lanes = Lanes.scalarCount

  /// For each ridge the minimum of |c - B x|^2 + rho |x|^2, summed over columns c of data, and log|R'R|.
  let values: [(rest: Double, logDeterminant: Double)]

  /// - Parameters:
  ///   - data: as many rows as the bidiagonal matrix has.
  ///   - noises: rho, at most `lanes` of them, > 0.
  init(_ diagonal: [Double], _ superdiagonal: [Double], _ data: Matrix, noises: ArraySlice<Double>) {
    var squares = Lanes(repeating: 1)
    for (lane, noise) in noises.enumerated() { squares[lane] = noise }
    let ridges = squares.squareRoot()
    var (left, rest, product) = (ridges, Lanes.zero, Lanes(repeating: 1))
    var logDeterminants = Array(repeating: 0.0, count: noises.count)
    /// What of each column goes on to the next row.
    var carried = Array(repeating: Lanes.zero, count: data.columns)
    for i in diagonal.indices {
      let square = diagonal[i] * diagonal[i] + left * left
      let inverse = 1 / square.squareRoot()
      let (cosine, sine) = (diagonal[i] * inverse, left * inverse)
      product *= square
      if any(product .< Self.least .| product .> 1 / Self.least) {
        for lane in logDeterminants.indices { logDeterminants[lane] += log(product[lane]) }
        product = Lanes(repeating: 1)
      }
      let fill = i < superdiagonal.count ? -superdiagonal[i] * sine : .zero
      left = (squares + fill * fill).squareRoot()
      let next = 1 / left
      for j in carried.indices {
        let other = cosine * carried[j] - sine * data[i, j]
        let gone = ridges * next * other
        rest += gone * gone
        carried[j] = fill * next * other
      }
    }
    for lane in logDeterminants.indices { logDeterminants[lane] += log(product[lane]) }
    values = logDeterminants.indices.map { (rest[$0], logDeterminants[$0]) }
  }

  /// A product of squares is taken apart before it leaves the range of numbers.
  private static let least = 1e-100
}
