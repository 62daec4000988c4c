import Foundation
import NumericCore

/// The observations of a problem as rows: a sum of derivatives of u at each point, and its value. Where noise
/// is known a row is in its units.
struct ObservedPoints: Sendable {
  typealias Order = DifferentialExpression.Order

  private struct Row: Sendable {
    let point: GridPoint
    let value: Double
    /// What multiplies each derivative of u.
    var weights: [Order: Double]
  }
  private let rows: [Row]
  /// The derivatives that occur.
  private let orders: [Order]
  let isNoiseKnown: Bool
  /// The largest of |u| among what is seen of u itself.
  let largest: Double

  /// Nil where nothing is observed.
  ///
  /// - Throws: `invalidObservation`, `outsideDomain`, `mixedNoise`, `unsupportedOrder`, `axisOutsideDomain`,
  ///   `wrongCoordinates`, `nonFinite`.
  init?(_ observations: [Observation], on grid: TensorGrid) throws(PDEError) {
    var (rows, orders, largest): ([Row], [Order], Double) = ([], [], 0)
    var seen: [Place: Measurement] = [:]
    for (number, observation) in observations.enumerated() {
      guard observation.points.count == observation.values.count else {
        throw .invalidObservation(
          statement: number,
          reason: "\(observation.values.count) values at \(observation.points.count) points")
      }
      if let noise = observation.noise, !(noise > 0 && noise.isFinite) {
        throw .invalidObservation(statement: number, reason: "noise \(noise), expected positive and finite")
      }
      let terms = try Self.terms(observation, number, on: grid)
      for term in terms where !orders.contains(term.order) { orders.append(term.order) }
      let noise = observation.noise ?? 1
      for (point, value) in zip(observation.points, observation.values) where !value.isNaN {
        guard value.isFinite else { throw .nonFinite(what: "observation", point: point, value: value) }
        let place = try Self.place(point, on: grid)
        var row = Row(point: place, value: value / noise, weights: [:])
        for term in terms {
          let weight = term.fields.reduce(term.constant) { $0 * $1.value(at: place) }
          guard weight.isFinite else { throw .nonFinite(what: "coefficient", point: point, value: weight) }
          row.weights[term.order, default: 0] += weight / noise
        }
        rows.append(row)
        if let noise = observation.noise {
          let key = Place(statement: observation.quantity == nil ? nil : number, point: place)
          let measured = Measurement(value: value, noise: noise)
          if let before = seen.updateValue(measured, forKey: key) {
            try measured.requireAgreement(with: before, number, point)
          }
        }
        if observation.quantity == nil { largest = max(largest, value.magnitude) }
      }
    }
    guard !rows.isEmpty else { return nil }
    let known = observations.map { $0.noise != nil }
    guard Set(known).count == 1 else { throw .mixedNoise }
    (self.rows, self.orders, self.largest, isNoiseKnown) = (rows, orders, largest, known[0])
  }

  /// Where something is seen: u itself, by any statement, or what one states.
  private struct Place: Hashable {
    let statement: Int?
    let point: GridPoint
  }

  private struct Measurement {
    let value, noise: Double

    /// - Throws: `invalidObservation` where another one at the same place is farther away than noise ever is.
    func requireAgreement(with other: Self, _ statement: Int, _ point: [Double]) throws(PDEError) {
      let difference = (value - other.value).magnitude / hypot(noise, other.noise)
      guard difference <= Self.farthest else {
        throw .invalidObservation(
          statement: statement,
          reason: """
            \(other.value) and \(value) at \(point) differ by \(difference.rounded()) standard deviations of their noise, \
            expected at most \(Self.farthest): give a larger noise, or none for it to be found
            """)
      }
    }

    /// In standard deviations (conventional): a noise three times too small passes.
    private static let farthest = 30.0
  }

  var count: Int { rows.count }

  /// The highest order of derivatives along an axis.
  func highestOrder(along axis: Int) -> Int { orders.map { $0[axis] }.max() ?? 0 }

  /// The coordinate of each observation along an axis.
  func coordinates(along axis: Int) -> [Double] { rows.map { $0.point[axis] } }

  /// - Parameters:
  ///   - open: what the equation leaves open.
  ///   - derivative: of functions, in columns, at the observations' points.
  func rows(
    open: ObservedRows.Open?, _ derivative: (Order) -> Matrix
  ) throws(LinearAlgebraError) -> ObservedRows {
    var design: Matrix?
    for order in orders {
      var scaled = derivative(order)
      for j in 0..<scaled.columns { for i in rows.indices { scaled[i, j] *= rows[i].weights[order] ?? 0 } }
      design = design.map { $0.plus(scaled) } ?? scaled
    }
    return try ObservedRows(
      design: design ?? Matrix(rows: rows.count, columns: 0), values: rows.map(\.value),
      isNoiseKnown: isNoiseKnown,
      open: open)
  }

  /// A number, times functions of the point, times a derivative of u.
  private typealias Term = (constant: Double, fields: [Field], order: Order)

  /// The terms of what is observed.
  private static func terms(
    _ observation: Observation, _ number: Int, on grid: TensorGrid
  ) throws(PDEError) -> [Term] {
    let quantity = observation.quantity ?? .unknown(dimensions: grid.axes.count)
    guard !quantity.differentiatesCoefficient else { throw .differentiatedCoefficient }
    var result: [Term] = []
    for term in quantity.terms {
      guard term.factors.count == 1, case .derivative(let order) = term.factors[0] else {
        throw .invalidObservation(
          statement: number, reason: "a term that is no multiple of a derivative of u, expected linear in u")
      }
      try GridEquation.check(order, on: grid)
      result.append((term.constant, term.coefficients, order))
      for field in term.coefficients {
        guard !field.isMeasured else {
          throw .wrongMeasurements(what: "coefficient", count: 0, points: grid.count)
        }
        if let count = field.dimensions, count != grid.axes.count {
          throw .wrongCoordinates(count: count, dimensions: grid.axes.count)
        }
      }
    }
    guard !result.isEmpty else {
      throw .invalidObservation(statement: number, reason: "the quantity does not hold the unknown")
    }
    return result
  }

  private static func place(_ point: [Double], on grid: TensorGrid) throws(PDEError) -> GridPoint {
    guard point.count == grid.axes.count else {
      throw .wrongCoordinates(count: point.count, dimensions: grid.axes.count)
    }
    var place = GridPoint()
    for (axis, x) in point.enumerated() {
      let (lower, upper) = (grid.axes[axis][0], grid.axes[axis][grid.axes[axis].count - 1])
      guard x >= lower, x <= upper else {
        throw .outsideDomain(axis: axis, value: x, lower: lower, upper: upper)
      }
      place[axis] = x
    }
    return place
  }
}
