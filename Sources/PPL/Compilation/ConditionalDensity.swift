import NumericCore
import Synchronization

/// The log density of some of a static model's continuous sites on the unconstrained space, given values of all others:
/// up to a constant, their full conditional density. The others may be discrete, and may be in scans.
///
/// The values that are given belong to it: one chain's. Copies share them.
public struct ConditionalDensity: DifferentiableLogDensity {
  /// The map of the sites to their coordinates, those of a position in order.
  public let space: SiteSpace
  /// The sites whose values are given.
  public let given: [Variable]
  private let program: Program
  private let data: DataBlock
  private let values: Values
  private let attachments: [Attachments]

  private final class Values: Sendable {
    struct State {
      var version = 0
      var sites: [String: [Double]] = [:]
    }
    let state = Mutex(State())
  }

  /// - Throws: `ModelError`: `unknownSite` and `unsupportedSite` as `SiteSpace`, and where the density depends on a site
  ///   through a Swift closure; `structureMismatch` for a model whose structure depends on drawn values.
  public init<Value>(_ model: Model<Value>, over names: [String]) throws {
    space = try SiteSpace(model, sites: names)
    let instance = try model.instantiate()
    let items = instance.statements.items
    if isDynamic(items.flatMap(\.roots)) {
      throw ModelError.structureMismatch("sites have no conditional density where the structure depends on drawn values")
    }
    let latents = latents(reachedFrom: items.flatMap(\.roots))
    let scope = Scope()
    attachments = [instance.attachments, scope.attachments]
    let dimension = space.dimension
    let own = Set(names)
    program = try Scope.$current.withValue(scope) {
      var (transforms, terms, offset) = ([String: Transform](), [ScoreTerm](), 0)
      for site in try instance.sites(named: names) {
        let transform = Transform(site.distribution.support, shape: site.site.shape, offset: offset)
        transforms[site.path] = transform
        offset += transform.dimension
        terms.append(ScoreTerm(site: site.path, site.distribution.terms(of: transform.value), in: nil))
        if !transform.logJacobian.isEmpty {
          terms.append(ScoreTerm(site: logJacobianName(of: site.path), transform.logJacobian, in: nil))
        }
      }
      for latent in latents where !own.contains(latent.path) {
        let (distribution, draw) = (latent.distribution, latent.draw)
        terms.append(
          ScoreTerm(
            site: latent.path, distribution.terms(of: draw) + distribution.support.terms(of: draw),
            in: latent.site.loops.last))
      }
      terms += scoreTerms(of: items)
      let lowering = try Lowering(terms: terms) { site in
        transforms[site.path].map { .expression($0.value) } ?? .given
      }
      for run in instance.statements.flatMap(\.runs) { try lowering.run(run) }
      let program = lowering.finish(dimension: dimension)
      try scope.finish()
      return program
    }
    given = latents.filter { !own.contains($0.path) }.map {
      Variable(name: $0.path, shape: $0.shape, kind: $0.draw.kind)
    }
    data = DataBlock(program, constants: program.constants.map(\.elements))
    values = Values()
  }

  public var dimension: Int { space.dimension }

  /// Sets the values of all sites that are given, in column-major order.
  ///
  /// - Throws: `ModelError.unknownSite` for a site without values, `shapeMismatch` for another number of them.
  public func setValues(_ values: [String: [Double]]) throws {
    var sites: [String: [Double]] = [:]
    for site in given {
      guard let own = values[site.name] else { throw ModelError.unknownSite(site.name, known: values.keys.sorted()) }
      guard own.count == site.shape.count else {
        throw ModelError.shapeMismatch(
          operation: "the values of `\(site.name)`", shapes: [.vector(own.count), site.shape], location: nil)
      }
      sites[site.name] = own
    }
    self.values.state.withLock {
      $0.version += 1
      $0.sites = sites
    }
  }

  /// The buffers of one thread's evaluations.
  public struct Workspace: @unchecked Sendable {
    fileprivate let execution: Execution
    /// That of the values that are in the buffers.
    fileprivate var version = 0
  }

  public func makeWorkspace() -> Workspace {
    BLAS.configure()
    return Workspace(execution: Execution(program, data: data, lanes: 1, gradient: true))
  }

  /// Puts the values in that are given, where they are new.
  private func prepare(_ workspace: inout Workspace, _ position: Span<Double>) {
    values.state.withLock { state in
      guard state.version != workspace.version else { return }
      workspace.version = state.version
      for (slot, source) in program.inputs {
        guard case .site(let path) = source, let values = state.sites[path] else { continue }
        let to = workspace.execution.pointer(to: slot)
        for (i, value) in values.enumerated() { to[i] = value }
      }
    }
    workspace.execution.move(to: position)
  }

  public func logDensity(at position: Span<Double>, workspace: inout Workspace) -> Double {
    prepare(&workspace, position)
    workspace.execution.forward()
    return workspace.execution.total()
  }

  public func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>, workspace: inout Workspace
  ) -> Double {
    prepare(&workspace, position)
    workspace.execution.forwardAndReverse()
    workspace.execution.copyGradient(to: &gradient)
    return workspace.execution.total()
  }
}
