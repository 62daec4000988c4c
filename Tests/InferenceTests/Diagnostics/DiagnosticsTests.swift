import Inference
import Testing

/// Agreement with ArviZ on the same draws.
struct DiagnosticsTests {
  /// Both compute in double precision; summation order is all that differs.
  private static let tolerance = 1e-8

  private func expect(
    _ name: String, _ value: Double, _ reference: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let isSame =
      reference.isFinite
      ? abs(value - reference) <= Self.tolerance * abs(reference)
      : value == reference || value.isNaN && reference.isNaN
    #expect(isSame, "\(name): \(value), ArviZ has \(reference)", sourceLocation: sourceLocation)
  }

  @Test(arguments: diagnosticsReference)
  func agreesWithArviZ(_ r: DiagnosticsReference) {
    let chains = oracleDraws(r.name, chains: r.chains, draws: r.draws)
    #expect(chains.joined().reduce(0, +) == r.sum, "the draws are not those of the reference")
    expect("R-hat", Diagnostics.rHat(chains), r.rHat)
    expect("bulk ESS", Diagnostics.bulkESS(chains), r.bulkESS)
    expect("tail ESS", Diagnostics.tailESS(chains), r.tailESS)
    expect("ESS of the mean", Diagnostics.meanESS(chains), r.meanESS)
    expect("ESS of the sd", Diagnostics.standardDeviationESS(chains), r.standardDeviationESS)
    expect("ESS of the median", Diagnostics.quantileESS(chains, 0.5), r.medianESS)
    expect("ESS of the 90% quantile", Diagnostics.quantileESS(chains, 0.9), r.upperESS)
    expect("MCSE of the mean", Diagnostics.meanMCSE(chains), r.meanMCSE)
    expect("MCSE of the sd", Diagnostics.standardDeviationMCSE(chains), r.standardDeviationMCSE)
    expect("MCSE of the median", Diagnostics.quantileMCSE(chains, 0.5), r.medianMCSE)
    expect("MCSE of the 10% quantile", Diagnostics.quantileMCSE(chains, 0.1), r.lowerMCSE)
    expect("E-BFMI", Diagnostics.energyBFMI(chains[0]), r.energyBFMI)
  }

  private typealias Diagnostic = @Sendable ([[Double]]) -> Double
  private static let all: [(String, Diagnostic)] = [
    ("R-hat", Diagnostics.rHat), ("bulk ESS", Diagnostics.bulkESS), ("tail ESS", Diagnostics.tailESS),
    ("ESS of the mean", Diagnostics.meanESS), ("ESS of the sd", Diagnostics.standardDeviationESS),
    ("ESS of a quantile", { Diagnostics.quantileESS($0, 0.2) }), ("MCSE of the mean", Diagnostics.meanMCSE),
    ("MCSE of the sd", Diagnostics.standardDeviationMCSE),
    ("MCSE of a quantile", { Diagnostics.quantileMCSE($0, 0.2) }),
  ]

  @Test(arguments: [
    [], [[]], [[1, 2, 3]], [[1, 2, 3, 4], [1, 2, 3]], [[1, 2, .nan, 4], [1, 2, 3, 4]],
    [[1, 2, .infinity, 4], [1, 2, 3, 4]], [[1, -.infinity, 3, 4, 5]],
  ] as [[[Double]]])
  func saysNothingWhereNothingCanBeSaid(_ chains: [[Double]]) {
    for (name, diagnostic) in Self.all { #expect(diagnostic(chains).isNaN, "\(name) of \(chains)") }
  }

  @Test func cutsChainsToTheShortestAndLeavesOutEmptyOnes() {
    let chains = oracleDraws("correlated", chains: 3, draws: 200)
    let cut = [Array(chains[0].prefix(150)), chains[1], [], chains[2] + [.nan, .infinity]]
    let same = chains.map { Array($0.prefix(150)) }
    for (name, diagnostic) in Self.all { #expect(diagnostic(cut) == diagnostic(same), "\(name)") }
  }

  /// Ranks do not change under a monotone transformation, and nothing does under another unit.
  @Test(arguments: [0x1p-300, 0x1p-40, 0x1p40, 0x1p300])
  func doesNotDependOnTheUnit(_ unit: Double) {
    let chains = oracleDraws("correlated", chains: 4, draws: 250)
    let scaled = chains.map { $0.map { unit * $0 } }
    #expect(Diagnostics.rHat(scaled) == Diagnostics.rHat(chains))
    #expect(Diagnostics.bulkESS(scaled) == Diagnostics.bulkESS(chains))
    #expect(Diagnostics.tailESS(scaled) == Diagnostics.tailESS(chains))
    #expect(abs(Diagnostics.meanESS(scaled) / Diagnostics.meanESS(chains) - 1) < 1e-10)
    let errors = [scaled, chains].map { Diagnostics.quantileMCSE($0, 0.3) }
    #expect(abs(errors[0] / unit / errors[1] - 1) < 1e-12)
  }

  @Test func bulkIgnoresMonotoneTransformations() {
    let chains = oracleDraws("correlated", chains: 4, draws: 250)
    let cubed = chains.map { $0.map { $0 * $0 * $0 } }
    #expect(Diagnostics.bulkESS(cubed) == Diagnostics.bulkESS(chains))
  }

  /// For an autoregression x' = a x + noise, S / ESS of the mean tends to (1 + a) / (1 - a).
  @Test func findsTheAutocorrelationTimeOfAnAutoregression() {
    let size = 100_000
    let chains = oracleDraws("two chains", chains: 2, draws: size / 2)
    let ratio = Double(size) / Diagnostics.meanESS(chains)
    // The relative error of an autocorrelation time that is summed up to a lag of W is about sqrt(2 (2 W + 1)
    // / S) (Sokal 1997); W is about 10 here. Four of it.
    #expect(abs(ratio / (1.3 / 0.7) - 1) < 4 * (2.0 * 21 / Double(size)).squareRoot())
  }

  @Test func meanFarFromZero() {
    #expect(Diagnostics.mean([1e9 + 1, 1e9 + 2, 1e9 + 6]) == 1e9 + 3)
    #expect(Diagnostics.standardDeviation([1e9 + 1, 1e9 + 2, 1e9 + 6]) == 7.0.squareRoot())
    #expect(Diagnostics.mean([1, .infinity]) == .infinity)
    #expect(Diagnostics.mean([]).isNaN)
  }

  @Test(arguments: [[], [1], [2, 2, 2]] as [[Double]])
  func energiesThatDoNotMoveHaveNoFraction(_ energies: [Double]) {
    #expect(Diagnostics.energyBFMI(energies).isNaN)
  }

  /// 1, 3, 2: moves 4 + 1; mean 2, spread 1 + 1 + 0.
  @Test func fractionOfThreeEnergies() { #expect(Diagnostics.energyBFMI([1, 3, 2]) == 2.5) }
}
