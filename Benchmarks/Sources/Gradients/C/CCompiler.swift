import Foundation

/// Compiles C by the system's compiler and loads it.
struct CCompiler {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  typealias Function = @convention(c) (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Double

  /// As the library is built: optimised, for no machine in particular. Sums may be reordered where the code says so.
  private static let flags = [
    "-O3", "-fopenmp-simd", "-fno-math-errno", "-fno-trapping-math", "-fPIC", "-shared", "-w",
  ]

  let folder: URL
  private let root = URL(filePath: #filePath).appending(path: "../../../../..").standardized
  /// Whether another process has compiled what this one loads.
  private let isCompiled: Bool

  /// Builds the library's vector mathematics for the functions to call.
  init() throws {
    isCompiled = false
    folder = FileManager.default.temporaryDirectory
      .appending(path: "gradients-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let sources = root.appending(path: "Sources/CVectorMath")
    let files = try FileManager.default.contentsOfDirectory(at: sources, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "c" }.map(\.path)
    // With the compiler that the package builds it with.
    try run("clang", files + ["-o", folder.appending(path: "libvectormath.so").path, "-lm", "-ldl"])
  }

  /// Loads what another process has compiled.
  init(compiledIn folder: URL) { (self.folder, isCompiled) = (folder, true) }

  func removeFiles() { try? FileManager.default.removeItem(at: folder) }

  /// The text of a hand-written function.
  func baseline(_ name: String) throws -> String {
    try String(contentsOf: root.appending(path: "Benchmarks/Baselines/\(name)"), encoding: .utf8)
  }

  /// Compiles a file that defines `program`.
  func function(_ source: String, named name: String) throws -> Function {
    let library = folder.appending(path: "\(name).so").path
    if !isCompiled {
      let file = folder.appending(path: "\(name).c")
      try source.write(to: file, atomically: true, encoding: .utf8)
      try run("cc", [
        file.path, "-o", library, "-L\(folder.path)", "-Wl,-rpath,\(folder.path)", "-lvectormath", "-lopenblas", "-lm",
      ])
    }
    guard let handle = dlopen(library, RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(handle, "program") else {
      throw Failure(description: String(cString: dlerror()))
    }
    return unsafeBitCast(symbol, to: Function.self)
  }

  private func run(_ compiler: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [compiler] + Self.flags + [
      "-I\(root.path)/Sources/CVectorMath/include", "-I\(root.path)/Benchmarks/Baselines",
    ] + arguments
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let command = "\(compiler) \(arguments.joined(separator: " "))"
      throw Failure(description: "\(command) failed with \(process.terminationStatus)")
    }
  }
}
