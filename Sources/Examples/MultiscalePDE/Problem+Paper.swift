import Foundation
import GP

extension Problem {
  /// The problems of Fang et al., Solving High Frequency and Multi-Scale PDEs with Gaussian Processes, ICLR 2024:
  /// Poisson's equation (P), Allen and Cahn's (A), advection (V), with Dirichlet data on all sides.
  static let paper = lines + boxes

  private static let lines: [Problem] = [
    line(
      "P1", solution: "sin 100x", 0, 2 * .pi, 400, Published(error: 4.0e-7, factor: 2),
      exact: { sin(100 * $0) }, laplacian: { -1e4 * sin(100 * $0) }),
    line(
      "P2", solution: "sin x + .1 sin 20x + .05 sin 100x", 0, 1, 900, Published(error: 3.5e-4, factor: 0.1),
      exact: { sin($0) + 0.1 * sin(20 * $0) + 0.05 * sin(100 * $0) },
      laplacian: { -sin($0) - 40 * sin(20 * $0) - 500 * sin(100 * $0) }),
    line(
      "P3", solution: "sin 6x cos 100x", 0, 2 * .pi, 400, Published(error: 1.5e-6, factor: 1),
      exact: { sin(6 * $0) * cos(100 * $0) }, laplacian: beats),
    line(
      "P4", solution: "x sin 200x", 0, 2 * .pi, 900, Published(error: 9.0e-7, factor: 2),
      exact: { $0 * sin(200 * $0) }, laplacian: { 400 * cos(200 * $0) - 4e4 * $0 * sin(200 * $0) }),
    line(
      "P5", solution: "sin 500x - 2(x - 1/2)²", 0, 1, 400, Published(error: 4.2e-4, factor: 0.1),
      exact: { sin(500 * $0) - 2 * ($0 - 0.5) * ($0 - 0.5) }, laplacian: { -2.5e5 * sin(500 * $0) - 4 }),
    line(
      "A1", solution: "sin 100x", 0, 2 * .pi, 400, Published(error: 7.7e-7, factor: 1),
      exact: { sin(100 * $0) }, laplacian: { -1e4 * sin(100 * $0) }, reacts: true),
    line(
      "A2", solution: "sin 6x cos 100x", 0, 2 * .pi, 400, Published(error: 4.2e-6, factor: 1),
      exact: { sin(6 * $0) * cos(100 * $0) }, laplacian: beats, reacts: true),
  ]

  private static let boxes: [Problem] = [
    box(
      "P6", solution: "sin 100x sin 100y", 2 * .pi, 400, Published(error: 6.5e-5, factor: 0.1),
      exact: { sin(100 * $0) * sin(100 * $1) }, laplacian: { -2e4 * sin(100 * $0) * sin(100 * $1) }),
    box(
      "P7", solution: "sin 6x cos 20x + sin 6y cos 20y", 2 * .pi, 200, Published(error: 1.0e-3, factor: 1.0 / 3),
      exact: { sin(6 * $0) * cos(20 * $0) + sin(6 * $1) * cos(20 * $1) },
      laplacian: { slowBeats($0) + slowBeats($1) }),
    box(
      "P8", solution: "sin 100x cos 100y", 1, 200, Published(error: 2.2e-4, factor: 1.0 / 3),
      exact: { sin(100 * $0) * cos(100 * $1) }, laplacian: { -2e4 * sin(100 * $0) * cos(100 * $1) }),
    box(
      "A3", solution: "h(x) h(y), h = sin x + .1 sin 20x + cos 100x", 1, 200,
      Published(error: 2.6e-3, factor: 0.1), exact: { scales($0) * scales($1) },
      laplacian: { bentScales($0) * scales($1) + scales($0) * bentScales($1) }, reacts: true),
    advection,
  ]

  /// (sin 6x cos 100x)''
  private static let beats: @Sendable (Double) -> Double = {
    0.5 * (94 * 94 * sin(94 * $0) - 106 * 106 * sin(106 * $0))
  }
  /// (sin 6x cos 20x)''
  private static let slowBeats: @Sendable (Double) -> Double = {
    0.5 * (14 * 14 * sin(14 * $0) - 26 * 26 * sin(26 * $0))
  }
  private static let scales: @Sendable (Double) -> Double = { sin($0) + 0.1 * sin(20 * $0) + cos(100 * $0) }
  private static let bentScales: @Sendable (Double) -> Double = {
    -sin($0) - 40 * sin(20 * $0) - 1e4 * cos(100 * $0)
  }

  private static var advection: Problem {
    let exact: @Sendable (Double, Double) -> Double = { x, t in sin(x - 200 * t) }
    return Problem(
      name: "V", equation: "200 u_x + u_t = 0", solution: "sin(x - 200t)", ends: [[0, 1], [0, 1]], time: true,
      grid: [200, 200], exact: .plane(exact),
      pde: PDE(on: .box([0, 1], [0, 1])) { u in
        Equation(200 * d(u, .x) + d(u, .y) == 0)
        Boundary(.dirichlet(exact))
      }, published: Published(error: 1.4e-4, factor: 1))
  }

  private static func line(
    _ name: String, solution: String, _ lower: Double, _ upper: Double, _ points: Int, _ published: Published,
    exact: @escaping @Sendable (Double) -> Double, laplacian source: @escaping @Sendable (Double) -> Double,
    reacts: Bool = false
  ) -> Problem {
    Problem(
      name: name, equation: reacts ? "u'' + u(u² - 1) = F" : "u'' = F", solution: solution,
      ends: [[lower, upper]], grid: [points], exact: .line(exact),
      pde: PDE(on: .box([lower, upper])) { u in
        if reacts {
          Equation(laplacian(u) + u * (u * u - 1) == { source($0) + exact($0) * (exact($0) * exact($0) - 1) })
        } else {
          Equation(laplacian(u) == source)
        }
        Boundary(.dirichlet(exact))
      }, published: published)
  }

  /// On the square [0, end]².
  private static func box(
    _ name: String, solution: String, _ end: Double, _ points: Int, _ published: Published,
    exact: @escaping @Sendable (Double, Double) -> Double,
    laplacian source: @escaping @Sendable (Double, Double) -> Double, reacts: Bool = false
  ) -> Problem {
    Problem(
      name: name, equation: reacts ? "Δu + u(u² - 1) = F" : "Δu = F", solution: solution,
      ends: [[0, end], [0, end]], grid: [points, points], exact: .plane(exact),
      pde: PDE(on: .box([0, end], [0, end])) { u in
        if reacts {
          Equation(
            laplacian(u) + u * (u * u - 1)
              == { x, y in
                let value = exact(x, y)
                return source(x, y) + value * (value * value - 1)
              })
        } else {
          Equation(laplacian(u) == source)
        }
        Boundary(.dirichlet(exact))
      }, published: published)
  }
}
