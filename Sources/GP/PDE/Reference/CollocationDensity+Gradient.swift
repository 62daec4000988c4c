import Foundation
import NumericCore

extension CollocationDensity {
  public func logDensity(at position: Span<Double>, workspace: inout Workspace) -> Double {
    position.withUnsafeBufferPointer { evaluate($0, nil, &workspace) }
  }

  /// The value and its gradient; -infinity where K_d + jitter is not positive definite, and then a gradient
  /// of 0.
  public func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>, workspace: inout Workspace
  ) -> Double {
    position.withUnsafeBufferPointer { position in
      gradient.withUnsafeMutableBufferPointer { evaluate(position, $0, &workspace) }
    }
  }

  private func evaluate(
    _ position: UnsafeBufferPointer<Double>, _ gradient: UnsafeMutableBufferPointer<Double>?,
    _ workspace: inout Workspace
  ) -> Double {
    precondition(position.count == dimension && gradient?.count ?? dimension == dimension, "wrong dimension")
    guard let u = position.baseAddress else { return 0 }
    let axes = problem.axes.count
    guard let logPrior = logPrior(u, &workspace) else {
      gradient?.update(repeating: 0)
      return -.infinity
    }
    fillResidual(u, &workspace)

    let (n, boundaryCount) = (Double(pointCount), Double(problem.boundaryIndices.count))
    let (logTau, logV) = (u[kernelStart(axes)], u[kernelStart(axes) + 1])
    let (tau, v) = (exp(logTau), exp(logV))
    var residualSquare = n * residualFloor * residualFloor
    for r in workspace.residual { residualSquare += r * r }
    var boundarySquare = boundaryCount * boundaryFloor * boundaryFloor
    for (index, g) in zip(problem.boundaryIndices, problem.boundaryValues) {
      boundarySquare += (u[index] - g) * (u[index] - g)
    }
    if let gradient = gradient?.baseAddress {
      for i in workspace.residual.indices { workspace.residual[i] *= -v }
      fillGradient(u, tau: tau, gradient, &workspace)
      gradient[kernelStart(axes)] = 0.5 * boundaryWeight * (boundaryCount - tau * boundarySquare)
      gradient[kernelStart(axes) + 1] = 0.5 * (n - v * residualSquare)
    }
    return logPrior + 0.5 * boundaryWeight * (boundaryCount * logTau - tau * boundarySquare)
      + 0.5 * (n * logV - v * residualSquare)
  }

  /// The log density of the process without its constant; fills what solves with K give.
  private func logPrior(_ u: UnsafePointer<Double>, _ workspace: inout Workspace) -> Double? {
    var result = 0.0
    for axis in workspace.axes.indices {
      guard let logDeterminant = workspace.axes[axis].update(u + kernelStart(axis), jitter: jitter) else {
        return nil
      }
      result -= 0.5 * Double(workspace.axes[axis].lines) * logDeterminant
      for i in 0..<pointCount { workspace.halves[axis][i] = u[i] }
      workspace.axes[axis].solve(&workspace.halves[axis])
    }
    for i in 0..<pointCount { workspace.coefficients[i] = workspace.halves[0][i] }
    if workspace.axes.count == 2 { workspace.axes[1].solve(&workspace.coefficients) }
    for i in 0..<pointCount { result -= 0.5 * u[i] * workspace.coefficients[i] }
    return result
  }

  private func fillResidual(_ u: UnsafePointer<Double>, _ workspace: inout Workspace) {
    for i in 0..<pointCount {
      workspace.residual[i] = (problem.reaction?.value(u[i]) ?? 0) - problem.source[i]
    }
    for axis in workspace.axes.indices {
      workspace.axes[axis].multiplyByCurvature(workspace.halves[axis], beta: 1, into: &workspace.residual)
    }
  }

  /// The gradients in U and in the parameters of the covariances. With S = -v R, H = K^-1 U, C = K_1^-1 U
  /// K_2^-1 and E = K^-1 K'' S they are, along each axis, E in U, (C / 2 - E) H' - lines K^-1 / 2 in K, and S
  /// H' in K''.
  private func fillGradient(
    _ u: UnsafePointer<Double>, tau: Double, _ gradient: UnsafeMutablePointer<Double>,
    _ workspace: inout Workspace
  ) {
    for i in 0..<pointCount {
      gradient[i] =
        (problem.reaction?.derivative(u[i]) ?? 0) * workspace.residual[i] - workspace.coefficients[i]
    }
    for (index, g) in zip(problem.boundaryIndices, problem.boundaryValues) {
      gradient[index] -= boundaryWeight * tau * (u[index] - g)
    }
    for axis in workspace.axes.indices {
      workspace.axes[axis].multiplyByCurvature(workspace.residual, beta: 0, into: &workspace.pulled)
      workspace.axes[axis].solve(&workspace.pulled)
      for i in 0..<pointCount {
        gradient[i] += workspace.pulled[i]
        workspace.pulled[i] = 0.5 * workspace.coefficients[i] - workspace.pulled[i]
      }
      workspace.axes[axis].gradient(
        workspace.pulled, workspace.residual, workspace.halves[axis], at: u + kernelStart(axis),
        into: gradient + kernelStart(axis))
    }
  }
}
