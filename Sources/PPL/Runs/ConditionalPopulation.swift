import NumericCore

/// N partial runs of a static program, with particles as lanes, of which the first is given its draws: the retained run of
/// conditional sequential Monte Carlo (Andrieu, Doucet and Holenstein, 'Particle Markov chain Monte Carlo methods', 2010,
/// section 4.3). The path of one of the particles can be made the next retained run, and read.
///
///     let population = try program.population(50)
///     try population.setValues(values)                  // of all sites: those that are drawn are the retained run
///     population.restart()
///     while try population.advance(key: key.child(UInt64(population.scores))) {
///       ... logWeights, logFutures, resample
///     }
///     population.retain(chosen)
///     let next = population.values()
///
/// It is one task's. Nothing is allocated between `restart` and `retain`. Memory: all draws of all particles.
public final class ConditionalPopulation {
  public let count: Int
  /// The logarithms of the weights, which `advance` adds scores to. All 0 after `restart`.
  public let logWeights: UnsafeMutableBufferPointer<Double>
  /// What `computeFutures` leaves.
  public let logFutures: UnsafeMutableBufferPointer<Double>
  /// The number of scores that the runs stand after.
  public private(set) var scores = 0
  /// The number of scores of a run.
  public var scoreCount: Int { shared.scores }

  private let shared: ConditionalProgram
  private let lanes: Int
  private let main, shadow: Execution
  private let rows: LiveRows
  private let tapes: DrawTapes
  /// The ancestors of each resampling so far.
  private let ancestors: UnsafeMutablePointer<Int>
  private let weights, futures, increments, room: UnsafeMutablePointer<Double>

  init(_ shared: ConditionalProgram, count: Int) {
    (self.shared, self.count) = (shared, count)
    let lanes = (count + 7) & ~7
    self.lanes = lanes
    func execution() -> Execution { Execution(shared.program, data: shared.data, lanes: lanes, gradient: false) }
    (main, shadow) = (execution(), execution())
    rows = LiveRows(main, shadow)
    tapes = DrawTapes(main, shadow, steps: shared.steps, lanes: lanes)
    ancestors = .allocate(capacity: max(shared.scores, 1) * count)
    ancestors.initialize(repeating: 0, count: max(shared.scores, 1) * count)
    let numbers = Execution.block(4 * lanes)
    (weights, futures, increments, room) = (numbers, numbers + lanes, numbers + 2 * lanes, numbers + 3 * lanes)
    logWeights = UnsafeMutableBufferPointer(start: weights, count: count)
    logFutures = UnsafeMutableBufferPointer(start: futures, count: count)
    main.context.pointee.laneCount = count
  }

  deinit {
    ancestors.deallocate()
    weights.deallocate()
  }

  // MARK: Values

  /// Sets the values of all sites, of those that are held and of the retained run: in column-major order, the steps of a
  /// scan one after the other.
  ///
  /// - Throws: `ModelError.unknownSite` for a site without values, `shapeMismatch` for another number of them.
  public func setValues(_ values: [String: [Double]]) throws {
    for site in shared.sites + shared.held {
      guard let own = values[site.name] else { throw ModelError.unknownSite(site.name, known: values.keys.sorted()) }
      guard own.count == site.shape.count else {
        throw ModelError.shapeMismatch(
          operation: "the values of `\(site.name)`", shapes: [.vector(own.count), site.shape], location: nil)
      }
    }
    for (slot, source) in shared.program.inputs {
      guard case .site(let path) = source, let own = values[path] else { continue }
      for execution in [main, shadow] {
        let to = execution.pointer(to: slot)
        for (e, value) in own.enumerated() { (to + e * lanes).update(repeating: value, count: lanes) }
      }
    }
    for site in shared.sites { tapes.give(values[site.name] ?? [], site: site.name) }
  }

  /// The values of the retained run.
  public func values() -> [String: [Double]] {
    Dictionary(uniqueKeysWithValues: shared.sites.map { ($0.name, tapes.given(site: $0.name)) })
  }

  // MARK: Running

  /// Goes back to the beginning.
  public func restart() {
    main.restart()
    scores = 0
    tapes.generation.pointee = 0
    weights.update(repeating: 0, count: count)
  }

  /// Runs all particles on to their next score, and multiplies their weights by it; after the last one to the end.
  ///
  /// - Parameter key: of what is drawn on the way.
  /// - Returns: whether there was a score.
  /// - Throws: `ModelError` for a parameter out of its domain or a score that is not a number, and what a function of the
  ///   model throws.
  public func advance(key: RandomKey) throws -> Bool {
    main.setKey(key, firstLane: 0)
    increments.update(repeating: 0, count: lanes)
    let hasScore = Self.run(main, increments)
    if let failure = main.context.pointee.failure { throw failure }
    for i in 0..<count {
      if increments[i].isNaN { throw ModelError.scoreNotANumber(site: site, particle: i) }
      weights[i] += increments[i]
    }
    if hasScore { scores += 1 }
    return hasScore
  }

  /// Runs on to the next score; false where the run came to its end.
  private static func run(_ execution: Execution, _ scores: UnsafeMutablePointer<Double>) -> Bool {
    while true {
      switch execution.advance(addingTo: scores) {
      case .score: return true
      case .endOfScan: continue
      case .finished: return false
      }
    }
  }

  /// The site that was scored last.
  private var site: String {
    var execution = main
    while let scan = execution.currentScan { execution = scan.inner }
    guard execution.stage > 0, case .score(let site) = execution.program.stages[execution.stage - 1] else { return "" }
    return execution.program.termSites[site]
  }

  /// Computes for each particle the log density of what the retained run has yet to draw and to score, after the
  /// particle's past: up to a constant that is the same for all. -infinity for a past that it does not go on from.
  ///
  /// A shadow of the population goes on with the retained draws, until all particles have yet to read the same values:
  /// one step where these are functions of the last draw, as in a Markov chain whose state is drawn, and the rest of the
  /// run in general.
  public func computeFutures() {
    precondition(shared.samplesAncestors, "the program was not prepared for ancestors")
    shadow.restart()
    rows.cast()
    room.update(repeating: 0, count: lanes)
    if !Mutation.isActive(.retainedFutureIgnored) {
      while Self.run(shadow, room) {
        if rows.coincide(weights, count: count) || Mutation.isActive(.retainedFutureCutShort) { break }
      }
    }
    for i in 0..<count { futures[i] = room[i].isNaN || room[i] == .infinity ? -.infinity : room[i] }
  }

  /// Replaces each run by a copy of its ancestor, that of the retained run first. The weights are the caller's to set.
  public func resample(_ ancestors: UnsafeBufferPointer<Int>) {
    precondition(ancestors.count == count && tapes.generation.pointee < shared.scores, "\(ancestors.count) ancestors")
    guard let base = ancestors.baseAddress else { return }
    (self.ancestors + tapes.generation.pointee * count).update(from: base, count: count)
    tapes.generation.pointee += 1
    rows.move(base, count: count, room: room)
  }

  /// Makes the path of a particle, which has come to its end, the retained run.
  public func retain(_ particle: Int) {
    tapes.retain(particle, ancestors: ancestors, count: count)
  }
}
