import Foundation
import LawCatalogue
import NumericCore
import Testing

/// What the library has is what `make laws` checks.
@Suite struct EnrolmentTests {
  private struct Declaration {
    let name: String
    let isProtocol: Bool
    let inherits: Set<Substring>
  }

  /// The types and extensions of the library's sources that say what they conform to.
  private static func declarations() throws -> [Declaration] {
    let sources = URL(filePath: #filePath).appending(path: "../../../Sources").standardized
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var result: [Declaration] = []
    for case let file as URL in files
    where file.pathExtension == "swift"
      && !["/Sources/Laws/", "/Sources/Examples/"].contains(where: file.path.contains)
    {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /(struct|class|enum|actor|extension|protocol) (\w+)(?:<[^{]*?>)?\s*:([^{]*)\{/)
      {
        result.append(
          Declaration(
            name: String(match.2), isProtocol: match.1 == "protocol",
            inherits: Set(match.3.matches(of: /\w+/).map(\.output))))
      }
    }
    return result
  }

  /// A type that conforms to one of the protocols, or to one that refines them, has a row.
  @Test(
    arguments: [
      "PopulationKernel", "ResamplingScheme", "PosteriorSampler", "MarkovKernel", "TraceKernel", "SiteKernel",
      "PositionKernel",
    ])
  func everyConformingTypeIsEnrolled(name: String) throws {
    let declarations = try Self.declarations()
    var protocols: Set<Substring> = [Substring(name)]
    while true {
      let more = declarations.filter { $0.isProtocol && !$0.inherits.isDisjoint(with: protocols) }.map {
        Substring($0.name)
      }
      if protocols.isSuperset(of: more) { break }
      protocols.formUnion(more)
    }
    let conforming = Set(
      declarations.filter { !$0.isProtocol && !$0.inherits.isDisjoint(with: protocols) }.map(\.name))
    let missing = conforming.subtracting(Enrolled.library.flatMap(\.types)).sorted()
    #expect(missing.isEmpty, "add a row to Enrolled.library for \(missing.joined(separator: ", "))")
    #expect(!conforming.isEmpty)
  }

  @Test func namesAreUnique() {
    #expect(Set(Enrolled.library.map(\.name)).count == Enrolled.library.count)
  }

  /// Each fault is looked for by a row that exists, and none can be activated in an ordinary build.
  @Test func faultsAreLookedFor() {
    let names = Set(Enrolled.library.map(\.name))
    for mutation in Mutation.allCases { #expect(names.contains(mutation.noticedBy), "\(mutation)") }
    #expect(Mutation.allCases.count >= 12)
    if !Mutation.isAvailable {
      Mutation.activate(.scoreDropped)
      #expect(!Mutation.isActive(.scoreDropped))
    }
  }

  /// A cheap row of each kind runs and passes, in small.
  @Test(arguments: ["residual", "spawn", "PIMH, 2 particles", "NUTS step", "delayed sampling"]) func rowsRun(
    name: String
  ) async throws {
    let row = try #require(Enrolled.library.first { $0.name == name })
    let verdict = try await row.verdict(effort: Enrolled.firstEffort, seed: 1)
    #expect(verdict.passes && !verdict.laws.isEmpty, "\(verdict)")
    #expect(verdict.laws.allSatisfy { verdict.adjustedPValue(of: $0).map { $0 > 1e-6 } ?? true })
  }
}
