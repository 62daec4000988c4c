import Foundation
import GP
import NumericCore
import Testing

@Suite struct CentredPeriodicKernelTests {
  /// The mean over a period is 0, the variance 1, and long length scales give a cosine.
  @Test(arguments: [0.2, 1, 5, 1e3, 1e5]) func meanOverAPeriodIsZero(lengthScale: Double) throws {
    let kernel = try CentredPeriodicKernel(period: 3, lengthScale: lengthScale)
    let k = { (r: Double) in (try? kernel.covariance([r], [0])) ?? .nan }
    #expect(abs(k(0) - 1) < 1e-12)
    #expect(abs(try integrate(from: 0, to: 3, absoluteTolerance: 1e-10, k).value) < 1e-6)
    if lengthScale >= 1e3 { #expect(abs(k(0.4) - cos(2 * .pi * 0.4 / 3)) < 1e-5) }
  }
}
