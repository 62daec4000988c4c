/// How far the mean of independent draws is from the expectation, in standard errors.
func score(_ values: [Double], expected: Double) -> Double {
  let n = Double(values.count)
  let mean = values.reduce(0, +) / n
  let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
  return (mean - expected) / (variance / n).squareRoot()
}
