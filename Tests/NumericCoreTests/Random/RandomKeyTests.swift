import Foundation
import NumericCore
import Testing

@Suite struct RandomKeyTests {
  /// Random123's known answers for threefry2x64 with 20 rounds: counter, key, result.
  @Test(arguments: [
    ([0, 0], [0, 0], [0xc2b6_e3a8_c2c6_9865, 0x6f81_ed42_f350_084d]),
    ([.max, .max], [.max, .max], [0xe02c_b7c4_d95d_277a, 0xd066_33d0_893b_8b68]),
    (
      [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344], [0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89],
      [0x263c_7d30_bb0f_0af1, 0x56be_8361_d331_1526]
    ),
  ] as [([UInt64], [UInt64], [UInt64])])
  func givesTheKnownAnswers(_ counter: [UInt64], _ words: [UInt64], _ answer: [UInt64]) {
    let key = RandomKey(words: (words[0], words[1]))
    let block = key.block(counter[0], counter[1])
    #expect([block.0, block.1] == answer)
    var filled: [UInt64] = [0, 0]
    filled.withUnsafeMutableBufferPointer {
      key.fillWords($0, startingAtBlock: counter[0], number: counter[1])
    }
    #expect(filled == answer)
  }

  @Test func bulkWordsAreTheWordsOfTheBlocks() {
    let key = RandomKey(seed: 3).child("words")
    for count in [0, 1, 2, 3, 7, 15, 16, 17, 63, 64, 65, 127, 128, 129, 300] {
      // the counter passes through zero
      for first in [0, 1, 12345, UInt64.max - 20] {
        var words = [UInt64](repeating: 0, count: count)
        words.withUnsafeMutableBufferPointer { key.fillWords($0, startingAtBlock: first, number: 5) }
        let expected = (0..<count).map { i in
          let block = key.block(first &+ UInt64(i / 2), 5)
          return i % 2 == 0 ? block.0 : block.1
        }
        #expect(words == expected)
      }
    }
  }

  @Test func aStreamGivesTheWordsOfItsBlocks() {
    let key = RandomKey(seed: 8)
    var stream = RandomStream(key, number: 2)
    for c in 0..<20 as Range<UInt64> {
      let block = key.block(c, 2)
      #expect(stream.next() == block.0)
      #expect(stream.next() == block.1)
    }
  }

  /// No word of a key's streams is a word of a child's key or of a child's stream, and no two children are
  /// the same.
  @Test func streamsAndChildrenShareNothing() {
    let root = RandomKey(seed: 1)
    var words: [UInt64] = []
    let number: UInt64 = 0x6368_696C_64
    for n in [0, 1, 7, number] {
      var stream = RandomStream(root, number: n)
      for _ in 0..<2000 { words.append(stream.next()) }
    }
    var keys: [RandomKey] = []
    for i in 0..<2000 as Range<UInt64> {
      keys += [root.child(i), root.child("site \(i)"), root.child(RandomKey(seed: i)), root.child(i).child(0)]
    }
    for key in keys {
      words += [key.words.0, key.words.1]
      var stream = RandomStream(key)
      for _ in 0..<4 { words.append(stream.next()) }
    }
    #expect(Set(keys).count == keys.count)
    #expect(Set(words).count == words.count)
  }

  @Test func aKeyIsSavedAsItsWords() throws {
    let key = RandomKey(seed: 77).child("a")
    #expect(RandomKey(words: key.words) == key)
    var stream = RandomStream(key, number: 4)
    _ = stream.next()
    var copy = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(stream))
    #expect(copy == stream)
    for _ in 0..<5 { #expect(copy.next() == stream.next()) }
  }

  /// Uniforms of a key, of its children and of their children, at lags 0 and 1: a correlation of n pairs has
  /// standard error n^(-1/2); among 3,000 of them the largest exceeds 5 standard errors with probability
  /// 2e-3.
  @Test func parentsAndChildrenAreUncorrelated() {
    let root = RandomKey(seed: 2024)
    var keys = [root]
    for i in 0..<24 as Range<UInt64> { keys += [root.child(i), root.child(i).child(i)] }
    let n = 20_000
    let columns = keys.map { key in key.uniforms(n).map { ($0 - 0.5) * 12.0.squareRoot() } }
    let limit = 5 / Double(n).squareRoot()
    for i in columns.indices {
      for j in i..<columns.count {
        var (same, next) = (0.0, 0.0)
        for k in 1..<n {
          same += columns[i][k] * columns[j][k]
          next += columns[i][k] * columns[j][k - 1]
        }
        if i != j { #expect((same / Double(n)).magnitude < limit, "\(i), \(j)") }
        #expect((next / Double(n)).magnitude < limit, "\(i), \(j), lag 1")
      }
    }
  }

  /// The first uniform of each of many children is a uniform sample, serially uncorrelated.
  @Test func firstNumbersOfChildrenAreUniform() {
    let root = RandomKey(seed: 5)
    let n = 100_000
    let first = (0..<UInt64(n)).map { i in
      var stream = RandomStream(root.child(i))
      return stream.uniform()
    }
    var correlation = 0.0
    for k in 1..<n { correlation += (first[k] - 0.5) * (first[k - 1] - 0.5) * 12 }
    #expect((correlation / Double(n)).magnitude < 4.5 / Double(n).squareRoot())
    let sorted = first.sorted()
    var distance = 0.0
    for (i, u) in sorted.enumerated() {
      distance = max(distance, u - Double(i) / Double(n), Double(i + 1) / Double(n) - u)
    }
    // 2.2253: what sqrt(n) times Kolmogorov's distance exceeds with probability 1e-4
    #expect(distance * Double(n).squareRoot() < 2.2253)
  }
}
