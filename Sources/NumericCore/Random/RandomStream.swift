/// The numbers of one key, one after the other: the words of the blocks (0, number), (1, number), (2,
/// number), ...
///
/// The generator of the samplers. It is small, made for free, and goes round after 2^65 words.
public struct RandomStream: RandomNumberGenerator, Sendable, Hashable, Codable {
  @usableFromInline let key: RandomKey
  @usableFromInline let number: UInt64
  @usableFromInline var counter: UInt64 = 0
  @usableFromInline var spare: UInt64?

  /// - Parameter number: which of the key's streams. Streams of different numbers share no block of the
  ///   cipher, and none with the key's children.
  @inlinable public init(_ key: RandomKey, number: UInt64 = 0) { (self.key, self.number) = (key, number) }

  @inlinable public mutating func next() -> UInt64 {
    if let word = spare {
      spare = nil
      return word
    }
    let block = key.block(counter, number)
    counter &+= 1
    spare = block.1
    return block.0
  }
}
