/// Room for the place of each node, by a number: nodes that are imported share that of what they stand for.
struct Cells<Place> {
  private var arenas: [UInt64: Int] = [:]
  private var numbers: [[Int]] = []
  /// The arena that was asked for last.
  private var last: (serial: UInt64, table: Int)?
  private(set) var nodes: ContiguousArray<NodeID> = []
  var places: ContiguousArray<Place?> = []

  /// The cell of a node.
  mutating func number(of arena: Arena, _ index: Int) -> Int {
    let id = NodeID(arena, index)
    if let known = known(id) { return known }
    if case .imported(let other, let otherIndex) = arena[index].content {
      return set(number(of: other, otherIndex), of: id)
    }
    return number(of: id)
  }

  /// The cell of a node that is not imported.
  mutating func number(of id: NodeID) -> Int {
    if let known = known(id) { return known }
    nodes.append(id)
    places.append(nil)
    return set(nodes.count - 1, of: id)
  }

  private mutating func known(_ id: NodeID) -> Int? {
    let table = table(of: id.serial)
    return id.index < numbers[table].count && numbers[table][id.index] >= 0 ? numbers[table][id.index] : nil
  }

  private mutating func set(_ number: Int, of id: NodeID) -> Int {
    let table = table(of: id.serial)
    if id.index >= numbers[table].count {
      numbers[table] += Array(repeating: -1, count: id.index + 1 - numbers[table].count)
    }
    numbers[table][id.index] = number
    return number
  }

  private mutating func table(of serial: UInt64) -> Int {
    if let last, last.serial == serial { return last.table }
    let table = arenas[serial] ?? numbers.count
    if table == numbers.count {
      arenas[serial] = table
      numbers.append([])
    }
    last = (serial, table)
    return table
  }
}
