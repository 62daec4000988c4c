import NumericCore
import Testing

@Suite struct SpecialFunctionTests {
  // Made by Tests/Oracles/special_functions.py.
  private static let rows: [(String, [Double], Double)] = [
    ("logGamma", [1e-10], 23.0258509298827352),
    ("logGamma", [0.3], 1.09579799481807556),
    ("logGamma", [1.0], 0.0),
    ("logGamma", [1.5], -0.120782237635245222),
    ("logGamma", [2.0], 0.0),
    ("logGamma", [7.2], 6.95684807988834031),
    ("logGamma", [50.0], 144.565743946344886),
    ("logGamma", [100000.0], 1051287.70897365689),
    ("logGamma", [1000000000000.0], 26631021115915.6516),
    ("digamma", [1e-06], -1000000.57721402001),
    ("digamma", [0.3], -3.50252422220013312),
    ("digamma", [1.0], -0.577215664901532861),
    ("digamma", [3.7], 1.16715353936151144),
    ("digamma", [25.0], 3.19874251285197401),
    ("digamma", [1000000.0], 13.8155100579641908),
    ("digamma", [-0.5], 0.0364899739785765206),
    ("digamma", [-7.3], 4.33730730551005014),
    ("trigamma", [0.0001], 100000001.644693678),
    ("trigamma", [0.3], 12.2453645461077313),
    ("trigamma", [1.0], 1.64493406684822644),
    ("trigamma", [3.7], 0.310037857670038302),
    ("trigamma", [25.0], 0.0408106632572255792),
    ("trigamma", [1000000.0], 1.00000050000016667e-6),
    ("trigamma", [-0.5], 8.93480220054467931),
    ("logBeta", [0.1, 0.2], 2.6809784793469149),
    ("logBeta", [3.0, 5.0], -4.65396035015752337),
    ("logBeta", [0.001, 400.0], 6.90118867010601593),
    ("logBeta", [100000.0, 200000.0], -190958.88527911685),
    ("regularizedGammaP", [0.5, 0.1], 0.34527915398142298),
    ("regularizedGammaQ", [0.5, 0.1], 0.65472084601857702),
    ("regularizedGammaP", [3.0, 2.5], 0.456186884116670482),
    ("regularizedGammaQ", [3.0, 2.5], 0.543813115883329518),
    ("regularizedGammaP", [40.0, 60.0], 0.997451807696386678),
    ("regularizedGammaQ", [40.0, 60.0], 0.00254819230361332241),
    ("regularizedGammaP", [1000.0, 980.0], 0.265604038882180511),
    ("regularizedGammaQ", [1000.0, 980.0], 0.734395961117819489),
    ("regularizedBeta", [0.5, 0.5, 0.2], 0.295167235300866557),
    ("regularizedBeta", [3.0, 7.0, 0.4], 0.768212992000000042),
    ("regularizedBeta", [100.0, 50.0, 0.7], 0.805448166227753486),
    ("normalCDF", [-30.0], 4.90671392714818706e-198),
    ("normalCDF", [-5.0], 2.86651571879193912e-7),
    ("normalCDF", [-1.0], 0.158655253931457051),
    ("normalCDF", [0.0], 0.5),
    ("normalCDF", [0.5], 0.691462461274013104),
    ("normalCDF", [3.0], 0.998650101968369905),
    ("normalLogCDF", [-1000.0], -500007.826694812184),
    ("normalLogCDF", [-40.0], -804.608442013753788),
    ("normalLogCDF", [-5.0], -15.0649983939887257),
    ("normalLogCDF", [-1.0], -1.84102164500926351),
    ("normalLogCDF", [2.0], -0.0230129093289634885),
    ("normalQuantile", [1e-300], -37.0470962993611992),
    ("normalQuantile", [1e-10], -6.3613409024040562),
    ("normalQuantile", [0.02], -2.05374891063182304),
    ("normalQuantile", [0.5], -3.54797738352523934e-49),
    ("normalQuantile", [0.7], 0.524400512708040656),
    ("normalQuantile", [0.999], 3.09023230616781328),
    ("besselJ", [0.0, 1.5], 0.511827671735918129),
    ("besselY", [0.0, 1.5], 0.382448923797758844),
    ("besselI", [0.0, 1.5], 1.64672318977289084),
    ("besselK", [0.0, 1.5], 0.213805562647525737),
    ("scaledBesselI", [0.0, 1.5], 0.367433609054158339),
    ("besselJ", [2.5, 4.0], 0.440884974557341166),
    ("besselY", [2.5, 4.0], 0.0145679476685218008),
    ("besselI", [2.5, 4.0], 4.75762687482347297),
    ("besselK", [2.5, 4.0], 0.0222378976171781035),
    ("scaledBesselI", [2.5, 4.0], 0.0871389758066036656),
    ("besselJ", [10.0, 20.0], 0.186482558023945083),
    ("besselY", [10.0, 20.0], -0.0438946535156583949),
    ("besselI", [10.0, 20.0], 3540200.2090195211),
    ("besselK", [10.0, 20.0], 6.31621452832157976e-9),
    ("scaledBesselI", [10.0, 20.0], 0.0072968964849783255),
    ("logBesselK", [1.5, 900.0], -903.174295534733401),
    ("logBinomialCoefficient", [10.0, 3.0], 4.78749174278204599),
    ("logBinomialCoefficient", [1000.0, 499.0], 689.465263565188507),
    ("logBinomialCoefficient", [5.0, 0.0], 0.0),
    ("stirlingError", [0.5], 0.153426409720027345),
    ("stirlingError", [3.0], 0.0276779256849983391),
    ("stirlingError", [16.0], 0.00520765591960964044),
    ("stirlingError", [10000.0], 8.33333333055555556e-6),
  ]

  private func value(_ name: String, _ x: [Double]) -> Double? {
    switch name {
    case "logGamma": logGamma(x[0])
    case "digamma": digamma(x[0])
    case "trigamma": trigamma(x[0])
    case "logBeta": logBeta(x[0], x[1])
    case "regularizedGammaP": regularizedGammaP(x[0], x[1])
    case "regularizedGammaQ": regularizedGammaQ(x[0], x[1])
    case "regularizedBeta": regularizedBeta(x[0], x[1], x[2])
    case "normalCDF": normalCDF(x[0])
    case "normalLogCDF": normalLogCDF(x[0])
    case "normalQuantile": normalQuantile(x[0])
    case "besselJ": besselJ(x[0], x[1])
    case "besselY": besselY(x[0], x[1])
    case "besselI": besselI(x[0], x[1])
    case "scaledBesselI": scaledBesselI(x[0], x[1])
    case "besselK": besselK(x[0], x[1])
    case "logBesselK": logBesselK(x[0], x[1])
    case "logBinomialCoefficient": logBinomialCoefficient(x[0], x[1])
    case "stirlingError": stirlingError(x[0])
    default: nil
    }
  }

  /// Relative to the value, or to 1e-3 near a root: 1e-12.
  @Test func agreeWithReferenceValues() throws {
    for (name, x, expected) in Self.rows {
      let value = try #require(self.value(name, x))
      let error = abs(value - expected) / max(abs(expected), name.hasPrefix("regular") || name == "normalCDF" ? 1e-300 : 1e-3)
      #expect(error < 1e-12, "\(name)\(x) = \(value), expected \(expected)")
    }
  }

  @Test func outsideOfTheirDomains() {
    #expect(digamma(-2).isNaN && trigamma(0).isNaN && logBeta(-1, 2).isNaN && regularizedBeta(1, 1, 2).isNaN)
    #expect(normalQuantile(0) == -.infinity && normalQuantile(1) == .infinity && normalQuantile(1.5).isNaN)
    #expect(logBinomialCoefficient(3, 5) == -.infinity && besselK(0, -1).isNaN)
    for p in [0.01, 0.3, 0.9] {
      #expect(abs(regularizedBeta(38_000, 2_000, inverseRegularizedBeta(38_000, 2_000, p)) - p) < 1e-9)
    }
  }
}
