import NumericCore
import PPL
import Testing

@Suite struct SiteEvaluationTests {
  /// Sites are given, what is returned follows from them, and what no score depends on is drawn.
  @Test func columnsFollowFromSites() throws {
    let model = Model {
      let a = Latent("a", Normal(0, 1))
      let scan = Scan("s", over: [0.1, 0.2], from: a) { x, y in
        let next = Latent("x", Normal(x, 1))
        Observe(y, from: Normal(next, 1))
        Return(next)
      }
      scan
      let free = Latent("free", Normal(a, 1))
      Return((sum: scan.states.sum + a, free: free))
    }
    let evaluation = try SiteEvaluation(model)
    #expect(Set(evaluation.sites.map(\.name)) == ["a", "s/x"])
    let given = ["a": [[1.0, 2]], "s/x": [[10.0, 20], [100, 200]]]
    let columns = try evaluation.columns(given: given, count: 2, key: RandomKey(seed: 1))
    #expect(columns["sum"] == [[111, 222]] && columns["s/x"] == [[10, 20], [100, 200]])
    #expect(try evaluation.columns(given: given, count: 2, key: RandomKey(seed: 2))["free"] != columns["free"])
    #expect(try SiteEvaluation(model, recordsSteps: false).variables.map(\.name).contains("s/x") == false)
  }
}
