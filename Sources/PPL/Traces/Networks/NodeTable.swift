/// Values by node, arena by arena.
struct NodeTable<Value> {
  private var arenas: [UInt64: Int] = [:]
  private var values: [[Value?]] = []
  /// The arena that was asked for last.
  private var last: (serial: UInt64, number: Int)?

  subscript(id: NodeID) -> Value? {
    mutating get {
      guard let number = number(of: id.serial), id.index < values[number].count else { return nil }
      return values[number][id.index]
    }
    set {
      let number = number(of: id.serial) ?? add(id.serial)
      if id.index >= values[number].count {
        values[number] += Array(repeating: nil, count: id.index + 1 - values[number].count)
      }
      values[number][id.index] = newValue
    }
  }

  private mutating func number(of serial: UInt64) -> Int? {
    if let last, last.serial == serial { return last.number }
    guard let number = arenas[serial] else { return nil }
    last = (serial, number)
    return number
  }

  private mutating func add(_ serial: UInt64) -> Int {
    arenas[serial] = values.count
    last = (serial, values.count)
    values.append([])
    return values.count - 1
  }
}
