import Inference
import NumericCore
import Testing

@Suite struct OrderedAncestorsTests {
  /// Counts stay, survivors are at home, and so a copy in place is the population that the ancestors say.
  /// Seed 2.
  @Test(arguments: [(1, 1), (5, 5), (40, 40), (40, 25), (25, 40)])
  func survivorsKeepTheirPlaces(_ particles: Int, _ offspring: Int) throws {
    for repetition in 0..<200 {
      let key = RandomKey(seed: 2).child(UInt64(repetition))
      let weights = key.child("weights").uniforms(particles).map { $0 * $0 * $0 * $0 }
      let sorted = try MultinomialResampling.multinomial.ancestors(weights: weights, count: offspring, key: key)
      let place = repetition % offspring
      var placed = sorted
      let followed = placed.withUnsafeMutableBufferPointer { keepSurvivorsInPlace($0, following: place) }

      #expect(placed.sorted() == sorted)
      #expect(placed[followed] == sorted[place])
      for survivor in Set(sorted) where survivor < offspring { #expect(placed[survivor] == survivor) }
      // as few copies as can be
      let survivors = Set(sorted).filter { $0 < offspring }.count
      #expect(placed.enumerated().filter { $0.offset != $0.element }.count == offspring - survivors)

      var content = (0..<max(particles, offspring)).map { "particle \($0)" }
      for i in placed.indices { content[i] = content[placed[i]] }
      #expect(content.prefix(offspring).elementsEqual(placed.map { "particle \($0)" }))
    }
  }

  /// Places that are followed are those of different offspring.
  @Test func followingIsOneToOne() {
    let ancestors = [1, 1, 1, 3, 3, 5]
    let ends = ancestors.indices.map { place in
      var placed = ancestors
      return placed.withUnsafeMutableBufferPointer { keepSurvivorsInPlace($0, following: place) }
    }
    #expect(Set(ends).count == ancestors.count)
  }
}
