// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "swift-borel",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "PPL", targets: ["PPL"]),
    .library(name: "Inference", targets: ["Inference"]),
    .library(name: "GP", targets: ["GP"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
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
    .target(name: "NumericCore", dependencies: ["CVectorMath", "COpenBLAS", "CGSL"]),
    .target(name: "PPL", dependencies: ["NumericCore"]),
    .target(
      name: "Inference",
      dependencies: ["PPL", "NumericCore", .product(name: "Collections", package: "swift-collections")]),
    .target(name: "GP", dependencies: ["PPL", "Inference", "NumericCore"]),
    .testTarget(name: "NumericCoreTests", dependencies: ["NumericCore"]),
    .testTarget(name: "PPLTests", dependencies: ["PPL", "NumericCore"]),
    .testTarget(name: "InferenceTests", dependencies: ["Inference", "PPL", "NumericCore"]),
    .testTarget(name: "GPTests", dependencies: ["GP", "NumericCore"]),
  ],
  swiftLanguageModes: [.v6]
)
