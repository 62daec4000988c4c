import Foundation
import NumericCore
import Testing

@Suite struct FourierTransformTests {
  /// Against the sum that defines it.
  @Test(arguments: [1, 2, 4, 8, 64]) func transformIsTheSum(n: Int) {
    let (x, y) = (RandomKey(seed: 1).normals(n), RandomKey(seed: 2).normals(n))
    var (real, imaginary) = (x, y)
    let transform = FourierTransform(atLeast: n)
    #expect(transform.count == n)
    real.withUnsafeMutableBufferPointer { r in
      imaginary.withUnsafeMutableBufferPointer { i in transform.forward(r.baseAddress!, i.baseAddress!) }
    }
    for k in 0..<n {
      var (re, im) = (0.0, 0.0)
      for j in 0..<n {
        let angle = -2 * Double.pi * Double(j * k % n) / Double(n)
        re += x[j] * cos(angle) - y[j] * sin(angle)
        im += x[j] * sin(angle) + y[j] * cos(angle)
      }
      #expect(abs(real[k] - re) < 1e-13 * Double(n) && abs(imaginary[k] - im) < 1e-13 * Double(n))
    }
    real.withUnsafeMutableBufferPointer { r in
      imaginary.withUnsafeMutableBufferPointer { i in transform.inverse(r.baseAddress!, i.baseAddress!) }
    }
    for j in 0..<n { #expect(abs(real[j] - x[j]) < 1e-14 && abs(imaginary[j] - y[j]) < 1e-14) }
  }

  @Test func lengthIsTheNextPowerOfTwo() {
    #expect(FourierTransform(atLeast: 5).count == 8)
    #expect(FourierTransform(atLeast: 0).count == 1)
  }
}
