import Foundation
import NumericCore
import PPL

/// y ~ Normal(X beta, sigma), beta flat.
private func flatRegression(_ X: Matrix, _ y: [Double], sigma prior: some UnivariateDistribution & Distribution<Double>)
  -> Model<Named>
{
  Model {
    let beta = Latent("beta", Flat(), count: X.columns)
    let sigma = Latent("sigma", prior)
    Observe(y, from: Normal(X * beta, sigma))
    Return(Named(["beta": beta, "sigma": sigma]))
  }
}

private func ones(_ n: Int) -> [Double] { Array(repeating: 1, count: n) }

func kidScore(_ r: Reference) throws -> Model<Named> {
  let y = try r.doubles("kid_score")
  return flatRegression(
    try Matrix(columns: [ones(y.count), r.doubles("mom_hs"), r.doubles("mom_iq")]), y, sigma: HalfCauchy(scale: 2.5))
}

func logEarnings(_ r: Reference, interaction: Bool) throws -> Model<Named> {
  let (y, height, male) = (try r.doubles("earn").map { log($0) }, try r.doubles("height"), try r.doubles("male"))
  let columns =
    interaction
    ? [ones(y.count), height, male, zip(height, male).map { $0 * $1 }] : [ones(y.count), height.map { log($0) }, male]
  return flatRegression(try Matrix(columns: columns), y, sigma: Flat(lower: 0))
}

func mesquite(_ r: Reference) throws -> Model<Named> {
  let names = ["diam1", "diam2", "canopy_height", "total_height", "density", "group"]
  let y = try r.doubles("weight")
  return flatRegression(
    try Matrix(columns: [ones(y.count)] + names.map(r.doubles)), y, sigma: Flat(lower: 0))
}

func nes(_ r: Reference) throws -> Model<Named> {
  let (y, age) = (try r.doubles("partyid7"), try r.integers("age_discrete"))
  let ages = (2...4).map { group in age.map { $0 == group ? 1.0 : 0 } }
  return flatRegression(
    try Matrix(
      columns: [ones(y.count), r.doubles("real_ideo"), r.doubles("race_adj")] + ages
        + ["educ1", "gender", "income"].map(r.doubles)), y, sigma: Flat(lower: 0))
}

func linearRegression(_ r: Reference) throws -> Model<Named> {
  let (X, y) = (try r.matrix("X"), try r.doubles("y"))
  return Model {
    let beta = Latent("beta", Normal(0, 10), count: X.columns)
    let sigma = Latent("sigma", HalfNormal(scale: 10))
    Observe(y, from: Normal(X * beta, sigma))
    Return(Named(["beta": beta, "sigma": sigma]))
  }
}

func diamonds(_ r: Reference) throws -> Model<Named> {
  let (X, y) = (try r.matrix("X"), try r.doubles("Y"))
  let columns = (1..<X.columns).map { j in
    let column = (0..<X.rows).map { X[$0, j] }
    let mean = column.reduce(0, +) / Double(column.count)
    return column.map { $0 - mean }
  }
  let centred = try Matrix(columns: columns)
  return Model {
    let b = Latent("b", Normal(0, 1), count: centred.columns)
    let intercept = Latent("Intercept", StudentT(degrees: 3, 8, scale: 10))
    let sigma = Latent("sigma", HalfStudentT(degrees: 3, scale: 10))
    Observe(y, from: Normal(intercept + centred * b, sigma))
    Return(Named(["b": b, "Intercept": intercept, "sigma": sigma]))
  }
}

func wells(_ r: Reference) throws -> Model<Named> {
  func centred(_ x: [Double], _ scale: Double) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    return x.map { ($0 - mean) / scale }
  }
  let (d, a) = (centred(try r.doubles("dist"), 100), centred(try r.doubles("arsenic"), 1))
  let X = try Matrix(columns: [d, a, zip(d, a).map { $0 * $1 }])
  let switched = try r.integers("switched").map { $0 == 1 }
  return Model {
    let alpha = Latent("alpha", Flat())
    let beta = Latent("beta", Flat(), count: 3)
    Observe(switched, from: BernoulliLogit(alpha + X * beta))
    Return(Named(["alpha": alpha, "beta": beta]))
  }
}
