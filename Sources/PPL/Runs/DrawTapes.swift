/// The tapes of all drawings of a population, those of its scans' steps among them.
final class DrawTapes {
  /// The number of resamplings so far.
  let generation: UnsafeMutablePointer<Int>
  private var bySite: [(site: String, tape: DrawTape, steps: Int)] = []
  private var tables: [UnsafeMutablePointer<DrawTape>] = []
  private var generations: [Int] = []

  /// Hangs the tapes into an execution and its shadow.
  ///
  /// - Parameter steps: how often each site draws.
  init(_ main: Execution, _ shadow: Execution, steps: [String: Int], lanes: Int) {
    generation = .allocate(capacity: 1)
    generation.initialize(to: 0)
    hang(main, shadow, steps, lanes)
  }

  private func hang(_ main: Execution, _ shadow: Execution, _ steps: [String: Int], _ lanes: Int) {
    let table = UnsafeMutablePointer<DrawTape>.allocate(capacity: main.program.drawings.count)
    tables.append(table)
    for (number, drawing) in main.program.drawings.enumerated() {
      let (site, count) = (drawing.site.path, drawing.site.shape.count)
      let steps = steps[site] ?? 1
      let tape = DrawTape(
        count: count, lanes: lanes, given: Execution.block(steps * count),
        drawn: Execution.block(steps * count * lanes), generations: .allocate(capacity: steps), generation: generation)
      tape.generations.initialize(repeating: 0, count: steps)
      (table + number).initialize(to: tape)
      bySite.append((site, tape, steps))
    }
    for execution in [main, shadow] { execution.context.pointee.tapes = UnsafePointer(table) }
    shadow.context.pointee.isShadow = true
    for (scan, own) in zip(main.context.pointee.scans, shadow.context.pointee.scans) {
      hang(scan.inner, own.inner, steps, lanes)
    }
  }

  deinit {
    for (_, tape, _) in bySite {
      tape.given.deallocate()
      tape.drawn.deallocate()
      tape.generations.deallocate()
    }
    for table in tables { table.deallocate() }
    generation.deallocate()
  }

  func give(_ values: [Double], site: String) {
    guard let (_, tape, _) = bySite.first(where: { $0.site == site }) else { return }
    for (i, value) in values.enumerated() { tape.given[i] = value }
  }

  func given(site: String) -> [Double] {
    guard let (_, tape, steps) = bySite.first(where: { $0.site == site }) else { return [] }
    return Array(UnsafeBufferPointer(start: tape.given, count: steps * tape.count))
  }

  /// Gives the first lane what a particle has drawn: each draw is that of the ancestor that the particle had then.
  ///
  /// - Parameter ancestors: of each resampling, `count` of them.
  func retain(_ particle: Int, ancestors: UnsafePointer<Int>, count: Int) {
    var lanes = Array(repeating: particle, count: generation.pointee + 1)
    for g in stride(from: generation.pointee - 1, through: 0, by: -1) { lanes[g] = ancestors[g * count + lanes[g + 1]] }
    if Mutation.isActive(.retainedPathNotTracedBack) { lanes = lanes.map { _ in particle } }
    for (_, tape, steps) in bySite {
      for step in 0..<steps {
        let lane = lanes[tape.generations[step]]
        for e in 0..<tape.count {
          tape.given[step * tape.count + e] = tape.drawn[(step * tape.count + e) * tape.lanes + lane]
        }
      }
    }
  }
}
