import Inference
import NumericCore
import Testing

/// Wrong schemes do not pass; the library's are the matter of `make laws`.
@Suite struct ResamplingLawsTests {
  /// Ancestors of another scheme, changed.
  struct Changed: ResamplingScheme {
    let change: @Sendable ([Int]) -> [Int]

    func drawAncestors(
      weights: UnsafeBufferPointer<Double>, total: Double, into ancestors: UnsafeMutableBufferPointer<Int>,
      key: RandomKey
    ) {
      MultinomialResampling().drawAncestors(weights: weights, total: total, into: ancestors, key: key)
      for (i, ancestor) in change(Array(ancestors)).enumerated() { ancestors[i] = ancestor }
    }
  }

  @Test func rightSchemesPass() throws {
    #expect(try ResamplingLaws().verdict(on: Changed { $0 }, seed: 1).passes)
    #expect(try ResamplingLaws(claim: .atMostMultinomialVariance).verdict(on: Changed { $0 }, seed: 1).passes)
    #expect(try ResamplingLaws(claim: .roundedCounts).verdict(on: SystematicResampling(), seed: 1).passes)
  }

  @Test func wrongSchemesDoNot() throws {
    for (name, change): (String, @Sendable ([Int]) -> [Int]) in [
      ("not in order", { $0.reversed() }), ("the smallest for all", { ancestors in ancestors.map { _ in ancestors[0] } }),
    ] {
      #expect(try !ResamplingLaws().verdict(on: Changed(change: change), seed: 1).passes, "\(name)")
    }
    // right in the mean, of another variance
    #expect(try !ResamplingLaws(claim: .roundedCounts).verdict(on: MultinomialResampling(), seed: 1).passes)
    let one = Changed { ancestors in ancestors.map { _ in ancestors[ancestors.count / 2] } }
    #expect(try !ResamplingLaws(claim: .atMostMultinomialVariance).verdict(on: one, seed: 1).passes)
  }
}
