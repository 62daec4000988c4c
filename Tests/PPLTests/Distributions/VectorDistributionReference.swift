// Made by Tests/Oracles/vector_distributions.py: log densities from 60-digit arithmetic.
struct VectorDensityPoint: Sendable {
  let distribution: String
  let parameters: [Double]
  let x: [Double]
  let logDensity: Double
}

let vectorDensityPoints: [VectorDensityPoint] = [
  VectorDensityPoint(
    distribution: "Multinomial",
    parameters: [5.0, 0.2, 0.5, 0.3],
    x: [1.0, 3.0, 1.0], logDensity: -1.8971199848858812835),
  VectorDensityPoint(
    distribution: "Multinomial",
    parameters: [5.0, 0.2, 0.5, 0.3],
    x: [0.0, 0.0, 5.0], logDensity: -6.0198640216296801482),
  VectorDensityPoint(
    distribution: "Multinomial",
    parameters: [0.0, 0.5, 0.5],
    x: [0.0, 0.0], logDensity: 0.0),
  VectorDensityPoint(
    distribution: "Multinomial",
    parameters: [3.0, 1.0, 0.0],
    x: [3.0, 0.0], logDensity: 0.0),
  VectorDensityPoint(
    distribution: "Multinomial",
    parameters: [100.0, 0.25, 0.75],
    x: [25.0, 75.0], logDensity: -2.3881463390210592013),
  VectorDensityPoint(
    distribution: "Multinomial",
    parameters: [100.0, 0.25, 0.75],
    x: [90.0, 10.0], logDensity: -97.160989863029316971),
  VectorDensityPoint(
    distribution: "LKJCholesky",
    parameters: [1.0],
    x: [1.0, 0.3, 0.0, 0.9539392014169457], logDensity: -0.69314718055994530942),
  VectorDensityPoint(
    distribution: "LKJCholesky",
    parameters: [2.5],
    x: [1.0, -0.9, 0.0, 0.43588989435406733], logDensity: -2.6549974430701504662),
  VectorDensityPoint(
    distribution: "LKJCholesky",
    parameters: [0.7],
    x: [1.0, 0.2, -0.4, 0.0, 0.9797958971132712, 0.5919600211726014, 0.0, 0.0, 0.699702317656111], logDensity: -1.8781076020933004262),
  VectorDensityPoint(
    distribution: "LKJCholesky",
    parameters: [3.0],
    x: [1.0, 0.2, -0.4, 0.0, 0.9797958971132712, 0.5919600211726014, 0.0, 0.0, 0.699702317656111], logDensity: -1.5581528390412033266),
  VectorDensityPoint(
    distribution: "LKJCholesky",
    parameters: [1.5],
    x: [1.0, 0.1, 0.2, 0.3, 0.0, 0.99498743710662, 0.38191436979850063, 0.47236777317182965, 0.0, 0.0, 0.9022978522314093, 0.3985335426729301, 0.0, 0.0, 0.0, 0.7266634036699872], logDensity: -2.0586373553478946313),
  VectorDensityPoint(
    distribution: "LKJCholesky",
    parameters: [4.0],
    x: [1.0], logDensity: 0.0),
  VectorDensityPoint(
    distribution: "Categorical",
    parameters: [0.2, 0.5, 0.3],
    x: [0.0], logDensity: -1.6094379124341003191),
  VectorDensityPoint(
    distribution: "Categorical",
    parameters: [0.2, 0.5, 0.3],
    x: [1.0], logDensity: -0.69314718055994530942),
  VectorDensityPoint(
    distribution: "Categorical",
    parameters: [0.2, 0.5, 0.3],
    x: [2.0], logDensity: -1.2039728043259360296),
  VectorDensityPoint(
    distribution: "Categorical",
    parameters: [1.0],
    x: [0.0], logDensity: 0.0),
  VectorDensityPoint(
    distribution: "Categorical",
    parameters: [0.0, 1.0],
    x: [1.0], logDensity: 0.0),
  VectorDensityPoint(
    distribution: "Categorical",
    parameters: [1e-12, 0.999999999999],
    x: [0.0], logDensity: -27.631021115928548228),
  VectorDensityPoint(
    distribution: "Categorical",
    parameters: [1e-12, 0.999999999999],
    x: [1.0], logDensity: -9.9997787828037847384e-13),
  VectorDensityPoint(
    distribution: "Categorical",
    parameters: [1e-300, 1.0],
    x: [0.0], logDensity: -690.77552789821370518),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [1.0, 1.0],
    x: [0.5, 0.5], logDensity: 0.0),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [1.0, 1.0],
    x: [0.0, 1.0], logDensity: 0.0),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [1.0, 1.0],
    x: [1.0, 0.0], logDensity: 0.0),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [2.0, 3.0, 1.5],
    x: [0.25, 0.5, 0.25], logDensity: 1.6244612141327148944),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [2.0, 3.0, 1.5],
    x: [1e-10, 0.5, 0.4999999999], logDensity: -19.668521764507878644),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [1.0, 2.0, 3.0],
    x: [0.0, 0.25, 0.75], logDensity: 2.1326860561986482111),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [0.001, 0.001],
    x: [0.5, 0.5], logDensity: -6.2159927502495766503),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [0.001, 0.001],
    x: [1e-300, 1.0], logDensity: 682.48385155330714408),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [0.001, 0.001, 0.001],
    x: [0.25, 0.25, 0.5], logDensity: -11.451847754528655961),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [10000.0, 10000.0, 10000.0],
    x: [0.375, 0.3125, 0.3125], logDensity: -102.80980037595523169),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [10000.0, 10000.0, 10000.0],
    x: [0.25, 0.5, 0.25], logDensity: -1688.701497112164434),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [0.001, 10000.0],
    x: [1e-05, 0.99999], logDensity: 4.5034534445896718327),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [0.001, 10000.0],
    x: [0.25, 0.75], logDensity: -2882.0461029735614311),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [5.0],
    x: [1.0], logDensity: 0.0),
  VectorDensityPoint(
    distribution: "Dirichlet",
    parameters: [10000.0, 10000.0, 10000.0, 10000.0, 10000.0, 10000.0, 10000.0, 10000.0],
    x: [0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125], logDensity: 41.399367507082722062),
  VectorDensityPoint(
    distribution: "MultivariateNormal by covariance",
    parameters: [0.0, 1.0],
    x: [0.0], logDensity: -0.91893853320467274178),
  VectorDensityPoint(
    distribution: "MultivariateNormal by covariance",
    parameters: [0.0, 1.0],
    x: [1.0], logDensity: -1.4189385332046727418),
  VectorDensityPoint(
    distribution: "MultivariateNormal by covariance",
    parameters: [0.0, 1.0],
    x: [40.0], logDensity: -800.91893853320467274),
  VectorDensityPoint(
    distribution: "MultivariateNormal by covariance",
    parameters: [3.0, 1e-200],
    x: [3.0], logDensity: 229.33957076619989567),
  VectorDensityPoint(
    distribution: "MultivariateNormal by covariance",
    parameters: [-2.0, 4000000.0],
    x: [10000.0], logDensity: -21.024841492746755103),
  VectorDensityPoint(
    distribution: "MultivariateNormal by covariance",
    parameters: [0.0, 0.0, 1.0, 0.6, 2.0],
    x: [0.0, 0.0], logDensity: -2.085225187327399019),
  VectorDensityPoint(
    distribution: "MultivariateNormal by covariance",
    parameters: [0.0, 0.0, 1.0, 0.6, 2.0],
    x: [1.0, -1.0], logDensity: -3.3657129922054477652),
  VectorDensityPoint(
    distribution: "MultivariateNormal by covariance",
    parameters: [0.0, 0.0, 1.0, 0.6, 2.0],
    x: [30.0, -40.0], logDensity: -1477.6949812848883344),
  VectorDensityPoint(
    distribution: "MultivariateNormal by covariance",
    parameters: [1.0, 2.0, 1.0, 0.999999, 1.0],
    x: [1.0, 2.0], logDensity: 4.7233048722785035887),
  VectorDensityPoint(
    distribution: "MultivariateNormal by covariance",
    parameters: [1.0, 2.0, 1.0, 0.999999, 1.0],
    x: [1.5, 2.5], logDensity: 4.5983048097784723369),
  VectorDensityPoint(
    distribution: "MultivariateNormal by covariance",
    parameters: [1.0, 2.0, 1.0, 0.999999, 1.0],
    x: [1.0, 2.01], logDensity: -20.276707627007788987),
  VectorDensityPoint(
    distribution: "MultivariateNormal by covariance",
    parameters: [0.0, 0.0, 1e-12, 0.0, 1000000000000.0],
    x: [1e-06, 1000000.0], logDensity: -2.8378770664093454383),
  VectorDensityPoint(
    distribution: "MultivariateNormal by covariance",
    parameters: [1.0, -1.0, 0.5, 2.0, 0.5, 0.25, 3.0, -0.75, 1.0],
    x: [0.0, 0.0, 0.0], logDensity: -4.0023339146115927208),
  VectorDensityPoint(
    distribution: "MultivariateNormal by covariance",
    parameters: [1.0, -1.0, 0.5, 2.0, 0.5, 0.25, 3.0, -0.75, 1.0],
    x: [1.0, 2.0, -3.0], logDensity: -9.8038045028468868384),
  VectorDensityPoint(
    distribution: "MultivariateNormal by Cholesky",
    parameters: [0.0, 1.0],
    x: [0.0], logDensity: -0.91893853320467274178),
  VectorDensityPoint(
    distribution: "MultivariateNormal by Cholesky",
    parameters: [0.0, 1.0],
    x: [-3.0], logDensity: -5.4189385332046727418),
  VectorDensityPoint(
    distribution: "MultivariateNormal by Cholesky",
    parameters: [5.0, 1e-100],
    x: [5.0], logDensity: 229.33957076619989564),
  VectorDensityPoint(
    distribution: "MultivariateNormal by Cholesky",
    parameters: [0.0, 0.0, 1.0, 0.5, 2.0],
    x: [0.0, 0.0], logDensity: -2.531024246969290793),
  VectorDensityPoint(
    distribution: "MultivariateNormal by Cholesky",
    parameters: [0.0, 0.0, 1.0, 0.5, 2.0],
    x: [1.0, -1.0], logDensity: -3.312274246969290793),
  VectorDensityPoint(
    distribution: "MultivariateNormal by Cholesky",
    parameters: [0.0, 0.0, 1.0, 0.5, 2.0],
    x: [30.0, -40.0], logDensity: -830.65602424696929079),
  VectorDensityPoint(
    distribution: "MultivariateNormal by Cholesky",
    parameters: [1.0, 2.0, 1.0, 0.999999, 0.0014142131],
    x: [1.0, 2.0], logDensity: 4.7233049492400233654),
  VectorDensityPoint(
    distribution: "MultivariateNormal by Cholesky",
    parameters: [1.0, 2.0, 1.0, 0.999999, 0.0014142131],
    x: [1.5, 2.5], logDensity: 4.5983048867399824934),
  VectorDensityPoint(
    distribution: "MultivariateNormal by Cholesky",
    parameters: [1.0, 2.0, 1.0, 0.999999, 0.0014142131],
    x: [1.0, 2.01], logDensity: -20.276711398124478124),
  VectorDensityPoint(
    distribution: "MultivariateNormal by Cholesky",
    parameters: [0.0, 0.0, 1e-08, 100000000.0, 1e-08],
    x: [1e-08, 100000000.0], logDensity: 34.503484421495385419),
  VectorDensityPoint(
    distribution: "MultivariateNormal by Cholesky",
    parameters: [1.0, -1.0, 0.5, 1.5, 0.5, 0.25, 2.0, -0.75, 1.0],
    x: [0.0, 0.0, 0.0], logDensity: -4.3137612216154612501),
  VectorDensityPoint(
    distribution: "MultivariateNormal by Cholesky",
    parameters: [1.0, -1.0, 0.5, 1.5, 0.5, 0.25, 2.0, -0.75, 1.0],
    x: [1.0, 2.0, -3.0], logDensity: -7.8007403882821279167),
  VectorDensityPoint(
    distribution: "Ordered Normal",
    parameters: [0.0, 1.0],
    x: [0.0], logDensity: -0.91893853320467274178),
  VectorDensityPoint(
    distribution: "Ordered Normal",
    parameters: [0.0, 1.0],
    x: [-1.0, 1.0], logDensity: -2.1447298858494001741),
  VectorDensityPoint(
    distribution: "Ordered Normal",
    parameters: [0.0, 1.0],
    x: [-40.0, 40.0], logDensity: -1601.1447298858494002),
  VectorDensityPoint(
    distribution: "Ordered Normal",
    parameters: [0.0, 1.0],
    x: [-1.0, 0.0, 2.0], logDensity: -3.4650561303859632245),
  VectorDensityPoint(
    distribution: "Ordered Normal",
    parameters: [0.0, 1.0],
    x: [0.0, 1e-15], logDensity: -1.1447298858494001741),
  VectorDensityPoint(
    distribution: "Ordered Normal",
    parameters: [5.0, 0.001],
    x: [5.0, 5.001], logDensity: 12.170780672114539954),
  VectorDensityPoint(
    distribution: "Ordered Normal",
    parameters: [-1.0, 10000.0],
    x: [-100000.0, 0.0, 100000.0], logDensity: -128.59607726131451143),
  VectorDensityPoint(
    distribution: "Ordered Normal",
    parameters: [0.0, 1.0],
    x: [-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5], logDensity: -4.7099727589712121226),
  VectorDensityPoint(
    distribution: "Ordered Cauchy",
    parameters: [0.0, 1.0],
    x: [0.0, 1.0], logDensity: -2.2894597716988003483),
  VectorDensityPoint(
    distribution: "Ordered Cauchy",
    parameters: [0.0, 1.0],
    x: [-10000000000.0, 10000000000.0], logDensity: -93.6997163109006824),
  VectorDensityPoint(
    distribution: "Ordered Cauchy",
    parameters: [3.0, 0.01],
    x: [2.0, 3.0, 4.0], logDensity: -6.2478003643089034855),
]
