import Foundation
import PPL

/// What a cluster's data add up to, and the predictive distribution of its next one.
struct Cluster: Sendable {
  private(set) var count = 0.0
  private var sum = 0.0
  private var squares = 0.0

  mutating func add(_ x: Double) {
    count += 1
    sum += x
    squares += x * x
  }

  /// Student's t of the normal-inverse-gamma posterior (Murphy, 'Conjugate Bayesian analysis of the Gaussian
  /// distribution', 2007, section 6).
  func predictive(_ prior: ClusterPrior) -> (degrees: Double, location: Double, scale: Double) {
    let precision = prior.precision + count
    let location = (prior.precision * prior.mean + sum) / precision
    let shape = prior.shape + count / 2
    let mean = count == 0 ? 0 : sum / count
    let spread = max(0, squares - count * mean * mean)
    let shift = prior.precision * count / precision * (mean - prior.mean) * (mean - prior.mean)
    let rate = prior.rate + (spread + shift) / 2
    return (2 * shape, location, (rate * (precision + 1) / (shape * precision)).squareRoot())
  }
}

/// variance ~ InverseGamma(shape, rate);  mean ~ Normal(mean, sqrt(variance / precision))
struct ClusterPrior: Sendable {
  let mean, precision, shape, rate: Double
}

/// Clusters of the data seen so far, by the number of their first datum: a datum that changes its cluster
/// leaves the names of the others.
struct Partition: Sendable {
  private var clusters: [Cluster?] = []

  var count: Int { clusters.count { $0 != nil } }

  /// P(the next datum joins the cluster of datum i), the last one being that of a new cluster: the Chinese
  /// restaurant process.
  func probabilities(_ concentration: Double) -> [Double] {
    let total = clusters.reduce(concentration) { $0 + ($1?.count ?? 0) }
    return clusters.map { ($0?.count ?? 0) / total } + [concentration / total]
  }

  subscript(i: Int) -> Cluster { i < clusters.count ? clusters[i] ?? Cluster() : Cluster() }

  /// A cluster that is not there is a new one, whatever its probability.
  func adding(_ x: Double, to i: Int) -> Partition {
    var (copy, cluster) = (self, self[i])
    cluster.add(x)
    copy.clusters.append(nil)
    copy.clusters[i] = cluster
    return copy
  }
}

/// A Dirichlet process mixture of normals (Ferguson, 'A Bayesian analysis of some nonparametric problems',
/// 1973; Neal, 'Markov chain sampling methods for Dirichlet process mixture models', 2000, algorithm 3): each
/// datum is assigned to a cluster in turn, and scored by what is predicted of the cluster's next one. Means
/// and variances are integrated out.
struct DirichletProcessMixture: Sendable {
  let concentration: Double
  let prior: ClusterPrior

  struct Value: Sendable {
    let clusters: Random<Int>
    let density: Random<[Double]>
  }

  /// - Parameter grid: where the density of the next datum is returned.
  func model(_ data: [Double], grid: [Double]) -> Model<Value> {
    Model {
      let partition = try Submodel("data", assign(data[...], Partition()))
      partition
      Return(
        Value(
          clusters: partition.value.map(\.count),
          density: Random<[Double]>(grid.map { x in partition.value.map { density(at: x, $0) } })))
    }
  }

  private func assign(_ data: ArraySlice<Double>, _ partition: Partition) -> Model<Random<Partition>> {
    guard let datum = data.first else { return Model { Return(Random<Int>(0).map { _ in partition }) } }
    let z = Latent("datum \(data.startIndex + 1)", Categorical(partition.probabilities(concentration)))
    return z.flatMap { z in
      Model {
        let t = partition[z].predictive(prior)
        Observe(datum, from: StudentT(degrees: t.degrees, t.location, scale: t.scale))
        let rest = try Submodel("next", assign(data.dropFirst(), partition.adding(datum, to: z)))
        rest
        Return(rest.value)
      }
    }
  }

  private func density(at x: Double, _ partition: Partition) -> Double {
    var sum = 0.0
    for (i, probability) in partition.probabilities(concentration).enumerated() where probability > 0 {
      let t = partition[i].predictive(prior)
      let z = (x - t.location) / t.scale
      let power: Double = 0.5 * (t.degrees + 1)
      let gammas: Double = lgamma(power) - lgamma(0.5 * t.degrees)
      let tail: Double = pow(1 + z * z / t.degrees, -power)
      sum += probability * exp(gammas) * tail / ((t.degrees * Double.pi).squareRoot() * t.scale)
    }
    return sum
  }
}
