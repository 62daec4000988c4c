func rootMeanSquare(_ values: [Double]) -> Double { norm(values) / Double(max(values.count, 1)).squareRoot() }
func mean(_ values: ArraySlice<Double>) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
func power(_ x: Double, _ n: Int) -> Double { (0..<n).reduce(1.0) { value, _ in value * x } }
func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
}
func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
}
func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, $1.magnitude) } }
