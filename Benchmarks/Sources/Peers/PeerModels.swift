import Foundation
import PPL

/// The models that peers are measured with, on the same data.
struct PeerModels {
  /// The folder of the data.
  let folder: String

  private func rows(_ name: String) throws -> [[Substring]] {
    try String(contentsOfFile: "\(folder)/\(name).csv", encoding: .utf8).split(separator: "\n").dropFirst().map {
      $0.split(separator: ",")
    }
  }

  /// y_i ~ Bernoulli(logistic(z_i)), z_i ~ N(m x_i + b, sigma).
  func logisticRegression(_ size: Int) throws -> Model<Random<Double>> {
    let data = try rows("lr\(size)")
    let (x, y) = (data.compactMap { Double($0[0]) }, data.map { $0[1] == "1" })
    return Model {
      let m = Latent("m", Normal(0, 1))
      let b = Latent("b", Normal(0, 1))
      let sigma = Latent("sigma", Gamma(shape: 1, rate: 1))
      let data = Scan("data", over: x, y, from: m) { m, x, y in
        let z = Latent("z", Normal(m * x + b, sigma))
        Observe(y, from: BernoulliLogit(z), as: "y")
        Return(m)
      }
      data
      Return(m)
    }
  }

  /// A chain of three states, seen with normal noise.
  func hiddenMarkov(_ size: Int) throws -> Model<Random<Int>> {
    let y = try rows("hmm\(size)").compactMap { Double($0[0]) }
    let transitions = try Matrix(rowsOf: [[0.1, 0.4, 0.5], [0.2, 0.6, 0.2], [0.15, 0.7, 0.15]])
    let levels: [Double] = [-1, 1, 0]
    return Model {
      let first = Latent("first", Categorical([1.0 / 3, 1.0 / 3, 1.0 / 3]))
      let chain = Scan("chain", over: y, from: first) { state, y in
        let next = Latent("state", Categorical(transitions[row: state]))
        Observe(y, from: Normal(levels[next], 1), as: "y")
        Return(next)
      }
      chain
      Return(chain.final)
    }
  }

  /// Five documents, two topics, a vocabulary of four words: a score for each word.
  func topics(_ size: Int) throws -> Model<Random<[Double]>> {
    let rows = try rows("lda\(size)")
    let vocabulary = Array(Set(rows.map { $0[1] })).sorted()
    let words = rows.map { vocabulary.firstIndex(of: $0[1]) ?? 0 }
    let documents = rows.compactMap { Int($0[0]) }
    return Model {
      let topics = (0..<2).map { Latent("topic[\($0)]", Dirichlet([1, 1, 1, 1])) }
      let state = Random<Double>(0)
      for document in 0..<5 {
        let shares = Latent("shares[\(document)]", Dirichlet([1, 1]))
        let own = zip(documents, words).filter { $0.0 == document }.map(\.1)
        let scan = Scan("document[\(document)]", over: own, from: state) { state, word in
          let topic = Latent("topic", Categorical(shares))
          Observe(word, from: Categorical(topic.equals(0).choose(topics[0], else: topics[1])), as: "word")
          Return(state)
        }
        scan
      }
      Return(topics[0])
    }
  }

  /// Log volatility as an autoregression with known parameters.
  func volatility() throws -> Model<Random<Double>> {
    let y = try rows("sv1000").compactMap { Double($0[0]) }
    let (mu, rho, sigma) = (-1.0, 0.95, 0.3)
    return Model {
      let first = Latent("first", Normal(mu, sigma / (1 - rho * rho).squareRoot()))
      let path = Scan("path", over: y, from: first) { h, y in
        Observe(y, from: Normal(0, exp(0.5 * h)), as: "y")
        Return(Latent("h", Normal(mu + rho * (h - mu), sigma)))
      }
      path
      Return(path.final)
    }
  }
}
