/// How the functions of the modes are combined.
public enum TensorForm: Sendable, Equatable, CustomStringConvertible {
  /// A sum of products (canonical polyadic): sum_(r = 1)^rank prod_k u_kr(x_k). Rank 0 leaves the additive
  /// effects.
  case cp(rank: Int)
  /// Every product of one function of each mode, the k-th of which has ranks[k], with a weight each (Tucker):
  /// sum_(r_1 ... r_K) W_(r_1 ... r_K) prod_k u_(k r_k)(x_k).
  ///
  /// The scale of a component is that of its function, so the weights on the superdiagonal, as long as the
  /// smallest rank, are 1, and with all others 0 the form is CP of that rank. The others are N(0, 1 / alpha),
  /// each with an alpha of its own that is learned: what is of no use is switched off.
  case tucker(ranks: [Int])

  /// The number of products: that of the CP form, or of the Tucker form on the superdiagonal.
  public var rank: Int {
    switch self {
    case .cp(let rank): rank
    case .tucker(let ranks): ranks.min() ?? 0
    }
  }

  /// The number of functions of each mode, additive effects not counted.
  func ranks(modes: Int) -> [Int] {
    switch self {
    case .cp(let rank): Array(repeating: rank, count: modes)
    case .tucker(let ranks): ranks
    }
  }

  public var description: String {
    switch self {
    case .cp(let rank): "CP \(rank)"
    case .tucker(let ranks): "Tucker " + ranks.map { "\($0)" }.joined(separator: " x ")
    }
  }

  /// The covariance of so many weights is a matrix of their square.
  private static var mostWeights: Int { 512 }
  private static var mostProducts: Int { 64 }

  func check(modes: Int) throws(TensorError) {
    switch self {
    case .cp(let rank):
      guard rank >= 0 && rank <= Self.mostProducts else {
        throw .invalidSetting(name: "rank", value: Double(rank), expected: "0 to \(Self.mostProducts)")
      }
    case .tucker(let ranks):
      guard ranks.count == modes else {
        throw .invalidSetting(
          name: "number of ranks", value: Double(ranks.count), expected: "\(modes), one for each mode")
      }
      if let rank = ranks.first(where: { $0 < 1 || $0 > Self.mostProducts }) {
        throw .invalidSetting(
          name: "rank of a mode", value: Double(rank), expected: "1 to \(Self.mostProducts)")
      }
      let weights = ranks.reduce(1.0) { $0 * Double($1) }
      guard weights <= Double(Self.mostWeights) else {
        throw .invalidSetting(
          name: "product of the ranks", value: weights, expected: "at most \(Self.mostWeights)")
      }
    }
  }
}
