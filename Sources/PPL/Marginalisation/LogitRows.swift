import Foundation
import NumericCore

/// Whole numbers, each with logits of its own: `first`, `first` + 1, ...
///
/// The one parameter has the logits of the first value for all numbers, then those of the second one, and so on. They need
/// not be normalised.
struct LogitRows: Distribution {
  typealias Value = [Int]
  let parameters: [Parameter]
  let count: Int
  var support: Support { .integers(0, nil) }

  init(_ logits: AnyRandom, count: Int) {
    parameters = [Parameter("logits", logits, .unchecked)]
    self.count = count
  }

  func shape(ofPlate plate: Int?, site: String, at location: SourceLocation) throws(ModelError) -> Shape { .vector(count) }

  func logDensity(of x: AnyRandom) -> LogDensityTerms {
    let logits = parameters[0].value
    let values = logits.shape.count / max(count, 1)
    let rows = (0..<values).map { logits[slice: $0 * count, count: count] }
    let total = rows.dropFirst().reduce(rows[0]) { .binary(Elementary.LogAddExp.self, $0, $1) }
    let chosen = AnyRandom.apply(
      Gather.self, [logits, x * AnyRandom(Double(count)) + AnyRandom((0..<count).map(Double.init))], shape: .vector(count))
    return LogDensityTerms((chosen - total).sum)
  }

  static func draw(
    _ p: DrawParameters, into value: UnsafeMutableBufferPointer<Double>, using stream: inout RandomStream
  ) {
    let (logits, n) = (p.array(0), value.count)
    guard n > 0 else { return }
    let values = logits.count / n
    for e in 0..<n {
      let largest = (0..<values).map { logits[$0 * n + e] }.max() ?? -.infinity
      let weights = (0..<values).map { exp(logits[$0 * n + e] - largest) }
      value[e] = weights.withUnsafeBufferPointer { (try? stream.categorical(weights: $0)).map(Double.init) ?? .nan }
    }
  }
}
