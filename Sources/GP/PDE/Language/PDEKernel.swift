/// How the covariance of u is come by. That of a box is a product over its axes.
public struct PDEKernel: Sendable, Equatable {
  enum Choice: Sendable, Equatable {
    case automatic
    case family(SpectralMixture.Family, components: Int)
    case given([SpectralMixture])
  }
  let choice: Choice

  /// A spectral mixture, with all that it is made of by the evidence: on an interval the family too.
  public static let automatic = Self(choice: .automatic)

  /// A spectral mixture of a family: frequencies from spectra, scales and weights by the evidence.
  ///
  /// - Parameter components: the most that there may be.
  public static func spectralMixture(_ family: SpectralMixture.Family, components: Int = 30) -> Self {
    Self(choice: .family(family, components: components))
  }

  /// Known covariances, one for each axis, up to a common factor. Whether the grid resolves the source is
  /// then not asked.
  public static func mixtures(_ mixtures: [SpectralMixture]) -> Self { Self(choice: .given(mixtures)) }
}

/// What solvers are told of covariances.
struct Covariances {
  /// Instead of a choice.
  let given: [EnvelopeBasis]?
  /// Nil where it is for the evidence to say.
  let family: SpectralMixture.Family?
  let mostComponents: Int
}

extension PDEKernel {
  /// Bases on a grid, where covariances are known.
  ///
  /// - Throws: `wrongGrid`, `invalidCovariance`.
  func given(on grid: TensorGrid) throws(PDEError) -> [EnvelopeBasis]? {
    guard case .given(let mixtures) = choice else { return nil }
    guard mixtures.count == grid.axes.count else {
      throw .wrongGrid(count: mixtures.count, dimensions: grid.axes.count)
    }
    var bases: [EnvelopeBasis] = []
    for (axis, mixture) in mixtures.enumerated() {
      bases.append(try mixture.basis(on: grid.axes[axis], axis: axis))
    }
    return bases
  }

  var isGiven: Bool {
    if case .given = choice { true } else { false }
  }

  /// Nil where it is for the evidence to say.
  var family: SpectralMixture.Family? {
    if case .family(let family, _) = choice { family } else { nil }
  }

  /// The most that there may be.
  var components: Int {
    if case .family(_, let components) = choice { components } else { SpectralSelection.usualMost }
  }
}
