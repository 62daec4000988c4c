import NumericCore

extension NetworkRun: TraceRun {
  var isFinished: Bool { memory.state.isFinished }
  var limit: Int { memory.state.limit }
  var lastSite: String { memory.state.scores > 0 ? network.scores[memory.state.scores - 1].name : "" }
  var logPrior: Double { memory.state.logPrior.value }
  var logScore: Double { memory.state.logScore.value }
  var work: Int { memory.work }

  var siteCount: Int { memory.state.sites }
  func address(_ number: Int) -> TraceAddress { network.sites[number].address }
  func site(_ number: Int) -> Site { network.sites[number].site }

  func values(_ number: Int, element: Int?) -> [Double] {
    let slot = network.sites[number].value
    return element.map { [frame[slot][$0]] } ?? frame.elements(slot)
  }

  func logDensities(_ number: Int) -> [Double] { frame.elements(network.sites[number].logDensity) }

  func number(of address: TraceAddress) -> Int? { reached(network.numbering.siteOfAddress[address]) }
  func number(ofName name: String) -> Int? { reached(network.numbering.siteOfName[name]) }
  private func reached(_ number: Int?) -> Int? { number.flatMap { $0 < siteCount ? $0 : nil } }

  func choiceCount(of sites: SiteSelection) -> Int { network.numbering.selected(sites).count(reached: siteCount) }
  func choice(_ index: Int, of sites: SiteSelection) -> (site: Int, element: Int) {
    network.numbering.selected(sites).choice(index)
  }
  func choice(_ number: Int) -> (choice: Choice, run: PartialRun) { frame.choice(network.sites[number]) }
}
