import Foundation
import GP

extension Problem {
  /// Others, of other kinds: in space and time, in three dimensions, with coefficients that oscillate.
  static let further = [
    heat, wave, helmholtz, burgers, oscillating, layer, cube, reactingCube,
  ]

  private static var heat: Problem {
    let diffusivity = 1e-3
    /// The decay of sin(n pi x).
    let mode: @Sendable (Double, Double, Double) -> Double = { n, x, t in
      exp(-diffusivity * n * n * .pi * .pi * t) * sin(n * .pi * x)
    }
    let exact: @Sendable (Double, Double) -> Double = { x, t in mode(1, x, t) + 0.3 * mode(20, x, t) }
    return Problem(
      name: "heat", equation: "u_t = .001 u_xx", solution: "modes 1 and 20 of the unit interval, decaying",
      ends: [[0, 1], [0, 1]], time: true, grid: [100, 100], exact: .plane(exact),
      pde: PDE(on: .box([0, 1], [0, 1])) { u in
        Equation(d(u, .y) - diffusivity * d(u, .x, order: 2) == 0)
        Boundary(.dirichlet(exact), on: .lower(.x), .upper(.x), .lower(.y))
      })
  }

  private static var wave: Problem {
    let exact: @Sendable (Double, Double) -> Double = { x, t in
      sin(3 * .pi * x) * cos(6 * .pi * t) + 0.2 * sin(20 * .pi * x) * cos(40 * .pi * t)
    }
    return Problem(
      name: "wave", equation: "u_tt = 4 u_xx", solution: "modes 3 and 20 of a string", ends: [[0, 1], [0, 1]],
      time: true, grid: [120, 200], exact: .plane(exact),
      pde: PDE(on: .box([0, 1], [0, 1])) { u in
        Equation(d(u, .y, order: 2) - 4 * d(u, .x, order: 2) == 0)
        Boundary(.dirichlet(exact), on: .lower(.x), .upper(.x), .lower(.y))
        Boundary(.neumann(0), on: .lower(.y))
      })
  }

  private static var helmholtz: Problem {
    let exact: @Sendable (Double, Double) -> Double = { x, y in sin(30 * x + 40 * y) + cos(48 * x - 14 * y) }
    return Problem(
      name: "helmholtz", equation: "Δu + 2500u = 0", solution: "sin(30x + 40y) + cos(48x - 14y)",
      ends: [[0, 1], [0, 1]], grid: [120, 120], exact: .plane(exact),
      pde: PDE(on: .box([0, 1], [0, 1])) { u in
        Equation(laplacian(u) + 2500 * u == 0)
        Boundary(.dirichlet(exact))
      })
  }

  private static var burgers: Problem {
    let viscosity = 0.05
    let exact: @Sendable (Double, Double) -> Double = { x, t in
      sin(2 * x + t) + 0.1 * sin(40 * x) * cos(10 * t)
    }
    let source: @Sendable (Double, Double) -> Double = { x, t in
      let slope = 2 * cos(2 * x + t) + 4 * cos(40 * x) * cos(10 * t)
      let bend = -4 * sin(2 * x + t) - 160 * sin(40 * x) * cos(10 * t)
      return cos(2 * x + t) - sin(40 * x) * sin(10 * t) + exact(x, t) * slope - viscosity * bend
    }
    return Problem(
      name: "burgers", equation: "u_t + u u_x - .05 u_xx = F",
      solution: "sin(2x + t) + .1 sin 40x cos 10t", ends: [[0, 1], [0, 1]], time: true, grid: [120, 120],
      exact: .plane(exact),
      pde: PDE(on: .box([0, 1], [0, 1])) { u in
        Equation(d(u, .y) + u * d(u, .x) - viscosity * d(u, .x, order: 2) == source)
        Boundary(.dirichlet(exact), on: .lower(.x), .upper(.x), .lower(.y))
      })
  }

  private static var oscillating: Problem {
    let coefficient: @Sendable (Double) -> Double = { 2 + sin(60 * $0) }
    let slope: @Sendable (Double) -> Double = { 60 * cos(60 * $0) }
    let exact: @Sendable (Double) -> Double = { sin(3 * $0) + 0.02 * sin(120 * $0) }
    let source: @Sendable (Double) -> Double = {
      coefficient($0) * (-9 * sin(3 * $0) - 288 * sin(120 * $0))
        + slope($0) * (3 * cos(3 * $0) + 2.4 * cos(120 * $0))
    }
    return Problem(
      name: "oscillating", equation: "(a u')' = F, a = 2 + sin 60x", solution: "sin 3x + .02 sin 120x",
      ends: [[0, 2]], grid: [400], exact: .line(exact),
      pde: PDE(on: .box([0, 2])) { u in
        Equation(Field(coefficient) * d(u, .x, order: 2) + Field(slope) * d(u, .x) == source)
        Boundary(.dirichlet(exact))
      })
  }

  /// A layer at the upper end as thick as the diffusivity.
  private static var layer: Problem {
    let diffusivity = 0.02
    let exact: @Sendable (Double) -> Double = {
      $0 - (exp(($0 - 1) / diffusivity) - exp(-1 / diffusivity)) / (1 - exp(-1 / diffusivity))
    }
    return Problem(
      name: "layer", equation: "-.02 u'' + u' = 1", solution: "x, but for a layer at 1", ends: [[0, 1]],
      grid: [400], exact: .line(exact),
      pde: PDE(on: .box([0, 1])) { u in
        Equation(d(u, .x) - diffusivity * d(u, .x, order: 2) == 1)
        Boundary(.dirichlet(0))
      })
  }

  private static let product: @Sendable (Double, Double, Double) -> Double = {
    sin(40 * $0) * cos(30 * $1) * sin(20 * $2)
  }

  private static var cube: Problem {
    Problem(
      name: "cube", equation: "Δu = F", solution: "sin 40x cos 30y sin 20z + xyz",
      ends: [[0, 1], [0, 1], [0, 1]], grid: [50, 50, 50],
      exact: .space { product($0, $1, $2) + $0 * $1 * $2 },
      pde: PDE(on: .box([0, 1], [0, 1], [0, 1])) { u in
        Equation(laplacian(u) == { -2900 * product($0, $1, $2) })
        Boundary(.dirichlet { product($0, $1, $2) + $0 * $1 * $2 })
      })
  }

  private static var reactingCube: Problem {
    Problem(
      name: "reacting-cube", equation: "Δu + u(u² - 1) = F", solution: "sin 40x cos 30y sin 20z",
      ends: [[0, 1], [0, 1], [0, 1]], grid: [50, 50, 50], exact: .space(product),
      pde: PDE(on: .box([0, 1], [0, 1], [0, 1])) { u in
        Equation(
          laplacian(u) + u * (u * u - 1)
            == { x, y, z in
              let value = product(x, y, z)
              return -2900 * value + value * (value * value - 1)
            })
        Boundary(.dirichlet(product))
      })
  }
}
