extension Program {
  /// The number of scores that a run stops at.
  var scoreCount: Int {
    stages.reduce(0) { count, stage in
      switch stage {
      case .steps: count
      case .score: count + 1
      case .scan(_, let number): count + scans[number].count * scans[number].program.scoreCount
      }
    }
  }

  /// The stage that runs each step; nothing for scans, and where a program has no stages.
  var stageOfStep: [Int: Int] {
    var result: [Int: Int] = [:]
    for (number, stage) in stages.enumerated() {
      if case .steps(let range) = stage { for step in range { result[step] = number } }
    }
    return result
  }
}

extension Program.Stage {
  /// The steps that it runs.
  var steps: Range<Int> {
    switch self {
    case .steps(let range): range
    case .score: 0..<0
    case .scan(let step, _): step..<(step + 1)
    }
  }

  /// The stages of a body: after the steps that an item needs, its score, or the scan that it runs.
  ///
  /// A step that is needed later, and was put before what an earlier item needs, runs early: it changes nothing.
  static func stages(of items: [RunItem], _ steps: [Program.Step]) -> [Program.Stage] {
    var stages: [Program.Stage] = []
    var (done, site) = (0, 0)
    func add(upTo end: Int) {
      while done < end {
        let scan = (done..<end).first { steps[$0].operation == RunScan.self } ?? end
        if scan > done { stages.append(.steps(done..<scan)) }
        if scan < end { stages.append(.scan(step: scan, number: steps[scan].immediate.0)) }
        done = min(scan + 1, end)
      }
    }
    var last = Array(repeating: -1, count: items.count)
    for (index, step) in steps.enumerated() where step.item < items.count { last[step.item] = index }
    for (number, item) in items.enumerated() {
      add(upTo: max(done, last[number] + 1))
      guard case .score = item else { continue }
      stages.append(.score(site: site))
      site += 1
    }
    add(upTo: steps.count)
    return stages
  }
}
