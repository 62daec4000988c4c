import Foundation

/// Sizes from the first to the last, each a factor larger than the one before it.
public func sizes(_ first: Int, upTo last: Int, factor: Int = 10) -> [Int] {
  var sizes = [min(first, last)]
  while let size = sizes.last, size < last { sizes.append(min(size * factor, last)) }
  return sizes
}

/// The slope of log y against log x, by least squares.
public func logarithmicSlope(_ x: [Double], _ y: [Double]) -> Double {
  let (x, y) = (x.map { log($0) }, y.map { log($0) })
  let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
  let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
  return covariance / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
}
