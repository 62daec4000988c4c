extension [String] {
  /// The names, the most like `name` first: by the number of letters to insert, delete or replace
  /// (Levenshtein 1966), whatever their case.
  func nearest(to name: String) -> [String] {
    let target = Array<Character>(name.lowercased())
    let distances = map { Self.distance(Array<Character>($0.lowercased()), target) }
    return indices.sorted { (distances[$0], $0) < (distances[$1], $1) }.map { self[$0] }
  }

  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array<Int>(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let replaced = diagonal + (x == y ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = Swift.min(replaced, diagonal + 1, row[j] + 1)
      }
    }
    return row[b.count]
  }
}
