import Foundation
import Testing

/// The example commands as a user runs them: bad input ends in one clear line and a status that is not zero.
@Suite struct CommandTests {
  /// The products lie beside the test bundle.
  private static var products: URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
  }

  private func run(
    _ name: String, _ arguments: [String], environment: [String: String]? = nil
  ) throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = Self.products.appendingPathComponent(name)
    process.arguments = arguments
    if let environment { process.environment = environment }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (output, errors) = (folder.appendingPathComponent("out"), folder.appendingPathComponent("err"))
    for file in [output, errors] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.currentDirectoryURL = folder
    try process.run()
    process.waitUntilExit()
    return (
      process.terminationStatus, try String(contentsOf: output, encoding: .utf8),
      try String(contentsOf: errors, encoding: .utf8)
    )
  }

  private func regression(_ csv: String?, _ options: [String] = ["--x", "x", "--y", "y"]) throws -> (Int32, String) {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).csv").path
    if let csv { try csv.write(toFile: path, atomically: true, encoding: .utf8) }
    defer { try? FileManager.default.removeItem(atPath: path) }
    let result = try run("regression", [path] + options)
    return (result.status, result.errors)
  }

  @Test(arguments: [
    (nil, "there is no such file"),
    ("", "the file is empty"),
    ("x,y\n", "there are no rows"),
    ("x,y\n1,2\n3\n", ":3: 1 cells, expected 2"),
    ("x,z\n1,2\n3,4\n", "there is no column `y`; there are `x`, `z`"),
    ("x,y\n1,2\n3,abc\n", ":3: y = `abc`, expected a finite number"),
    ("x,y\n1,2\n3,nan\n", ":3: y = `nan`, expected a finite number"),
    ("x,y\n1,2\n1,3\n", "at least two different values"),
  ] as [(String?, String)])
  func badTablesEndInOneLine(csv: String?, expected: String) throws {
    let (status, errors) = try regression(csv)
    #expect(status != 0)
    #expect(errors.contains(expected))
    #expect(errors.split(separator: "\n").count == 1, "\(errors)")
  }

  @Test func logarithmsOfNegativeNumbersAreRefused() throws {
    let (status, errors) = try regression("x,y\n1,2\n-3,4\n5,6\n", ["--x", "x", "--y", "y", "--log"])
    #expect(status != 0 && errors.contains("x = -3.0 in row 2, expected > 0"))
  }

  @Test func aRunWritesItsFiles() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let result = try run("eight-schools", ["--draws", "200", "--output", folder])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(result.output.contains("theta[8]") && result.output.contains("R-hat"))
    #expect(FileManager.default.fileExists(atPath: "\(folder)/report.html"))
    #expect(FileManager.default.fileExists(atPath: "\(folder)/draws_4.csv"))
  }

  private static let hasReference = ProcessInfo.processInfo.environment["BOREL_REFERENCE"] != nil

  /// NUTS beside reference draws, |z| < 4, at the command's seed. `make posteriors` runs the others too.
  @Test(.enabled(if: hasReference, "BOREL_REFERENCE does not name the folder of reference posteriors"))
  func posteriorsAgreeWithTheReference() throws {
    let names = ["eight_schools", "kidscore", "arK", "blr", "nes", "wells", "radon", "gp_regr", "seeds"]
    let result = try run("posteriors", names)
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.split(separator: "\n").count == names.count + 1)
  }

  @Test func withoutReferencesTheCommandSaysThatItSkips() throws {
    let process = try run("posteriors", [], environment: [:])
    #expect(process.status == 0 && process.output.contains("skipped"))
  }

  @Test func theSameSeedPrintsTheSame() throws {
    let first = try run("eight-schools", ["--draws", "100", "--seed", "3", "--json"])
    let second = try run("eight-schools", ["--draws", "100", "--seed", "3", "--json"])
    #expect(first.status == 0 && first.output == second.output)
    #expect(try JSONSerialization.jsonObject(with: Data(first.output.utf8)) is [String: Any])
  }

  private func json(_ name: String, _ arguments: [String]) throws -> [String: Any] {
    let result = try run(name, arguments + ["--json"])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  /// The shares of draws of each k are exact probabilities, of the prior too: 4.5 standard errors, seed 1.
  @Test(arguments: [[], ["--prior"]])
  func reversibleJumpsGiveTheExactNumbersOfChangepoints(options: [String]) throws {
    let results = try json("coal-mining", ["--draws", "1500"] + options)
    let counts = try #require(results["counts"] as? [[String: Any]])
    #expect(counts.count == 9)
    for row in counts {
      let (exact, estimate) = (row["exact"] as? Double ?? .nan, row["estimate"] as? Double ?? .nan)
      guard let error = row["standardError"] as? Double else {
        #expect(exact < 1e-3, "\(row)")
        continue
      }
      #expect(abs(estimate - exact) < 4.5 * error, "\(row)")
    }
    #expect((results["acceptance"] as? [String: Double])?["birth and death"] ?? 0 > 0.02)
    if options.isEmpty {
      // The rates of Green (1995), figure 2: about 3 disasters a year at first, and fewer than 1.2 later.
      let decades = (results["decades"] as? [[String: Any]] ?? []).compactMap { $0["meanRate"] as? Double }
      #expect(decades.count == 12 && decades[1] > 2.5 && decades[1] < 3.7 && decades[8] < 1.3)
    }
  }

  @Test func coalMiningPrintsAndWritesAReport() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let result = try run("coal-mining", ["--draws", "100", "--warmup", "10", "--output", folder])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    for text in ["191 in 112 years", "changepoints", "1880s", "birth and death"] { #expect(result.output.contains(text)) }
    #expect(FileManager.default.fileExists(atPath: "\(folder)/report.html"))
  }

  /// Every partition of five data, summed: evidence and number of clusters; 4.5 standard errors, seed 1.
  @Test func mixtureGivesTheSumOverPartitions() throws {
    let y = [-1.2, 3.1, -0.7, 2.6, 0.4]
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).csv").path
    try ("y\n" + y.map { "\($0)\n" }.joined()).write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let masses = PartitionSum(y).massByClusters
    let evidence = masses.reduce(0, +)

    let results = try json("mixture", [path, "--particles", "50", "--islands", "40"])
    let (logEvidence, error) = (results["logEvidence"] as? Double, results["logEvidenceError"] as? Double)
    #expect(abs(exp((logEvidence ?? .nan) - log(evidence)) - 1) < 4.5 * (error ?? 0))
    let counts = try #require(results["counts"] as? [[String: Any]])
    #expect(counts.count == y.count)
    for (row, mass) in zip(counts, masses) {
      let (probability, error) = (row["probability"] as? Double ?? .nan, row["standardError"] as? Double ?? 0)
      #expect(abs(probability - mass / evidence) < 4.5 * error, "\(row): \(mass / evidence)")
    }
  }

  @Test func mixturePrintsAndWritesAReport() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let result = try run("mixture", ["--particles", "20", "--islands", "2", "--output", folder])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    for text in ["clusters", "log evidence", "ancestors"] { #expect(result.output.contains(text)) }
    #expect(FileManager.default.fileExists(atPath: "\(folder)/report.html"))
    let refused = try run("mixture", ["--concentration", "0"])
    #expect(refused.status != 0 && refused.errors.contains("expected a finite number > 0"))
  }

  private func counts(_ values: [Double]) throws -> String {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).csv").path
    try ("year,count\n" + values.enumerated().map { "\($0.offset + 1),\($0.element)\n" }.joined())
      .write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// Means of SMC^2 and of PMMH, two ways to one posterior, on data of a user's: 4.5 standard errors of both, seed 1.
  @Test func populationDynamicsAgreesWithMetropolisHastings() throws {
    let path = try counts([100, 151, 204, 322, 371, 530, 477, 614, 560, 630, 548, 622])
    defer { try? FileManager.default.removeItem(atPath: path) }
    let results = try json(
      "population-dynamics", [path, "--ricker", "--islands", "8", "--particles", "150", "--inner", "60", "--compare"])
    let parameters = try #require(results["parameters"] as? [[String: Any]])
    #expect(parameters.compactMap { $0["name"] as? String } == ["growth", "capacity", "process noise", "count noise"])
    for row in parameters {
      let (mean, error) = (row["mean"] as? Double ?? .nan, row["standardError"] as? Double ?? .nan)
      let (other, otherError) = (row["chainMean"] as? Double ?? .nan, row["chainError"] as? Double ?? .nan)
      #expect(abs(mean - other) < 4.5 * hypot(error, otherError), "\(row)")
      #expect(hypot(error, otherError) < 0.3 * (row["standardDeviation"] as? Double ?? .nan), "\(row)")
    }
    let years = try #require(results["years"] as? [[String: Any]])
    #expect(years.count == 12)
    let (last, logEvidence) = (years.last?["logEvidence"] as? Double, results["logEvidence"] as? Double)
    #expect(abs((last ?? .nan) - (logEvidence ?? .nan)) < 1e-9)
  }

  @Test func populationDynamicsPrintsAndWritesAReport() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let small = ["--particles", "40", "--inner", "20", "--islands", "2", "--output", folder]
    let result = try run("population-dynamics", small)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    for text in ["50 years", "capacity", "truth", "shape", "log evidence", "accepted"] {
      #expect(result.output.contains(text))
    }
    #expect(FileManager.default.fileExists(atPath: "\(folder)/report.html"))
    #expect(try run("population-dynamics", small).output == result.output)
  }

  @Test(arguments: [
    ([3, 0], [], "count = 0.0 in row 2, expected > 0"), ([3, 4], ["--column", "n"], "there is no column `n`"),
    ([3], [], "1 year, expected at least 2"), ([3, 4], ["--inner", "0"], "inner particles = 0"),
    ([3, 4], ["--particles", "0"], "particles = 0"),
  ] as [([Double], [String], String)])
  func populationDynamicsRefusesWhatIsWrong(values: [Double], options: [String], expected: String) throws {
    let path = try counts(values)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let result = try run("population-dynamics", [path] + options)
    #expect(result.status != 0 && result.errors.contains(expected), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
  }

  /// Two samplers of one posterior agree: |z| < 4.5 for the parameters, seed 1.
  @Test func volatilityIsTheSameByBothSamplers() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let prices = (0..<41).map { 100 + 10 * sin(Double($0)) + 3 * cos(2.3 * Double($0)) }
    let path = "\(folder)/prices.csv"
    try ("day,close\n" + prices.enumerated().map { "\($0),\($1)\n" }.joined()).write(
      toFile: path, atomically: true, encoding: .utf8)
    let options = ["--draws", "1000", "--marginal-draws", "1500", "--output", folder]
    let results = try json("stochastic-volatility", [path, "--column", "close", "--prices"] + options)
    let rows = try #require(results["rows"] as? [[String: Any]])
    #expect(rows.compactMap { $0["name"] as? String } == ["mu", "phi", "sigma"])
    for row in rows { #expect(abs(row["z"] as? Double ?? .nan) < 4.5, "\(row)") }
    #expect(results["pathZ"] as? Double ?? .nan < 2.5)
    #expect(FileManager.default.fileExists(atPath: "\(folder)/report.html"))
  }

  @Test(arguments: [
    ("close\n1\n2\n-3\n", ":4: close = -3.0, expected a price > 0"),
    ("close\n1\n2\n", "1 returns, expected at least 10"),
    ("close\n" + String(repeating: "2\n", count: 20), "all returns are 0.0"),
    ("close\n1\nx\n", ":3: close = `x`, expected a finite number"),
  ])
  func badPricesEndInOneLine(csv: String, expected: String) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).csv").path
    try csv.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let result = try run("stochastic-volatility", [path, "--column", "close", "--prices"])
    #expect(result.status != 0 && result.errors.contains(expected), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  /// Two coordinates on a grid of 20 x 20 places, a fifth of the rows held out, with noise of 0.05: the held-out error is the
  /// noise's, and predictions are written for other places.
  @Test func functionalTensorFitsAndPredicts() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var text = "a,b,z,fold\n"
    for i in 0..<400 {
      let (a, b) = (Double(i % 20) / 10, Double(i / 20) / 10)
      let noise = 0.1 * (Double((i * 7919) % 101) / 100 - 0.5)
      text += "\(a),\(b),\(sin(3 * a) * cos(2 * b) + a + noise),\((i * 31) % 5 == 0 ? 1 : 0)\n"
    }
    let (path, places) = ("\(folder)/data.csv", "\(folder)/places.csv")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    try "b,a\n0.25,0.35\n9,-3\n".write(toFile: places, atomically: true, encoding: .utf8)
    let options = ["--value", "z", "--fold", "fold", "--rank", "1", "--smoothness", "1.5", "--predict", places, "--output", folder]
    let results = try json("functional-tensor", [path] + options)
    let held = try #require(results["heldOut"] as? [String: Any])
    #expect(held["rows"] as? Int == 80)
    #expect(held["rootMeanSquare"] as? Double ?? .nan < 0.05)
    let predictions = try String(contentsOfFile: "\(folder)/predictions.csv", encoding: .utf8).split(separator: "\n")
    #expect(predictions.count == 3 && predictions[0] == "a,b,mean,sd,lower,upper")
    let first = predictions[1].split(separator: ",").compactMap { Double($0) }
    #expect(abs(first[2] - (sin(3 * 0.35) * cos(2 * 0.25) + 0.35)) < 0.06)
    #expect(FileManager.default.fileExists(atPath: "\(folder)/report.html"))
    #expect(try run("functional-tensor", [path] + options).errors.isEmpty)
  }

  /// Stations without order, hours on a circle, and a value in forty that is far off: the prediction is that of the rest.
  @Test func functionalTensorTakesCategoriesCirclesAndOutliers() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var text = "station,hour,count\n"
    for i in 0..<240 {
      let (station, level) = [(7, 3.0), (2, -1), (40, 6)][i % 3]
      let hour = Double((5 * i + i / 24) % 24)
      let noise = 0.1 * (Double((i * 7919) % 101) / 100 - 0.5) + (i % 40 == 11 ? 30 : 0)
      text += "\(station),\(hour),\(level + 2 * sin(.pi * hour / 12) + noise)\n"
    }
    let (path, places) = ("\(folder)/data.csv", "\(folder)/places.csv")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    try "station,hour\n2,6.5\n40,23.5\n".write(toFile: places, atomically: true, encoding: .utf8)
    let result = try run(
      "functional-tensor",
      [
        path, "--value", "count", "--categorical", "station", "--periodic", "hour=24", "--heavy-tails", "--rank", "1",
        "--tucker", "1x1", "--predict", places, "--output", folder,
      ])
    #expect(result.status == 0, "\(result.errors)")
    let rows = try String(contentsOfFile: "\(folder)/predictions.csv", encoding: .utf8).split(separator: "\n").dropFirst()
    let means = rows.compactMap { Double($0.split(separator: ",")[2]) }
    let truth = [-1 + 2 * sin(.pi * 6.5 / 12), 6 + 2 * sin(.pi * 23.5 / 12)]
    #expect(means.count == 2)
    for (mean, value) in zip(means, truth) { #expect(abs(mean - value) < 0.3, "\(mean), expected \(value)") }
  }

  @Test(arguments: [
    ("a,z\n1,2\n3,x\n", [], ":3: z = `x`, expected a finite number"), ("a,z\n1,2\n", ["--value", "q"], "there is no column `q`"),
    ("z\n1\n", [], "no column is left for a coordinate"), ("a,z\n1,2\n", ["--rank=-1"], "rank = -1"),
    ("a,z,f\n1,2,1\n", ["--fold", "f"], "no row is left to fit"),
  ] as [(String, [String], String)])
  func functionalTensorRefusesWhatIsWrong(csv: String, options: [String], expected: String) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).csv").path
    try csv.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let value = options.contains("--value") ? [] : ["--value", "z"]
    let result = try run("functional-tensor", [path] + value + options)
    #expect(result.status != 0 && result.errors.contains(expected), "\(result.errors)")
  }

  @Test(arguments: ["rod", "source"]) func inversePDEFindsTheTruthOfASimulation(problem: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let results = try json("inverse-pde", [problem, "--seed", "3", "--output", folder])
    let estimates = try #require(results["estimates"] as? [[String: Any]])
    #expect(estimates.count == 3)
    for estimate in estimates {
      let (value, truth) = (estimate["value"] as? Double ?? .nan, estimate["truth"] as? Double ?? .nan)
      #expect(abs(value - truth) < 4 * (estimate["standardDeviation"] as? Double ?? .nan), "\(estimate)")
    }
    #expect(FileManager.default.fileExists(atPath: "\(folder)/report.html"))
  }

  @Test(arguments: [
    ("x,value\n0.1,3\n0.5,q\n", [], ":3: value = `q`"), ("x,value\n0.1,3\n3,1\n0.5,2\n0.7,2\n", [], "coordinate 3.0"),
    ("x,value\n0.1,3\n", [], "1 observations for 3 parameters"), ("x,value\n0.1,3\n", ["--ends", "0"], "expected 2 numbers"),
  ] as [(String, [String], String)])
  func inversePDERefusesWhatIsWrong(csv: String, options: [String], expected: String) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).csv").path
    try csv.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let result = try run("inverse-pde", ["rod", path] + options)
    #expect(result.status != 0 && result.errors.contains(expected), "\(result.errors)")
  }

  @Test(arguments: ["A1", "V", "cube"]) func multiscalePDESolvesByName(problem: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let grid = problem == "cube" ? ["--grid", "30,30,30"] : []
    let results = try json("multiscale-pde", [problem, "--samples", "2", "--output", folder] + grid)
    #expect(results["errorOnTestGrid"] as? Double ?? .nan < 1e-7)
    let report = try String(contentsOfFile: "\(folder)/report.html", encoding: .utf8)
    #expect(report.contains("<svg") && report.contains("Uncertainty"))
  }

  @Test(arguments: [
    (["P9"], "no problem `P9`"), ([], "expected a name"), (["P1", "--grid", "a"], "--grid = a"),
    (["P1", "--grid", "100"], "take at least"), (["P6", "--grid", "100"], "a grid of 1 axes for a domain of 2"),
  ] as [([String], String)])
  func multiscalePDERefusesWhatIsWrong(arguments: [String], expected: String) throws {
    let result = try run("multiscale-pde", arguments)
    #expect(result.status != 0 && result.errors.contains(expected), "\(result.errors)")
  }

  /// Two groups that meet among themselves, and rarely otherwise.
  @Test func dynamicNetworkWritesPositionsAndAnimation() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var text = "source,target,time\n"
    for i in 0..<600 {
      let group = i % 2
      let (a, b) = ((i * 7) % 6, (i * 7) % 6 + 1 + (i / 6) % 4)
      text += "n\(2 * a + group),n\(2 * (b % 6) + (i % 50 == 0 ? 1 - group : group)),\(i)\n"
    }
    try text.write(toFile: "\(folder)/events.csv", atomically: true, encoding: .utf8)
    let arguments = ["\(folder)/events.csv", "--bins", "4", "--draws", "2", "--output", folder]
    let results = try json("dynamic-network", arguments)
    #expect(results["bins"] as? Int == 4)
    let free = try json("dynamic-network", arguments + ["--aim", "reconstruction"])
    #expect(free["velocityScale"] as? Double ?? 0 >= results["velocityScale"] as? Double ?? .infinity)
    let positions = try String(contentsOfFile: "\(folder)/positions.csv", encoding: .utf8).split(separator: "\n")
    #expect(positions.count > 12 && positions[1].hasPrefix("n"))
    let page = try String(contentsOfFile: "\(folder)/animation.html", encoding: .utf8)
    #expect(page.contains("<canvas") && !page.contains("src=\"http"))
  }

  /// Dates, with zones or without, are seconds since 1970.
  @Test func dynamicNetworkReadsDates() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let text = "source,target,time\na,b,2024-02-29\nb,c,2024-03-01T12:00:00.5+02:00\na,c,2024-03-02 01:30\n"
    try text.write(toFile: "\(folder)/events.csv", atomically: true, encoding: .utf8)
    let arguments = ["\(folder)/events.csv", "--bins", "2", "--draws", "1", "--output", folder]
    #expect(try json("dynamic-network", arguments).isEmpty == false)
    let positions = try String(contentsOfFile: "\(folder)/positions.csv", encoding: .utf8).split(separator: "\n")
    #expect(positions[1...3].map { $0.split(separator: ",")[3] } == ["1709164800.0", "1709253900.0", "1709343000.0"])
  }

  @Test(arguments: [
    ("source,target,time\n1,1,3\n1,2,x\n", ":3: time = `x`"), ("source,target,time\n1,1,3\n", "expected two different nodes"),
    ("a,target,time\n1,1,3\n", "no column `source`"),
    ("source,target,time\n1,2,2024-02-29\n1,3,2024-02-30\n", ":3: time = `2024-02-30`, expected a date"),
  ] as [(String, String)])
  func dynamicNetworkRefusesWhatIsWrong(csv: String, expected: String) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).csv").path
    try csv.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let result = try run("dynamic-network", [path])
    #expect(result.status != 0 && result.errors.contains(expected), "\(result.errors)")
  }

  /// A season of 12 steps on a trend is found, and the forecast goes on with it.
  @Test func gaussianProcessTakesASeriesApart() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var text = "month,value\n"
    for i in 0..<96 {
      let noise = 0.2 * (Double((i * 7919) % 101) / 100 - 0.5)
      text += "\(i),\(10 + 0.05 * Double(i) + 2 * sin(2 * .pi * Double(i) / 12) + noise)\n"
    }
    try text.write(toFile: "\(folder)/series.csv", atomically: true, encoding: .utf8)
    let result = try run("gp", ["\(folder)/series.csv", "--output", folder])
    #expect(result.status == 0 && result.output.contains("12") && result.errors.isEmpty, "\(result.errors)")
    #expect(FileManager.default.fileExists(atPath: "\(folder)/report.html"))
    let wrong = try run("gp", ["\(folder)/series.csv", "--y", "q"])
    #expect(wrong.status != 0 && wrong.errors.contains("q"), "\(wrong.errors)")
  }

  /// Half past midnight an hour east of Greenwich is half an hour before the year begins.
  @Test func gaussianProcessReadsZones() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let rows = (0..<20).map { "2024-01-01T\($0 < 10 ? "0" : "")\($0):30:00+01:00,\(($0 * 7) % 5)" }
    try (["time,value"] + rows).joined(separator: "\n").write(
      toFile: "\(folder)/series.csv", atomically: true, encoding: .utf8)
    let results = try json("gp", ["\(folder)/series.csv", "--no-season", "--output", folder])
    let x = try #require((results["fit"] as? [String: Any])?["x"] as? [Double])
    #expect(abs(x[0] - (2024 - 0.5 / 24 / 366)) < 1e-9, "\(x)")
  }

  /// A level that rises ever faster, a season of a year and noise of deviation 0.3, by date: the season is found with its
  /// amplitude of 3, and bands of 90% hold the forecast of three years at most of 36 months, and at 24 of them at least.
  @Test func gaussianProcessForecastsGeneratedMonths() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func truth(_ t: Double) -> Double { 315 + 1.3 * t + 0.012 * t * t + 3 * sin(2 * .pi * t) + 0.8 * cos(4 * .pi * t) }
    var text = "date,value\n"
    var state: UInt64 = 12
    for i in 0..<240 {
      // The sum of twelve uniform numbers is as good as normal.
      var noise = -6.0
      for _ in 0..<12 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        noise += Double(state >> 11) * 0x1p-53
      }
      let (year, month) = (1960 + i / 12, i % 12 + 1)
      text += String(format: "%d-%02d,%.4f\n", year, month, truth(Double(i) / 12) + 0.3 * noise)
    }
    try text.write(toFile: "\(folder)/series.csv", atomically: true, encoding: .utf8)
    let results = try json(
      "gp", ["\(folder)/series.csv", "--horizon", "3", "--output", folder])
    let periods = try #require(results["periods"] as? [Double])
    #expect(periods.count == 1 && abs((periods.first ?? 0) - 1) < 0.01, "\(periods)")
    let forecast = try #require(results["forecast"] as? [String: Any])
    func numbers(_ band: [String: Any], _ name: String) throws -> [Double] {
      try #require(band[name] as? [Double])
    }
    let (x, lower, upper) = (
      try numbers(forecast, "x"), try numbers(forecast, "lower"), try numbers(forecast, "upper")
    )
    let held = x.indices.count { (lower[$0]...upper[$0]).contains(truth(x[$0] - 1960)) }
    #expect(x.count >= 30 && Double(held) > 2.0 / 3 * Double(x.count), "\(held) of \(x.count)")
    let season = try #require((results["components"] as? [[String: Any]])?[1])
    let mean = try numbers(season, "mean")
    #expect(abs((mean.max() ?? 0) - (mean.min() ?? 0) - 6.2) < 1.5)
  }
}

/// The masses of a Dirichlet process mixture by its number of clusters, with concentration 1 and the
/// normal-inverse-gamma prior that the command has by default: the product over clusters of (size - 1)! and the
/// marginal likelihood, over n!.
private struct PartitionSum {
  private(set) var massByClusters: [Double]

  init(_ y: [Double]) {
    massByClusters = Array(repeating: 0, count: y.count)
    add(y[...], to: [])
    let factorial = exp(lgamma(Double(y.count) + 1))
    massByClusters = massByClusters.map { $0 / factorial }
  }

  private mutating func add(_ y: ArraySlice<Double>, to clusters: [[Double]]) {
    guard let datum = y.first else {
      massByClusters[clusters.count - 1] += clusters.reduce(1) {
        $0 * exp(lgamma(Double($1.count))) * Self.marginalLikelihood($1)
      }
      return
    }
    for i in clusters.indices {
      var copy = clusters
      copy[i].append(datum)
      add(y.dropFirst(), to: copy)
    }
    add(y.dropFirst(), to: clusters + [[datum]])
  }

  /// Murphy (2007), equation 207.
  private static func marginalLikelihood(_ y: [Double]) -> Double {
    let (mean0, precision0, shape0, rate0) = (0.0, 0.05, 3.0, 2.0)
    let n = Double(y.count)
    let mean = y.reduce(0, +) / n
    let (precision, shape) = (precision0 + n, shape0 + n / 2)
    let squares: Double = y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let shift: Double = precision0 * n * (mean - mean0) * (mean - mean0) / precision
    let rate: Double = rate0 + 0.5 * (squares + shift)
    let gammas: Double = lgamma(shape) - lgamma(shape0)
    let rates: Double = shape0 * log(rate0) - shape * log(rate)
    let normals: Double = 0.5 * log(precision0 / precision) - 0.5 * n * log(2 * Double.pi)
    return exp(gammas + rates + normals)
  }
}
