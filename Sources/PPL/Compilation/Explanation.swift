/// What a model is made of, before anything is run: its sites, and what gradient-based inference does with each.
public struct Explanation: Sendable, CustomStringConvertible {
  public enum Role: Sendable, Equatable {
    /// Inferred, by the gradient of the log density.
    case gradient
    /// Discrete, and summed out of the density.
    case summedOut
    /// No score depends on it: drawn forward, given the others.
    case forward
    /// Data: a score.
    case observed
    /// Drawn where predictions are asked for.
    case predicted
    /// A score without a distribution.
    case factor
    /// What gradient-based inference cannot take, and why.
    case refused(String)
  }

  public struct Row: Sendable, Equatable {
    public let site: String
    public let distribution: String
    public let shape: Shape
    public let support: String
    public let role: Role
    public let location: SourceLocation?
    /// The site is a measure without a finite mass: it may not be dropped, as a probability may.
    public let isImproper: Bool
  }

  public let rows: [Row]
  /// Whether the structure depends on drawn values, so that the model is run particle by particle.
  public let isDynamic: Bool

  public var description: String {
    let cells =
      [["site", "distribution", "shape", "support", "role", "at"]]
      + rows.map { row in
        [
          row.site, row.distribution + (row.isImproper ? " (improper)" : ""), row.shape.description, row.support,
          row.role.text, row.location?.description ?? "",
        ]
      }
    let widths = cells[0].indices.map { i in cells.map { $0[i].count }.max() ?? 0 }
    let lines = cells.map { row in
      var line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
    let kind = isDynamic ? "dynamic: run particle by particle" : "static: compiled, any number of lanes"
    return (lines + ["", kind]).joined(separator: "\n")
  }
}

extension Explanation.Role {
  var text: String {
    switch self {
    case .gradient: "gradient"
    case .summedOut: "summed out"
    case .forward: "drawn forward"
    case .observed: "observed"
    case .predicted: "predicted"
    case .factor: "factor"
    case .refused(let reason): "refused: \(reason)"
    }
  }
}

extension Model {
  /// The sites of the model and their roles.
  ///
  /// - Throws: `ModelError` where the model is ill-formed.
  public func explain() throws -> Explanation {
    let instance = try instantiate()
    return try withExtendedLifetime(instance.attachments) { try instance.explain() }
  }
}

extension Instance {
  fileprivate func explain() throws -> Explanation {
    let scored = statements.flatMap(\.dependencies)
    let returned = try elements(of: value).map(\.element)
    let inferred = Set(latents(reachedFrom: scored).map(\.path))
    var rows = latents(reachedFrom: scored + returned).map { site in
      var role = Explanation.Role.forward
      if inferred.contains(site.path) {
        let isSummed = marginalised.contains(site.path)
        role = !site.distribution.support.isDiscrete ? .gradient
          : isSummed ? .summedOut : .refused("a discrete latent has no gradient")
      } else if site.distribution.isImproper {
        role = .refused("an improper latent that reaches no score")
      }
      return Explanation.Row(
        site: site.path, distribution: site.distribution.name, shape: site.shape,
        support: site.distribution.support.name, role: role, location: site.location,
        isImproper: site.distribution.isImproper)
    }
    rows += statements.flatMap { $0.explained(in: Placement()) }
    return Explanation(rows: rows, isDynamic: isDynamic(scored + returned))
  }
}

extension Statement {
  /// The rows of what scores.
  fileprivate func explained(in placement: Placement) -> [Explanation.Row] {
    switch content {
    case .observe(let observation):
      return [
        Explanation.Row(
          site: observation.path, distribution: observation.distribution.name,
          shape: placement.stacked(observation.data.shape), support: observation.distribution.support.name,
          role: observation.isPredicted ? .predicted : .observed, location: observation.location,
          isImproper: observation.distribution.isImproper)
      ]
    case .factor(let name, let logWeight, let location):
      return [
        Explanation.Row(
          site: name, distribution: "", shape: placement.stacked(logWeight.shape), support: "", role: .factor,
          location: location, isImproper: false)
      ]
    case .run(let run):
      guard let body = run.scanBody else { return [] }
      return body.statements.flatMap { $0.explained(in: placement.inside(run, body)) }
    }
  }
}

extension Statement {
  /// What the score depends on: nothing, where data are to be predicted.
  var dependencies: [AnyRandom] {
    if case .observe(let observation) = content, observation.isPredicted { return [] }
    return parameters
  }

  /// What the statement's distribution, weight or branch depends on.
  var parameters: [AnyRandom] {
    switch content {
    case .observe(let observation): observation.distribution.parameters.map(\.value)
    case .factor(_, let logWeight, _): [logWeight]
    case .run(let result): [result]
    }
  }
}

extension Support {
  /// In words.
  var name: String {
    func bound(_ expression: AnyRandom) -> String {
      guard let elements = expression.constantElements else { return "a random bound" }
      return elements.count == 1 ? "\(elements[0])" : "a bound for each"
    }
    switch self {
    case .real: return "real"
    case .greaterThan(let lower): return "above \(bound(lower))"
    case .lessThan(let upper): return "below \(bound(upper))"
    case .interval(let lower, let upper): return "from \(bound(lower)) to \(bound(upper))"
    case .simplex: return "simplex"
    case .ordered: return "increasing"
    case .correlationCholesky: return "factor of a correlation matrix"
    case .integers(let lower, let upper): return "whole, from \(lower)" + (upper.map { " to \(bound($0))" } ?? "")
    }
  }
}
