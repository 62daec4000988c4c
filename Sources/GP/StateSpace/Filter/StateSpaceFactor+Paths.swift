import NumericCore

extension StateSpaceFactor {
  /// A draw of the prior at the observations' times and at ascending new ones.
  func path(at new: [Double], _ stream: inout RandomStream) -> (observed: [Double], new: [Double]) {
    let order = merged(with: new)
    let path = model.path(at: order.map { time($0, new) }, &stream)
    var (observed, ahead) = (Array(repeating: 0.0, count: times.count), Array(repeating: 0.0, count: new.count))
    for (item, value) in zip(order, path) {
      if item >= 0 { observed[item] = value } else { ahead[-1 - item] = value }
    }
    return (observed, ahead)
  }
}
