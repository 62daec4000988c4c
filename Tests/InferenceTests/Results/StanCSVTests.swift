import Foundation
import Inference
import PPL
import Testing

/// A folder for a test's files, removed behind it.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  let path = FileManager.default.temporaryDirectory.appending(path: "draws-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

struct StanCSVTests {
  private func sample(_ variables: [Variable], counts: [Int] = [3, 2]) throws -> StanCSV {
    let total = counts.reduce(0, +)
    var numbers = OracleNumbers(seed: 7)
    func column(_ scale: Double = 1) -> [Double] { (0..<total).map { _ in scale * numbers.normal() } }
    let columns = variables.flatMap { variable in (0..<variable.shape.count).map { _ in column(1e-3) } }
    let statistics = try SamplerStatistics(
      [
        .logDensity: column(1e5), .acceptanceRate: column(), .treeDepth: column().map { abs($0).rounded() },
        .isDivergent: column().map { $0 > 0 ? 1 : 0 }, .energy: column(1e300),
        .stepSize: Array(repeating: 0.1, count: total), .leapfrogSteps: Array(repeating: 7, count: total),
      ], counts: counts, stepSizes: counts.map { _ in 0.1 },
      inverseMetrics: counts.map { _ in [0.3, 1e-300] })
    return try StanCSV(
      Draws(VariableColumns(variables: variables, columns: columns), counts: counts), statistics: statistics,
      warmup: 500, seed: 20)
  }

  private func expectSame(_ a: StanCSV, _ b: StanCSV) {
    #expect(a.draws.variables.map(\.name) == b.draws.variables.map(\.name))
    #expect(a.draws.variables.map(\.shape) == b.draws.variables.map(\.shape))
    #expect(a.draws.counts == b.draws.counts)
    #expect(a.draws.scalarColumns == b.draws.scalarColumns)
    #expect(a.statistics.available == b.statistics.available)
    for statistic in SamplerStatistic.allCases { #expect(a.statistics[statistic] == b.statistics[statistic]) }
    #expect(a.statistics.stepSizes == b.statistics.stepSizes)
    #expect(a.statistics.inverseMetrics == b.statistics.inverseMetrics)
    #expect(a.warmup == b.warmup)
    #expect(a.seed == b.seed)
  }

  @Test func comesBackBitByBit() throws {
    let sample = try sample([
      Variable(name: "mu", shape: .scalar), Variable(name: "theta", shape: .vector(3)),
      Variable(name: "one", shape: .vector(1)), Variable(name: "S", shape: .matrix(2, 3)),
      Variable(name: "row", shape: .matrix(1, 2)), Variable(name: "column", shape: .matrix(2, 1)),
    ])
    try withTemporaryFolder { folder in
      let paths = try sample.write(to: folder + "/new/folder", name: "fit")
      #expect(paths.map { ($0 as NSString).lastPathComponent } == ["fit_1.csv", "fit_2.csv"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/new/folder").count == 2)
      expectSame(try StanCSV(contentsOf: paths), sample)
      // Again over the old ones.
      expectSame(try StanCSV(contentsOf: try sample.write(to: folder + "/new/folder", name: "fit")), sample)
    }
  }

  /// Names that Stan could not have are kept in comments, and no two of them meet.
  @Test func anyNameComesBack() throws {
    let names = [
      "x[0]", "x[1]", "x_0", "x_0_2", "x,0", "school/theta", "returned.mu", "lp__", "a__", "_", "µ", "# name",
      "two\nlines \"quoted\" \\", "Step size", "",
    ]
    let sample = try sample(names.map { Variable(name: $0, shape: .vector(2)) })
    let header = try #require(
      sample.text(chain: 0).split(separator: "\n").first { !$0.hasPrefix("#") }?.split(separator: ","))
    #expect(Set(header).count == header.count)
    for column in header.dropFirst(7) {
      #expect(column.wholeMatch(of: /[\p{L}0-9_]+\.[12]/) != nil && !column.contains("__."))
    }
    try withTemporaryFolder { folder in
      expectSame(try StanCSV(contentsOf: try sample.write(to: folder, name: "fit")), sample)
    }
  }

  @Test func chainsWithoutDraws() throws {
    let sample = try sample([Variable(name: "mu", shape: .scalar)], counts: [2, 0])
    try withTemporaryFolder { folder in
      expectSame(try StanCSV(contentsOf: try sample.write(to: folder, name: "fit")), sample)
    }
  }

  @Test func theTextIsThatOfCmdStan() throws {
    let draws = try Draws(
      VariableColumns(
        variables: [Variable(name: "b", shape: .vector(2)), Variable(name: "S", shape: .matrix(2, 2))],
        columns: [[1, 0.1], [.nan, -.infinity], [3, 3], [4, 4], [5, 5], [6, 1e-7]]), counts: [2])
    let statistics = try SamplerStatistics(
      [
        .logDensity: [-1, -2], .acceptanceRate: [0.5, 1], .stepSize: [0.25, 0.25], .treeDepth: [2, 3],
        .leapfrogSteps: [3, 7], .isDivergent: [0, 1], .energy: [2.5, 3],
      ], counts: [2], stepSizes: [0.25], inverseMetrics: [[1, 0.5]])
    let text = try StanCSV(draws, statistics: statistics, warmup: 10, seed: 3).text(chain: 0)
    #expect(
      text == """
        # method = sample (Default)
        #   sample
        #     num_samples = 2
        #     num_warmup = 10
        #     save_warmup = 0
        #     thin = 1
        # id = 1
        # random
        #   seed = 3
        lp__,accept_stat__,stepsize__,treedepth__,n_leapfrog__,divergent__,energy__,b.1,b.2,\
        S.1.1,S.2.1,S.1.2,S.2.2
        # Adaptation terminated
        # Step size = 0.25
        # Diagonal elements of inverse mass matrix:
        # 1.0, 0.5
        -1.0,0.5,0.25,2,3,0,2.5,1.0,nan,3.0,4.0,5.0,6.0
        -2.0,1.0,0.25,3,7,1,3.0,0.1,-inf,3.0,4.0,5.0,1e-07

        """)
  }

  /// As CmdStan 2.36 writes them: defaults in brackets, warm-up among the draws, comments between and behind,
  /// other statistics, arrays of three axes.
  @Test func readsCmdStansOwnFiles() throws {
    let text = """
      # stan_version_major = 2
      # model = schools_model
      # method = sample (Default)
      #   sample
      #     num_samples = 2
      #     num_warmup = 4
      #     save_warmup = true
      #     thin = 2
      # random
      #   seed = 4711 (Default)
      lp__,accept_stat__,extra__,mu,a.1.1.1,a.1.1.2,b.2,b.1,theta.1,theta.2\r
      -9,0.1,1,9,9,9,9,9,9,9
      -9,0.1,1,9,9,9,9,9,9,9
      # Adaptation terminated
      # Step size = 0.809818
      # Diagonal elements of inverse mass matrix:
      # 0.961989, 2
      -1.5,0.9,1,1,2,3,4,5,6,7
      -2.5,0.8,1,10,20,30,40,50,-nan,inf
      #\u{20}
      #  Elapsed Time: 0.005 seconds (Warm-up)
      """
    try withTemporaryFolder { folder in
      let path = folder + "/output.csv"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let read = try StanCSV(contentsOf: [path])
      let names = ["mu", "a[1,1,1]", "a[1,1,2]", "b[2]", "b[1]", "theta[1]", "theta[2]"]
      #expect(read.draws.scalarNames == names)
      #expect(read.draws.variables.last?.shape == .vector(2))
      #expect(read.draws.counts == [2])
      #expect(try read.draws.values(of: "a[1,1,2]") == [3, 30])
      #expect(try read.draws.values(of: "theta[1]").last?.isNaN == true)
      #expect(try read.draws.values(of: "theta[2]") == [7, .infinity])
      #expect(read.statistics.available == [.logDensity, .acceptanceRate])
      #expect(read.statistics[.logDensity] == [-1.5, -2.5])
      #expect(read.statistics.stepSizes == [0.809818])
      #expect(read.statistics.inverseMetrics == [[0.961989, 2]])
      #expect((read.warmup, read.seed) == (4, 4711))
    }
  }

  @Test(arguments: [
    ("lp__,x\n1,2\n3\n", ":3: 1 cells, expected 2"),
    ("# c\nlp__,x\n1,2,3\n", ":3: 3 cells, expected 2"),
    ("lp__,x\n1,2\n\n3,two\n", ":4: x = `two`, expected a number"),
    ("lp__,x\n,2\n", ":2: lp__ = ``, expected a number"),
    ("x,x\n1,2\n", ":1: two columns are called `x`"),
    ("# nothing\n", ": there is no header, expected the columns' names below the comments"),
    ("", ": there is no header, expected the columns' names below the comments"),
  ])
  func malformedFiles(_ text: String, _ message: String) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/draws.csv"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: StanCSVError.self) { try StanCSV(contentsOf: [path]) }
      #expect(error?.description == path + message)
    }
  }

  @Test func filesThatAreNotOfOneRun() throws {
    try withTemporaryFolder { folder in
      let paths = ["a", "b", "c"].map { "\(folder)/\($0).csv" }
      for (path, text) in zip(paths, ["lp__,x\n1,2\n", "# c\nlp__,y\n1,2\n", "lp__\n1\n"]) {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      }
      func message(_ paths: [String]) -> String? {
        #expect(throws: StanCSVError.self) { try StanCSV(contentsOf: paths) }?.description
      }
      #expect(
        message([paths[0], paths[1]])
          == paths[1] + ":2: there is a column `y`, expected `x` as in the first file")
      #expect(message([paths[0], paths[2]]) == paths[2] + ":1: 1 columns, expected 2 as in the first file")
      #expect(message([]) == "there are no files, expected one for each chain")
      #expect(message([folder + "/none.csv"]) == folder + "/none.csv: there is no such file")
      #expect(message([folder]) == folder + ": it cannot be read")
      try Data([0x78, 0xFF, 0xFE]).write(to: URL(fileURLWithPath: paths[0]))
      #expect(message([paths[0]]) == paths[0] + ": it is not UTF-8")
    }
  }

  @Test func statisticsAndDrawsAreOfTheSameChains() throws {
    let sample = try sample([Variable(name: "mu", shape: .scalar)], counts: [2, 2])
    let other = try SamplerStatistics([:], counts: [4])
    #expect(throws: DrawsError.differentCounts([4], expected: [2, 2])) {
      try StanCSV(sample.draws, statistics: other)
    }
  }

  @Test func withoutStatisticsThereAreColumnsAlone() throws {
    let draws = try Draws(
      VariableColumns(variables: [Variable(name: "x", shape: .scalar)], columns: [[1, 2]]), counts: [2])
    let text = try StanCSV(draws, statistics: SamplerStatistics([:], counts: [2])).text(chain: 0)
    #expect(text.hasSuffix("\nx\n1.0\n2.0\n"))
  }

  /// Files that cannot be written are an error, and nothing is left behind.
  @Test func writesWholeFilesOrNone() throws {
    let sample = try sample([Variable(name: "mu", shape: .scalar)])
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/fit_1.csv", withIntermediateDirectories: false)
      #expect(throws: (any Error).self) { try sample.write(to: folder, name: "fit") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["fit_1.csv"])
    }
  }
}
