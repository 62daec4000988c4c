/// The least and the greatest of some numbers, and whether all of them are numbers.
struct NumberRange {
  private(set) var least = Double.infinity
  private(set) var greatest = -Double.infinity
  private(set) var isOfNumbers = true

  init(of x: UnsafeBufferPointer<Double>) {
    var (least, greatest) = (SIMD8(repeating: Double.infinity), SIMD8(repeating: -Double.infinity))
    var isNumber = SIMDMask<SIMD8<Int64>>(repeating: true)
    var i = 0
    if let base = x.baseAddress {
      while i &+ 8 <= x.count {
        let block = UnsafeRawPointer(base + i).loadUnaligned(as: SIMD8<Double>.self)
        least.replace(with: block, where: block .< least)
        greatest.replace(with: block, where: block .> greatest)
        isNumber = isNumber .& (block .== block)
        i &+= 8
      }
    }
    (self.least, self.greatest, isOfNumbers) = (least.min(), greatest.max(), all(isNumber))
    while i < x.count {
      self.least = min(self.least, x[i])
      self.greatest = max(self.greatest, x[i])
      isOfNumbers = isOfNumbers && x[i] == x[i]
      i &+= 1
    }
  }
}
