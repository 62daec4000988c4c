/// A measure on finitely many elements, exact but for rounding: what laws of inference are checked against
/// without sampling noise. Elements are kept in the order in which they first occur; those of mass 0 are left
/// out.
public struct FiniteMeasure<Element: Hashable & Sendable>: Sendable {
  public private(set) var elements: [Element] = []
  public private(set) var masses: [Double] = []
  private var indices: [Element: Int] = [:]

  /// Masses of an element that occurs more than once are added.
  ///
  /// - Throws: `FiniteChainError.invalidMass` for a mass that is negative or not finite.
  public init(_ pairs: some Sequence<(Element, Double)>) throws(FiniteChainError) {
    for (element, mass) in pairs {
      guard mass >= 0, mass < .infinity else { throw .invalidMass(state: "\(element)", value: mass) }
      add(mass, to: element)
    }
  }

  private init() {}

  /// Mass 1 at one element.
  public static func point(_ element: Element) -> FiniteMeasure {
    var result = FiniteMeasure()
    result.add(1, to: element)
    return result
  }

  /// The same mass on each of some elements, 1 in all.
  public static func uniform(_ elements: some Collection<Element>) -> FiniteMeasure {
    var result = FiniteMeasure()
    for element in elements { result.add(1 / Double(elements.count), to: element) }
    return result
  }

  private mutating func add(_ mass: Double, to element: Element) {
    guard mass > 0 else { return }
    if let index = indices[element] {
      masses[index] += mass
    } else {
      indices[element] = elements.count
      elements.append(element)
      masses.append(mass)
    }
  }

  /// The mass of an element.
  public subscript(element: Element) -> Double { indices[element].map { masses[$0] } ?? 0 }

  /// The mass of all elements.
  public var mass: Double { masses.reduce(0, +) }

  /// The sum of f(x) m(x).
  public func integral(of f: (Element) throws -> Double) rethrows -> Double {
    var sum = 0.0
    for (element, mass) in zip(elements, masses) { sum += try f(element) * mass }
    return sum
  }

  /// The image of the measure.
  public func map<Image: Hashable & Sendable>(
    _ transform: (Element) throws -> Image
  ) rethrows -> FiniteMeasure<Image> {
    try flatMap { .point(try transform($0)) }
  }

  /// The measure of what a kernel gives: the sum of m(x) k(x, .).
  public func flatMap<Image: Hashable & Sendable>(
    _ kernel: (Element) throws -> FiniteMeasure<Image>
  ) rethrows -> FiniteMeasure<Image> {
    var result = FiniteMeasure<Image>()
    for (element, mass) in zip(elements, masses) {
      let image = try kernel(element)
      for (next, share) in zip(image.elements, image.masses) { result.add(mass * share, to: next) }
    }
    return result
  }

  /// The measure with a density: scores.
  ///
  /// - Throws: `FiniteChainError.invalidMass` where the density is negative or not finite.
  public func weighted(by density: (Element) -> Double) throws(FiniteChainError) -> FiniteMeasure {
    try FiniteMeasure(zip(elements, masses).map { ($0, $1 * density($0)) })
  }

  /// The probability measure in proportion to it.
  ///
  /// - Throws: `FiniteChainError.zeroMass`.
  public func normalized() throws(FiniteChainError) -> FiniteMeasure {
    let mass = mass
    guard mass > 0 else { throw .zeroMass }
    var result = self
    for i in masses.indices { result.masses[i] /= mass }
    return result
  }

  /// The largest difference of the masses of an element.
  public func distance(to other: FiniteMeasure) -> Double {
    (elements + other.elements).map { abs(self[$0] - other[$0]) }.max() ?? 0
  }
}
