import PPL

extension AbstractProgram {
  /// The program as a model of the library.
  var model: Model<Void> {
    Model {
      let elements = try ModelWriter(program: self).elements()
      for observation in observations {
        observed(observation, elements)
      }
    }
  }
}

/// A random number, or a vector of them.
enum Element {
  case scalar(Random<Double>)
  case vector(Random<[Double]>)

  var argument: AnyRandom {
    switch self {
    case .scalar(let x): x.argument
    case .vector(let x): x.argument
    }
  }
}

private struct ModelWriter {
  let program: AbstractProgram

  func elements() throws -> [Element] {
    var elements: [Element] = []
    for node in program.nodes {
      switch node.operation {
      case .latent(let index): elements.append(latent(program.latents[index], elements))
      case .constant(let value): elements.append(.scalar(Random(value)))
      case .data(let values): elements.append(.vector(Random(values)))
      case .unary(let function, let x): elements.append(apply(function, elements[x]))
      case .binary(let operation, let a, let b): elements.append(apply(operation, elements[a], elements[b]))
      case .gather(let x, let indices):
        guard case .vector(let vector) = elements[x] else { preconditionFailure("a scalar is gathered") }
        elements.append(.vector(vector[indices]))
      case .sum(let x):
        guard case .vector(let vector) = elements[x] else { preconditionFailure("a scalar is summed") }
        elements.append(.scalar(vector.sum))
      case .matrixVector(let rows, let columns, let values, let x):
        guard case .vector(let vector) = elements[x] else { preconditionFailure("a scalar is multiplied") }
        elements.append(.vector(try Matrix(rows: rows, columns: columns, elements: values) * vector))
      }
    }
    return elements
  }

  private func apply(_ function: AbstractProgram.Unary, _ x: Element) -> Element {
    func f<V: RealArray>(_ x: Random<V>) -> Random<V> {
      switch function {
      case .negate: preconditionFailure("negation is written below")
      case .exp: exp(x)
      case .log: log(x)
      case .log1p: log1p(x)
      case .sqrt: sqrt(x)
      case .square: square(x)
      case .tanh: tanh(x)
      case .sin: sin(x)
      case .logistic: logistic(x)
      case .softplus: softplus(x)
      }
    }
    switch x {
    case .scalar(let x): return .scalar(function == .negate ? -x : f(x))
    case .vector(let x): return .vector(function == .negate ? -x : f(x))
    }
  }

  private func apply(_ operation: AbstractProgram.Binary, _ a: Element, _ b: Element) -> Element {
    switch (a, b) {
    case (.scalar(let a), .scalar(let b)):
      switch operation {
      case .add: .scalar(a + b)
      case .subtract: .scalar(a - b)
      case .multiply: .scalar(a * b)
      case .divide: .scalar(a / b)
      }
    case (.scalar(let a), .vector(let b)):
      switch operation {
      case .add: .vector(a + b)
      case .subtract: .vector(a - b)
      case .multiply: .vector(a * b)
      case .divide: .vector(a / b)
      }
    case (.vector(let a), .scalar(let b)):
      switch operation {
      case .add: .vector(a + b)
      case .subtract: .vector(a - b)
      case .multiply: .vector(a * b)
      case .divide: .vector(a / b)
      }
    case (.vector(let a), .vector(let b)):
      switch operation {
      case .add: .vector(a + b)
      case .subtract: .vector(a - b)
      case .multiply: .vector(a * b)
      case .divide: .vector(a / b)
      }
    }
  }

  private func latent(_ latent: AbstractProgram.Latent, _ elements: [Element]) -> Element {
    func drawn<D: UnivariateDistribution>(_ distribution: D) -> Element where D.Value == Double {
      if let count = latent.count { return .vector(Latent(latent.name, distribution, count: count)) }
      return .scalar(Latent(latent.name, distribution))
    }
    let p = latent.distribution.parameters.map { elements[$0].argument }
    switch latent.distribution.family {
    case .normal: return drawn(Normal(p[0], p[1]))
    case .halfNormal: return drawn(HalfNormal(scale: p[0]))
    case .halfCauchy: return drawn(HalfCauchy(scale: p[0]))
    case .halfStudentT: return drawn(HalfStudentT(degrees: p[0], scale: p[1]))
    case .studentT: return drawn(StudentT(degrees: p[0], p[1], scale: p[2]))
    case .cauchy: return drawn(Cauchy(p[0], scale: p[1]))
    case .laplace: return drawn(Laplace(p[0], scale: p[1]))
    case .logistic: return drawn(Logistic(p[0], scale: p[1]))
    case .logNormal: return drawn(LogNormal(p[0], p[1]))
    case .exponential: return drawn(Exponential(rate: p[0]))
    case .gamma: return drawn(Gamma(shape: p[0], rate: p[1]))
    case .inverseGamma: return drawn(InverseGamma(shape: p[0], scale: p[1]))
    case .beta: return drawn(Beta(p[0], p[1]))
    case .uniform: return drawn(Uniform(p[0], p[1]))
    case .bernoulliLogit, .poissonLog: preconditionFailure("a discrete latent")
    }
  }
}

private func observed(_ observation: AbstractProgram.Observation, _ elements: [Element]) -> Statement {
  let p = observation.distribution.parameters.map { elements[$0].argument }
  let data = observation.data
  switch observation.distribution.family {
  case .normal: return Observe(data, from: Normal(p[0], p[1]))
  case .studentT: return Observe(data, from: StudentT(degrees: p[0], p[1], scale: p[2]))
  case .laplace: return Observe(data, from: Laplace(p[0], scale: p[1]))
  case .logistic: return Observe(data, from: Logistic(p[0], scale: p[1]))
  case .logNormal: return Observe(data, from: LogNormal(p[0], p[1]))
  case .bernoulliLogit: return Observe(data.map { $0 > 0 }, from: BernoulliLogit(p[0]))
  case .poissonLog: return Observe(data.map { Int($0) }, from: PoissonLog(logRate: p[0]))
  default: preconditionFailure("no likelihood of \(observation.distribution.family)")
  }
}
