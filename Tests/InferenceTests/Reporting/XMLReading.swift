import Foundation

#if canImport(FoundationXML)
import FoundationXML
#endif

/// What a strict XML parser sees in a page or a drawing: the judge of well-formedness in these tests.
final class XMLReading: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]
    var text = ""
  }

  private(set) var elements: [Element] = []
  private(set) var error: String?
  private var open: [Int] = []

  init(_ text: String) {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    if !parser.parse() {
      error = parser.parserError.map { "\($0) at line \(parser.lineNumber)" } ?? "not well-formed"
    }
  }

  func named(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  var identifiers: [String] { elements.compactMap { $0.attributes["id"] } }

  /// The places that elements refer to.
  var references: [String] {
    elements.flatMap { element in
      element.attributes.filter { ["href", "xlink:href", "src", "data", "action"].contains($0.key) }.map(
        \.value)
    }
  }

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    open.append(elements.count)
    elements.append(Element(name: elementName, attributes: attributes))
  }

  func parser(
    _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if let last = open.last { elements[last].text += string }
  }
}
