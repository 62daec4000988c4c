/// Where a function with one maximum within an interval has it, to 1e-3 of its length, by the golden section (Kiefer 1953).
/// Cost: some 17 evaluations.
public func goldenSectionMaximum(in interval: ClosedRange<Double>, of f: (Double) -> Double) -> Double {
  let ratio = 0.5 * (5.0.squareRoot() - 1)
  var (a, b) = (interval.lowerBound, interval.upperBound)
  let width = 1e-3 * (b - a)
  var (x, y) = (b - ratio * (b - a), a + ratio * (b - a))
  var (fx, fy) = (f(x), f(y))
  while b - a > width {
    if fx > fy {
      (b, y, fy) = (y, x, fx)
      x = b - ratio * (b - a)
      fx = f(x)
    } else {
      (a, x, fx) = (x, y, fy)
      y = a + ratio * (b - a)
      fy = f(y)
    }
  }
  return 0.5 * (a + b)
}
