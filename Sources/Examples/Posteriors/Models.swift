import Inference
import PPL

/// The values of a posterior, by the names of the reference.
struct Named: RandomElements, Sendable {
  let randomElements: [(name: String, element: AnyRandom)]

  init(_ values: KeyValuePairs<String, any RealArgument>) {
    randomElements = values.map { ($0.key, $0.value.argument) }
  }
}

/// A model of a reference's data, by the reference's name; nil where there is none.
func model(of reference: Reference) throws -> Model<Named>? {
  switch reference.name {
  case "eight_schools-eight_schools_noncentered": try eightSchools(reference)
  case "kidiq-kidscore_momhsiq": try kidScore(reference)
  case "earnings-logearn_interaction": try logEarnings(reference, interaction: true)
  case "earnings-logearn_logheight_male": try logEarnings(reference, interaction: false)
  case "mesquite-mesquite": try mesquite(reference)
  case "nes2000-nes": try nes(reference)
  case "sblri-blr": try linearRegression(reference)
  case "diamonds-diamonds": try diamonds(reference)
  case "own-wells": try wells(reference)
  case "own-radon": try radon(reference)
  case "own-rats": try rats(reference)
  case "own-seeds": try seeds(reference)
  case "arK-arK": try autoregression(reference)
  case "garch-garch11": try garch(reference)
  case "gp_pois_regr-gp_regr": try gaussianProcess(reference)
  case "low_dim_gauss_mix-low_dim_gauss_mix": try mixture(reference)
  case "bball_drive_event_0-hmm_drive_0": try hiddenMarkov(reference)
  case "hudson_lynx_hare-lotka_volterra": try predatorPrey(reference)
  default: nil
  }
}

/// Where chains start: at random, but where a chain from afar may stay in another mode than the reference, or what it
/// starts from is far from anything seen.
func start(of reference: Reference) throws -> Start {
  switch reference.name {
  // One wide component over both groups; the means start at the quartiles of the data.
  case "low_dim_gauss_mix-low_dim_gauss_mix":
    .values(["mu": Diagnostics.quantiles(try reference.doubles("y"), [0.25, 0.75])])
  // The reference is of the mode in which both states last, and starts there.
  case "bball_drive_event_0-hmm_drive_0":
    .values([
      "theta1": [0.99, 0.01], "theta2": [0.03, 0.97], "phi1": [1.8], "phiStep": [4.9], "lambda1": [0.028],
      "lambdaStep": [0.047],
    ])
  // About where the priors are.
  case "hudson_lynx_hare-lotka_volterra":
    .values(["rates": [1, 1], "effects": [0.05, 0.05], "z_init": try reference.doubles("y_init")])
  default: .random
  }
}
