import Foundation
import NumericCore
import Testing

@Suite struct QuadratureTests {
  @Test func knownIntegrals() throws {
    #expect(abs(try integrate(from: 0, to: .pi) { sin($0) }.value - 2) < 1e-12)
    #expect(abs(try integrate(from: -.infinity, to: .infinity) { exp(-$0 * $0) }.value - Double.pi.squareRoot()) < 1e-10)
    #expect(abs(try integrate(from: 1, to: .infinity) { 1 / ($0 * $0) }.value - 1) < 1e-10)
    #expect(abs(try integrate(from: -.infinity, to: 0) { exp($0) }.value - 1) < 1e-10)
    #expect(abs(try integrate(from: 0, to: 1) { 1 / $0.squareRoot() }.value - 2) < 1e-8)
    #expect(abs(try integrate(from: 1, to: 0) { $0 * $0 }.value + 1.0 / 3) < 1e-12)
    #expect(try integrate(from: 2, to: 2) { $0 }.value == 0)
  }

  @Test func whatDoesNotConvergeSaysSo() {
    #expect(throws: QuadratureError.self) { try integrate(from: 0, to: 1) { 1 / $0 } }
    #expect(throws: QuadratureError.self) { try integrate(from: .nan, to: 1) { $0 } }
    #expect(throws: QuadratureError.self) { try integrate(from: 0, to: 1) { _ in .nan } }
  }
}
