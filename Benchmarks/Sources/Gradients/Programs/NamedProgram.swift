import Foundation
import PPL

/// A model that others have figures for.
struct NamedProgram: Sendable {
  typealias Tables = [(name: String, values: [Double])]

  /// Where the C function comes from.
  enum Source: Sendable {
    /// A file in the folder `Baselines`, written by hand; it refers to data by name.
    case written(String, Tables)
    /// `CWriter` writes it.
    case generated(AbstractProgram)
  }

  let name: String
  let model: Model<Void>
  let source: Source
  /// Gradients a second of Stan 2.35 on a model of this shape, on the machine of the reference figures.
  let stan: Double?

  init(_ name: String, _ model: Model<Void>, baseline: String, tables: Tables) {
    (self.name, self.model, source, stan) = (name, model, .written(baseline, tables), nil)
  }

  init(program: AbstractProgram, baseline: String? = nil, tables: Tables = [], stan: Double? = nil) {
    (name, model, self.stan) = (program.name, program.model, stan)
    source = baseline.map { .written($0, tables) } ?? .generated(program)
  }

  static var all: [NamedProgram] {
    [
      eightSchools,
      glm("GLM normal, 1000 x 20", rows: 1000, columns: 20, isNormal: true, baseline: "glm_normal.c"),
      glm("GLM Bernoulli, 1000 x 20", rows: 1000, columns: 20, isNormal: false, baseline: "glm_bernoulli.c"),
      glm("kidscore (fused), 434 x 3", rows: 434, columns: 3, isNormal: true, stan: 268e3),
      glm("wells (fused), 3020 x 2", rows: 3020, columns: 2, isNormal: false, stan: 8.6e3),
      radon,
      volatility,
      garch,
    ]
  }

  private static var eightSchools: NamedProgram {
    var p = AbstractProgram("eight schools, non-centred")
    let effects = [28.0, 8, -3, 7, -1, 1, 18, 12]
    let standardErrors = [15.0, 10, 16, 11, 9, 11, 10, 18]
    let mu = p.latent("mu", .normal, 0, 5)
    let tau = p.latent("tau", .halfCauchy, 5)
    let z = p.latent("z", .normal, 0, 1, count: 8)
    let theta = p.binary(.add, mu, p.binary(.multiply, tau, z))
    p.observe(effects, .normal, theta, p.data(standardErrors))
    return NamedProgram(
      program: p, baseline: "eight_schools.c",
      tables: [
        ("y", effects), ("inverse", standardErrors.map { 1 / $0 }),
        ("constant", [standardErrors.reduce(-17 * 0.918938533204672742 - log(5) - log(2.5 * .pi)) { $0 - log($1) }]),
      ], stan: 363e3)
  }

  private static func glm(
    _ name: String, rows: Int, columns: Int, isNormal: Bool, baseline: String? = nil, stan: Double? = nil
  ) -> NamedProgram {
    var p = AbstractProgram(name)
    var stream = RandomStream(RandomKey(seed: 1).child(name))
    let elements = (0..<(rows * columns)).map { _ in stream.normal() }
    let alpha = p.latent("alpha", .normal, 0, 5)
    let beta = p.latent("beta", .normal, 0, 1, count: columns)
    let eta = p.binary(.add, alpha, p.matrixVector(rows: rows, columns: columns, elements, beta))
    var y = (0..<rows).map { _ in stream.normal() }
    if isNormal {
      p.observe(y, .normal, eta, p.latent("sigma", .halfNormal, 2))
    } else {
      y = y.map { $0 > 0 ? 1 : 0 }
      p.observe(y, .bernoulliLogit, eta)
    }
    return NamedProgram(program: p, baseline: baseline, tables: [("X", elements), ("y", y)], stan: stan)
  }

  /// As many houses and counties as in the data of Gelman and Hill.
  private static var radon: NamedProgram {
    var p = AbstractProgram("radon, 919 in 85 groups")
    var stream = RandomStream(RandomKey(seed: 1).child("radon"))
    let county = (0..<919).map { _ in Int(stream.next() % 85) }
    let floor = (0..<919).map { _ in stream.uniform() < 0.2 ? 1.0 : 0 }
    let mean = p.latent("mu", .normal, 0, 10)
    let spread = p.latent("tau", .halfNormal, 1)
    let z = p.latent("z", .normal, 0, 1, count: 85)
    let effects = p.binary(.add, mean, p.binary(.multiply, spread, z))
    let slope = p.binary(.multiply, p.latent("beta", .normal, 0, 10), p.data(floor))
    let eta = p.binary(.add, p.gather(effects, county), slope)
    p.observe((0..<919).map { _ in stream.normal() }, .normal, eta, p.latent("sigma", .halfNormal, 1))
    return NamedProgram(program: p, stan: 23e3)
  }
}
