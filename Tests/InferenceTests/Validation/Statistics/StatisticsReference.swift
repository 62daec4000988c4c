import Testing

/// One row of reference values; `StatisticsReferenceTests` says what they are.
struct StatisticsRow: Sendable, CustomTestStringConvertible {
  let name: String
  let values: [Double]
  var testDescription: String { "\(name) \(values)" }

  init(_ name: String, _ values: [Double]) { (self.name, self.values) = (name, values) }

  /// The numbers that the oracle tests.
  static func draws(_ n: Double, shift: Double = 0, scale: Double = 1) -> [Double] {
    (1...Int(n)).map { i in
      let u = Double(i * 648055 % (1 << 20)) / Double(1 << 20)
      let centred = 2 * u - 1
      return scale * (centred * centred * centred) + shift
    }
  }

  // Made by Tests/Oracles/statistics.py.
  static let all = [
    StatisticsRow("mean", [20.0, 0.0, -0.25803203710954525, 0.7963821821617673]),
    StatisticsRow("mean", [200.0, 0.1, -3.611835222158263, 0.0003040377395555866]),
    StatisticsRow("mean", [5000.0, -0.02, 3.7259135143128677, 0.00019460912726349322]),
    StatisticsRow("two means", [30.0, 50.0, 0.1, -0.7422974203936544, 0.45790715441277885]),
    StatisticsRow("two means", [400.0, 300.0, -0.4, 10.639685445653052, 1.947858062791557e-26]),
    StatisticsRow("estimate", [0.5, 0.6170750774519738]),
    StatisticsRow("estimate", [4.5, 6.795346249460107e-06]),
    StatisticsRow("estimate", [10.0, 1.523970604832094e-23]),
    StatisticsRow("estimate", [37.0, 1.1451142445047853e-299]),
    StatisticsRow("chi-squared law", [0.3, 1.0, 0.583882420770365]),
    StatisticsRow("chi-squared law", [11.0, 9.0, 0.27570893677222197]),
    StatisticsRow("chi-squared law", [80.0, 9.0, 1.61613141565346e-13]),
    StatisticsRow("chi-squared law", [700.0, 19.0, 3.5937063026613934e-136]),
    StatisticsRow("chi-squared law", [1200.0, 1000.0, 1.2255942330622893e-05]),
    StatisticsRow("chi-squared law", [2500.0, 1000.0, 2.1059268048474495e-129]),
    StatisticsRow("chi-squared law", [30.0, 99.0, 0.9999999999983358]),
    StatisticsRow("chi-squared", [10.38, 0.03449072218435475]),
    StatisticsRow("homogeneity", [28.6780303030303, 6.999253281507323e-05, 6.0]),
    StatisticsRow("binomial", [3.0, 10.0, 0.5, 0.171875, 0.9453125]),
    StatisticsRow("binomial", [0.0, 20.0, 0.01, 0.8179069375972309, 1.0]),
    StatisticsRow("binomial", [20.0, 20.0, 0.3, 1.0, 3.4867844009999975e-11]),
    StatisticsRow("binomial", [900.0, 1000.0, 0.5, 1.0, 6.701717790006182e-162]),
    StatisticsRow("binomial", [40.0, 100000.0, 0.0001, 0.9999999999998231, 7.30942790977661e-13]),
    StatisticsRow("binomial", [510000.0, 1000000.0, 0.5, 1.0, 2.772181643854259e-89]),
    StatisticsRow("binomial", [499000.0, 1000000.0, 0.5, 0.0228041499326948, 0.9773038320453267]),
    StatisticsRow("kolmogorov", [1.0, 0.6, 0.8]),
    StatisticsRow("kolmogorov", [1.0, 0.9, 0.19999999999999996]),
    StatisticsRow("kolmogorov", [2.0, 0.42426406871192845, 0.7570562748477142]),
    StatisticsRow("kolmogorov", [2.0, 0.6363961030678927, 0.26441558772842894]),
    StatisticsRow("kolmogorov", [2.0, 0.8485281374238569, 0.045887450304571954]),
    StatisticsRow("kolmogorov", [5.0, 0.13416407864998736, 0.9998212772701431]),
    StatisticsRow("kolmogorov", [5.0, 0.2683281572999747, 0.7836692682117719]),
    StatisticsRow("kolmogorov", [5.0, 0.40249223594996214, 0.3023001977971165]),
    StatisticsRow("kolmogorov", [5.0, 0.5366563145999494, 0.07107678230606948]),
    StatisticsRow("kolmogorov", [5.0, 0.7155417527999327, 0.004089054214687797]),
    StatisticsRow("kolmogorov", [20.0, 0.06708203932499368, 0.9999223692438118]),
    StatisticsRow("kolmogorov", [20.0, 0.13416407864998736, 0.8184093562059918]),
    StatisticsRow("kolmogorov", [20.0, 0.20124611797498107, 0.3454975529080021]),
    StatisticsRow("kolmogorov", [20.0, 0.2683281572999747, 0.09223025450588529]),
    StatisticsRow("kolmogorov", [20.0, 0.35777087639996635, 0.008489188319532603]),
    StatisticsRow("kolmogorov", [20.0, 0.5590169943749475, 2.0438554462966623e-06]),
    StatisticsRow("kolmogorov", [100.0, 0.03, 0.9999692479033473]),
    StatisticsRow("kolmogorov", [100.0, 0.06, 0.8428847956274123]),
    StatisticsRow("kolmogorov", [100.0, 0.09, 0.37063202558632835]),
    StatisticsRow("kolmogorov", [100.0, 0.12, 0.1033037490181987]),
    StatisticsRow("kolmogorov", [100.0, 0.16, 0.010543506724453174]),
    StatisticsRow("kolmogorov", [100.0, 0.25, 5.408871776434847e-06]),
    StatisticsRow("kolmogorov", [100.0, 0.5, 1.2131434371817858e-23]),
    StatisticsRow("kolmogorov", [140.0, 0.025354627641855497, 0.9999736451248569]),
    StatisticsRow("kolmogorov", [140.0, 0.050709255283710994, 0.8461062544735598]),
    StatisticsRow("kolmogorov", [140.0, 0.0760638829255665, 0.3739412539902938]),
    StatisticsRow("kolmogorov", [140.0, 0.10141851056742199, 0.10468682507194148]),
    StatisticsRow("kolmogorov", [140.0, 0.13522468075656266, 0.01077801009055065]),
    StatisticsRow("kolmogorov", [140.0, 0.21128856368212914, 5.807997673785573e-06]),
    StatisticsRow("kolmogorov", [140.0, 0.4225771273642583, 3.4655579885233975e-23]),
    StatisticsRow("kolmogorov, large", [141.0, 0.03368607684266076, 0.9956279094470666]),
    StatisticsRow("kolmogorov, large", [141.0, 0.05895063447465632, 0.6887100401465364]),
    StatisticsRow("kolmogorov, large", [141.0, 0.0842151921066519, 0.2553544927215675]),
    StatisticsRow("kolmogorov, large", [141.0, 0.11790126894931265, 0.036454276766098026]),
    StatisticsRow("kolmogorov", [141.0, 0.13474430737064305, 0.010782502579705781]),
    StatisticsRow("kolmogorov", [141.0, 0.2526455763199557, 2.0282471365668938e-08]),
    StatisticsRow("kolmogorov", [141.0, 0.6737215368532152, 8.852155062931799e-64]),
    StatisticsRow("kolmogorov, large", [1000.0, 0.012649110640673518, 0.9966370622170081]),
    StatisticsRow("kolmogorov, large", [1000.0, 0.022135943621178655, 0.7025814740323034]),
    StatisticsRow("kolmogorov, large", [1000.0, 0.03162277660168379, 0.2644092421903177]),
    StatisticsRow("kolmogorov, large", [1000.0, 0.04427188724235731, 0.03849503290830236]),
    StatisticsRow("kolmogorov", [1000.0, 0.05059644256269407, 0.011534825282457833]),
    StatisticsRow("kolmogorov", [1000.0, 0.09486832980505139, 2.7683606440184413e-08]),
    StatisticsRow("kolmogorov", [1000.0, 0.25298221281347033, 6.769809042901812e-57]),
    StatisticsRow("kolmogorov, large", [100000.0, 0.0012649110640673518, 0.9971387516209209]),
    StatisticsRow("kolmogorov, large", [100000.0, 0.0022135943621178654, 0.7103590139072922]),
    StatisticsRow("kolmogorov, large", [100000.0, 0.003162277660168379, 0.269435312462768]),
    StatisticsRow("kolmogorov, large", [100000.0, 0.004427188724235731, 0.03956460408944951]),
    StatisticsRow("kolmogorov", [100000.0, 0.005059644256269407, 0.01191158659878191]),
    StatisticsRow("kolmogorov", [100000.0, 0.009486832980505138, 3.02582317155749e-08]),
    StatisticsRow("kolmogorov", [100000.0, 0.02529822128134703, 4.968496715971627e-56]),
    StatisticsRow("kolmogorov limit", [0.2, 0.999999999999495]),
    StatisticsRow("kolmogorov limit", [0.5, 0.9639452436648751]),
    StatisticsRow("kolmogorov limit", [0.9, 0.3927307079406543]),
    StatisticsRow("kolmogorov limit", [1.01, 0.25943416909359746]),
    StatisticsRow("kolmogorov limit", [1.5, 0.022217962616525127]),
    StatisticsRow("kolmogorov limit", [3.0, 3.045995948942526e-08]),
    StatisticsRow("kolmogorov limit", [10.0, 2.767793053473475e-87]),
    StatisticsRow("one sample", [15.0, 0.0, 0.22838038437165598, 0.3589178376979717]),
    StatisticsRow("one sample", [60.0, 0.3, 0.4276933173311647, 1.7606526706312157e-10]),
    StatisticsRow("one sample", [500.0, 0.02, 0.157906334713449, 2.3450515772435564e-11]),
    StatisticsRow("two samples", [7.0, 5.0, 0.1, 0.45714285714285713, 0.43434343434343425]),
    StatisticsRow("two samples", [20.0, 31.0, 0.4, 0.6241935483870967, 5.6645200160809596e-05]),
    StatisticsRow("two samples", [200.0, 150.0, 0.05, 0.28833333333333333, 9.250735617012749e-07]),
    StatisticsRow("two samples", [100.0, 100.0, 1.0, 0.78, 2.485563277850393e-30]),
  ]
}
