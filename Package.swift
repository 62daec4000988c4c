// swift-tools-version: 6.1
import PackageDescription

extension Target {
  /// An example executable: a folder of `Sources/Examples`.
  static func example(_ name: String, path: String, exclude: [String] = []) -> Target {
    .executableTarget(
      name: name,
      dependencies: [
        "CommandSupport", "PPL", "Inference", "NumericCore",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Examples/\(path)", exclude: exclude)
  }

  /// One of those that use Gaussian processes.
  static func gaussianProcessExample(_ name: String, path: String) -> Target {
    let target = example(name, path: path)
    target.dependencies.append("GP")
    return target
  }
}

let package = Package(
  name: "swift-borel",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "PPL", targets: ["PPL"]),
    .library(name: "Inference", targets: ["Inference"]),
    .library(name: "GP", targets: ["GP"]),
    // Its module may not be called as the library's, but for the case of its letters.
    .executable(name: "gp", targets: ["gaussian-process"]),
  ],
  traits: [
    .trait(name: "Mutations", description: "Faults that tests of the tests can activate; for `make laws` alone.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.2.0"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(
      name: "CGSL", pkgConfig: "gsl",
      providers: [.apt(["libgsl-dev"]), .brew(["gsl"])]),
    .target(
      name: "CVectorMath",
      linkerSettings: [
        .linkedLibrary("m", .when(platforms: [.linux])), .linkedLibrary("dl", .when(platforms: [.linux])),
        .linkedFramework("Accelerate", .when(platforms: [.macOS])),
      ]),
    .target(
      name: "NumericCore", dependencies: ["CVectorMath", "COpenBLAS", "CGSL"],
      swiftSettings: [.define("MUTATIONS", .when(traits: ["Mutations"]))]),
    .target(
      name: "PPL", dependencies: ["NumericCore", .product(name: "HashTreeCollections", package: "swift-collections")]),
    .target(name: "Inference", dependencies: ["PPL", "NumericCore"]),
    .target(name: "GP", dependencies: ["PPL", "Inference", "NumericCore"]),
    .target(name: "LawCatalogue", dependencies: ["PPL", "Inference", "NumericCore"], path: "Sources/Laws/Catalogue"),
    .executableTarget(
      name: "laws",
      dependencies: [
        "LawCatalogue", "Inference", "NumericCore", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Laws/Command"),
    // What the examples have in common.
    .target(name: "CommandSupport", path: "Sources/Examples/Support"),
    .example("eight-schools", path: "EightSchools"),
    .example("regression", path: "Regression", exclude: ["mammals.csv"]),
    .example("posteriors", path: "Posteriors"),
    .example("coal-mining", path: "CoalMining"),
    .example("mixture", path: "Mixture"),
    .example("population-dynamics", path: "PopulationDynamics"),
    .example("stochastic-volatility", path: "StochasticVolatility", exclude: ["crude_oil.csv"]),
    .gaussianProcessExample("gaussian-process", path: "GaussianProcess"),
    .gaussianProcessExample("functional-tensor", path: "FunctionalTensor"),
    .gaussianProcessExample("inverse-pde", path: "InversePDE"),
    .gaussianProcessExample("multiscale-pde", path: "MultiscalePDE"),
    .gaussianProcessExample("dynamic-network", path: "DynamicNetwork"),
    .testTarget(name: "NumericCoreTests", dependencies: ["NumericCore"]),
    .testTarget(name: "PPLTests", dependencies: ["PPL", "Inference", "NumericCore"]),
    .testTarget(name: "InferenceTests", dependencies: ["Inference", "PPL", "NumericCore"]),
    .testTarget(name: "LawTests", dependencies: ["LawCatalogue", "Inference", "PPL", "NumericCore"]),
    .testTarget(name: "GPTests", dependencies: ["GP", "PPL", "Inference", "NumericCore"]),
    .testTarget(
      name: "ExamplesTests",
      dependencies: [
        "eight-schools", "regression", "posteriors", "coal-mining", "mixture", "population-dynamics",
        "stochastic-volatility", "gaussian-process", "functional-tensor", "inverse-pde", "multiscale-pde",
        "dynamic-network",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
