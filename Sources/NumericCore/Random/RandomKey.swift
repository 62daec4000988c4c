/// A splittable, counter-based source of randomness: Threefry-2x64 with 20 rounds (Salmon, Moraes, Dror,
/// Shaw, 'Parallel random numbers: as easy as 1, 2, 3', SC 2011).
///
/// The authors found that 13 rounds pass TestU01's BigCrush; 20 are their recommendation.
///
/// A key is a value: the same key gives the same numbers, whoever asks and in whatever order. Work that is
/// done in parallel takes `child` keys, one for each chain, lane, site or index.
public struct RandomKey: Sendable, Hashable, Codable {
  @usableFromInline let k0: UInt64
  @usableFromInline let k1: UInt64

  /// What tells the keys of children from the keys of numbers: the letters of "children" and "address ", an
  /// arbitrary choice.
  @usableFromInline static var indexDomain: UInt64 { 0x6368_696C_6472_656E }
  @usableFromInline static var addressDomain: UInt64 { 0x6164_6472_6573_7320 }

  /// The root key of a run. Seeds that differ by one give unrelated numbers.
  @inlinable public init(seed: UInt64) {
    (k0, k1) = (seed, 0)
  }

  @inlinable init(_ k0: UInt64, _ k1: UInt64) {
    (self.k0, self.k1) = (k0, k1)
  }

  /// The key of these 128 bits: `words` of a key that was saved.
  @inlinable public init(words: (UInt64, UInt64)) {
    (k0, k1) = words
  }

  /// The 128 bits of the key.
  @inlinable public var words: (UInt64, UInt64) { (k0, k1) }

  /// The key of the part `index` of this key's work. Cost: one block of the cipher.
  ///
  /// Children are made under another key than the numbers that are drawn (`block`, `RandomStream`,
  /// `fillUniform`, `fillNormal`), so that no child's key is ever one of those numbers.
  @inlinable public func child(_ index: UInt64) -> RandomKey {
    let block = RandomKey(k0, k1 ^ RandomKey.indexDomain).block(index)
    return RandomKey(block.0, block.1)
  }

  /// The key of the part that another key stands for: an address.
  @inlinable public func child(_ address: RandomKey) -> RandomKey {
    let block = RandomKey(k0, k1 ^ RandomKey.addressDomain).block(address.k0, address.k1)
    return RandomKey(block.0, block.1)
  }

  /// The key of the part called `name`: FNV-1a of its UTF-8 bytes, then `child`.
  public func child(_ name: String) -> RandomKey {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return child(hash)
  }

  /// Two words of 64 random bits at the counter (c0, c1): a bijection of the 2^128 counters.
  @inlinable public func block(_ c0: UInt64, _ c1: UInt64 = 0) -> (UInt64, UInt64) {
    let k2 = 0x1BD1_1BDA_A9FC_1A22 ^ k0 ^ k1
    var x0 = c0 &+ k0
    var x1 = c1 &+ k1
    @inline(__always) func mix(_ rotation: UInt64) {
      x0 &+= x1
      x1 = (x1 &<< rotation) | (x1 &>> (64 &- rotation))
      x1 ^= x0
    }
    mix(16); mix(42); mix(12); mix(31); x0 &+= k1; x1 &+= k2 &+ 1
    mix(16); mix(32); mix(24); mix(21); x0 &+= k2; x1 &+= k0 &+ 2
    mix(16); mix(42); mix(12); mix(31); x0 &+= k0; x1 &+= k1 &+ 3
    mix(16); mix(32); mix(24); mix(21); x0 &+= k1; x1 &+= k2 &+ 4
    mix(16); mix(42); mix(12); mix(31); x0 &+= k2; x1 &+= k0 &+ 5
    return (x0, x1)
  }
}
