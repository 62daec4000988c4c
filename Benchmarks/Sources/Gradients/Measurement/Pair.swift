import Foundation
import PPL

/// One density twice: by the library, and in C.
struct Pair {
  let name: String
  let stan: Double?
  let function: CCompiler.Function
  let density: ModelDensity
  private var workspace: ModelDensity.Workspace
  private let position: [Double]
  private var gradient: [Double]

  struct Disagreement: Error, CustomStringConvertible {
    let description: String
  }

  init(_ named: NamedProgram, index: Int, compiler: CCompiler) throws {
    let compiled = try CompiledModel(named.model)
    let offsets = Dictionary(uniqueKeysWithValues: compiled.inferredSites.map { ($0.path, $0.range.lowerBound) })
    let source: String
    switch named.source {
    case .written(let baseline, let tables):
      let data = tables.map { name, values in
        "double \(name)[\(values.count)] = {\(values.map { "\($0)" }.joined(separator: ","))};\n"
      }
      let constants = offsets.map { "enum { at_\($0.replacing("/", with: "_")) = \($1) };\n" }
      source = "#include \"program.h\"\n" + (data + constants).joined() + (try compiler.baseline(baseline))
    case .generated(let program): source = CWriter.source(of: CGraph(program, offsets: offsets))
    }
    (name, stan) = (named.name, named.stan)
    function = try compiler.function(source, named: "p\(index)")
    density = compiled.density
    workspace = density.makeWorkspace()
    var stream = RandomStream(RandomKey(seed: 3).child("position"))
    position = (0..<density.dimension).map { _ in 0.6 * stream.uniform() - 0.3 }
    gradient = Array(repeating: 0, count: density.dimension)
  }

  /// Throws unless value and gradient agree to 1e-9 of the larger of 1 and their size.
  mutating func check() throws {
    let value = runLibrary(1)
    var other = gradient
    let otherValue = function(position, &other)
    for (i, (a, b)) in zip([value] + gradient, [otherValue] + other).enumerated()
    where !(abs(a - b) <= 1e-9 * max(1, abs(a))) {
      let label = i == 0 ? "the value" : "derivative \(i - 1)"
      throw Disagreement(description: "\(name): \(label) is \(a), in C \(b)")
    }
  }

  /// Evaluates the library's density.
  @inline(never) mutating func runLibrary(_ count: Int) -> Double {
    let (density, position) = (density, position)
    var workspace = workspace
    var total = 0.0
    var span = gradient.mutableSpan
    for _ in 0..<count {
      total += density.logDensity(at: position.span, gradient: &span, workspace: &workspace)
    }
    return total
  }

  /// Evaluates the C function.
  @inline(never) mutating func runC(_ count: Int) -> Double {
    let (function, position) = (function, position)
    return gradient.withUnsafeMutableBufferPointer { gradient in
      guard let g = gradient.baseAddress else { return 0 }
      var total = 0.0
      for _ in 0..<count { total += function(position, g) }
      return total
    }
  }
}
