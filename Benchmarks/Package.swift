// swift-tools-version: 6.1
import PackageDescription

// A package of its own: the library's users need none of it.
let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "swift-borel", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  ],
  targets: [
    // What benchmarks have in common.
    .target(
      name: "Measures", dependencies: [.product(name: "Inference", package: "swift-borel")], path: "Sources/Measures"),
    .executableTarget(
      name: "gradients",
      dependencies: [
        .product(name: "PPL", package: "swift-borel"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Gradients"),
    .executableTarget(
      name: "state-space",
      dependencies: [
        "Measures",
        .product(name: "PPL", package: "swift-borel"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/StateSpace"),
    .executableTarget(
      name: "tempering",
      dependencies: [
        "Measures",
        .product(name: "Inference", package: "swift-borel"), .product(name: "PPL", package: "swift-borel"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Tempering"),
    .executableTarget(
      name: "growth",
      dependencies: [
        "Measures",
        .product(name: "Inference", package: "swift-borel"), .product(name: "PPL", package: "swift-borel"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Growth"),
    .executableTarget(
      name: "peers",
      dependencies: [
        "Measures",
        .product(name: "Inference", package: "swift-borel"), .product(name: "PPL", package: "swift-borel"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Peers"),
    .executableTarget(
      name: "collocation",
      dependencies: [
        "Measures",
        .product(name: "GP", package: "swift-borel"), .product(name: "Inference", package: "swift-borel"),
        .product(name: "PPL", package: "swift-borel"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Collocation"),
    .executableTarget(
      name: "network-growth",
      dependencies: [
        "Measures",
        .product(name: "GP", package: "swift-borel"), .product(name: "Inference", package: "swift-borel"), .product(name: "PPL", package: "swift-borel"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/NetworkGrowth"),
    .executableTarget(
      name: "series-growth",
      dependencies: [
        "Measures",
        .product(name: "GP", package: "swift-borel"), .product(name: "PPL", package: "swift-borel"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/SeriesGrowth"),
    .executableTarget(
      name: "tensor-growth",
      dependencies: [
        "Measures",
        .product(name: "GP", package: "swift-borel"), .product(name: "Inference", package: "swift-borel"), .product(name: "PPL", package: "swift-borel"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/TensorGrowth"),
  ],
  swiftLanguageModes: [.v6]
)
