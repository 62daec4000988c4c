/// Some of a program's sites: what a kernel moves, what is held, what is recorded.
///
///     "mu"                              // one site, at all steps of a scan
///     ["alpha", "beta"]
///     .prefix("z[")
///     .all.subtracting(.matching { $0.hasSuffix("rate") })
///
/// A site is known by its path; at a step of a scan also by its path and the step, counted from 0: `x[3]`.
public struct SiteSelection: Sendable, Hashable {
  /// A predicate, equal to itself alone.
  fileprivate final class Predicate: Sendable {
    let body: @Sendable (String) -> Bool
    init(_ body: @escaping @Sendable (String) -> Bool) { self.body = body }
  }

  private indirect enum Rule: Sendable, Hashable {
    case all
    case names(Set<String>)
    case prefix(String)
    case matching(Predicate)
    case union(Rule, Rule)
    case subtracting(Rule, Rule)

    func contains(_ name: String) -> Bool {
      switch self {
      case .all: true
      case .names(let names): names.contains(name)
      case .prefix(let prefix): name.hasPrefix(prefix)
      case .matching(let predicate): predicate.body(name)
      case .union(let a, let b): a.contains(name) || b.contains(name)
      case .subtracting(let a, let b): a.contains(name) && !b.contains(name)
      }
    }
  }

  private let rule: Rule

  private init(_ rule: Rule) { self.rule = rule }

  public static let all = SiteSelection(.all)
  public static func sites(_ names: String...) -> SiteSelection { SiteSelection(.names(Set(names))) }
  public static func prefix(_ prefix: String) -> SiteSelection { SiteSelection(.prefix(prefix)) }
  /// The sites whose name a predicate holds for. It is asked again and again, and must give the same answer.
  public static func matching(_ predicate: @escaping @Sendable (String) -> Bool) -> SiteSelection {
    SiteSelection(.matching(Predicate(predicate)))
  }

  public func union(_ other: SiteSelection) -> SiteSelection { SiteSelection(.union(rule, other.rule)) }
  public func subtracting(_ other: SiteSelection) -> SiteSelection { SiteSelection(.subtracting(rule, other.rule)) }

  /// Whether all sites are among them.
  var isAll: Bool {
    if case .all = rule { true } else { false }
  }

  /// Whether an address is among the sites, by its path or with its steps.
  public func contains(_ address: TraceAddress) -> Bool {
    isAll || rule.contains(address.path) || (!address.steps.isEmpty && rule.contains(address.name))
  }
}

extension SiteSelection: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  public init(stringLiteral name: String) { self.init(.names([name])) }
  public init(arrayLiteral names: String...) { self.init(.names(Set(names))) }
}

extension SiteSelection.Predicate: Hashable {
  static func == (a: SiteSelection.Predicate, b: SiteSelection.Predicate) -> Bool { a === b }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
