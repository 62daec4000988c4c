import NumericCore
import Testing

@Suite struct SpecialFunctionTests {
  private static let functions: [String: @Sendable ([Double]) -> Double] = [
    "logGamma": { logGamma($0[0]) },
    "digamma": { digamma($0[0]) },
    "trigamma": { trigamma($0[0]) },
    "polygamma": { polygamma(Int($0[0]), $0[1]) },
    "logBeta": { logBeta($0[0], $0[1]) },
    "logBinomialCoefficient": { logBinomialCoefficient($0[0], $0[1]) },
    "logRisingFactorial": { logRisingFactorial($0[0], $0[1]) },
    "stirlingError": { stirlingError($0[0]) },
    "regularizedGammaP": { regularizedGammaP($0[0], $0[1]) },
    "regularizedGammaQ": { regularizedGammaQ($0[0], $0[1]) },
    "logRegularizedGammaP": { logRegularizedGammaP($0[0], $0[1]) },
    "logRegularizedGammaQ": { logRegularizedGammaQ($0[0], $0[1]) },
    "regularizedBeta": { regularizedBeta($0[0], $0[1], $0[2]) },
    "normalCDF": { normalCDF($0[0]) },
    "normalLogCDF": { normalLogCDF($0[0]) },
    "normalQuantile": { normalQuantile($0[0]) },
    "scaledErfc": { scaledErfc($0[0]) },
    "logErfc": { logErfc($0[0]) },
    "inverseErf": { inverseErf($0[0]) },
    "inverseErfc": { inverseErfc($0[0]) },
    "besselJ": { besselJ($0[0], $0[1]) },
    "besselY": { besselY($0[0], $0[1]) },
    "besselI": { besselI($0[0], $0[1]) },
    "scaledBesselI": { scaledBesselI($0[0], $0[1]) },
    "besselK": { besselK($0[0], $0[1]) },
    "scaledBesselK": { scaledBesselK($0[0], $0[1]) },
    "logBesselK": { logBesselK($0[0], $0[1]) },
    "lambertW": { lambertW($0[0]) },
    "lambertWMinusOne": { lambertWMinusOne($0[0]) },
    "log1mExp": { log1mExp($0[0]) },
  ]

  /// Near a root these are held to an absolute error.
  private static let haveRoots: Set = [
    "logGamma", "digamma", "logBeta", "stirlingError", "besselJ", "besselY", "logBesselK",
  ]

  /// To 1e-12 of the value, or of 1e-3 near a root. Where a and b of an incomplete beta function are 1e10, to 1e-10.
  @Test func agreeWithReferenceValues() throws {
    for (name, x, expected) in specialFunctionPoints {
      let function = try #require(Self.functions[name])
      let value = function(x)
      let scale = max(abs(expected), Self.haveRoots.contains(name) ? 1e-3 : 1e-300)
      let error = abs(value - expected) / scale
      #expect(error < (x[0] >= 1e10 && x.count == 3 ? 1e-10 : 1e-12), "\(name)\(x) = \(value), expected \(expected)")
    }
    #expect(Set(specialFunctionPoints.map(\.name)) == Set(Self.functions.keys))
  }

  @Test func areNotANumberOutsideOfTheirDomains() {
    let outside: [(String, [Double])] = [
      ("digamma", [-2]), ("trigamma", [0]), ("polygamma", [-1, 1]), ("polygamma", [2, 0]), ("polygamma", [3, -1.5]),
      ("logBeta", [-1, 2]), ("logRisingFactorial", [0, 2]), ("regularizedGammaP", [0, 1]),
      ("regularizedGammaQ", [0, 1]),
      ("regularizedGammaP", [1, -1]), ("regularizedGammaQ", [1, -1]), ("logRegularizedGammaP", [1, -1]),
      ("logRegularizedGammaQ", [-1, 1]), ("regularizedBeta", [1, 1, 2]), ("regularizedBeta", [0, 1, 0.5]),
      ("normalQuantile", [1.5]), ("inverseErf", [1.1]), ("inverseErfc", [-0.1]), ("inverseErfc", [2.1]),
      ("besselJ", [1, -1]), ("besselJ", [-1, 1]), ("besselY", [1, 0]), ("besselI", [-1, 1]), ("besselI", [0, -1]),
      ("scaledBesselI", [-1, 100]), ("besselK", [0, -1]), ("scaledBesselK", [-1, 1]), ("logBesselK", [1, 0]),
      ("lambertW", [-0.4]), ("lambertWMinusOne", [-0.4]), ("lambertWMinusOne", [0.1]), ("log1mExp", [0.1]),
    ]
    for (name, x) in outside { #expect(Self.functions[name]?(x).isNaN == true, "\(name)\(x)") }
    for (name, function) in Self.functions where name != "polygamma" {
      let arguments = specialFunctionPoints.first { $0.name == name }?.arguments ?? []
      for i in arguments.indices {
        var x = arguments
        x[i] = .nan
        #expect(function(x).isNaN, "\(name)\(x)")
      }
    }
  }

  @Test func specialValues() {
    let infinity = Double.infinity
    let values: [(String, [Double], Double)] = [
      ("logGamma", [0], infinity), ("logBinomialCoefficient", [3, 5], -infinity), ("polygamma", [2, infinity], 0),
      ("polygamma", [300, 1], -infinity), ("polygamma", [3, 1e-200], infinity),
      ("normalQuantile", [0], -infinity), ("normalQuantile", [0.5], 0), ("normalQuantile", [1], infinity),
      ("normalLogCDF", [-infinity], -infinity), ("normalLogCDF", [infinity], 0),
      ("scaledErfc", [infinity], 0), ("scaledErfc", [-27], infinity), ("scaledErfc", [-infinity], infinity),
      ("logErfc", [infinity], -infinity), ("inverseErf", [-1], -infinity), ("inverseErf", [1], infinity),
      ("inverseErf", [0], 0), ("inverseErfc", [0], infinity), ("inverseErfc", [2], -infinity), ("inverseErfc", [1], 0),
      ("regularizedGammaP", [2, 0], 0), ("regularizedGammaP", [2, infinity], 1),
      ("regularizedGammaQ", [2, infinity], 0), ("logRegularizedGammaP", [2, 0], -infinity),
      ("logRegularizedGammaP", [2, infinity], 0), ("logRegularizedGammaQ", [2, infinity], -infinity),
      ("regularizedBeta", [200, 300, 0], 0), ("regularizedBeta", [200, 300, 1], 1),
      ("besselJ", [0, 0], 1), ("besselJ", [2, 0], 0), ("besselJ", [2, infinity], 0), ("besselY", [2, infinity], 0),
      ("besselI", [0, 0], 1), ("besselI", [0, 1e4], infinity), ("besselI", [1, infinity], infinity),
      ("scaledBesselI", [1, infinity], 0), ("besselK", [1, 1e4], 0), ("besselK", [300, 1e-3], infinity),
      ("scaledBesselK", [1, infinity], 0), ("logBesselK", [1, infinity], -infinity),
      ("lambertW", [0], 0), ("lambertW", [infinity], infinity), ("lambertW", [-0.36787944117144233], -1),
      ("lambertWMinusOne", [-0.36787944117144233], -1), ("lambertWMinusOne", [0], -infinity),
      ("log1mExp", [0], -infinity), ("log1mExp", [-infinity], 0),
    ]
    for (name, x, expected) in values { #expect(Self.functions[name]?(x) == expected, "\(name)\(x)") }
  }

  @Test func inversesInvert() {
    for p in [0.01, 0.3, 0.9] {
      #expect(abs(regularizedBeta(38_000, 2_000, inverseRegularizedBeta(38_000, 2_000, p)) - p) < 1e-9)
    }
  }

  @Test func sumsOfExponentials() {
    #expect(logSumExp([Double]()) == -.infinity && logSumExp([-.infinity, -.infinity]) == -.infinity)
    #expect(logSumExp([.infinity, 1]) == .infinity && logSumExp([.infinity, .nan]).isNaN && logSumExp([3]) == 3)
    #expect(abs(logSumExp([1000, 1000, 1000]) - 1001.0986122886681) < 1e-12)
    #expect(abs(logSumExp([-2000, -2001]) - logAddExp(-2000, -2001)) < 1e-12)
    #expect(abs(logSumExp([0.1, 0.2, 0.3][1...]) - 0.9443966600735709) < 1e-13)
  }
}
