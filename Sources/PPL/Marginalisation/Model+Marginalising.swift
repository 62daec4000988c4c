extension Model {
  /// This model with discrete latents that are summed out of its density, so that samplers which need a gradient run on the
  /// others:
  ///
  ///     let mixture = Model {
  ///       let mu = Latent("mu", Normal(0, 5), count: 2)
  ///       let z = Latent("z", Bernoulli(0.3), count: y.count)
  ///       Observe(y, from: Normal(mu[z.integer], 1), as: "y")
  ///       Return(mu)
  ///     }
  ///     let posterior = try await NoUTurnSampler().run(mixture.marginalising("z"), seed: 1)
  ///
  /// The measure is the same: what runs the model draws these sites as before. In draws of a compiled model they have
  /// values nevertheless, drawn from their law given all others, and predictions are made of them.
  ///
  /// Sums are made by variable elimination: the elements of a plate that are independent given the rest cost their number
  /// times that of their values, a chain of n sites n times the square of it.
  ///
  /// The sites of a scan are summed out by the forward algorithm, and drawn backward: `marginalising("path/z")`. Parts of its
  /// state that depend on them have to be such sites, states before, or functions of these with finitely many whole values;
  /// the other parts may be anything. What all steps share (a discrete site outside) may be summed out with them. A state
  /// that is a vector stands for chains side by side. What is made of the states of all steps has to be scored in the body.
  ///
  /// - Parameter names: sites of finite support outside of continuations, with a number of values that is known before a
  ///   run; of this model.
  ///
  /// Compiling the model throws `ModelError.unknownSite` for a name that no latent has, `unsupportedSite` for a site that
  /// cannot be summed, and `jointTooLarge` where sums would go over too many combinations of values of sites that depend on
  /// each other.
  public func marginalising(_ names: String...) -> Model { marginalising(names) }

  /// The same of as many sites as are named.
  public func marginalising(_ names: [String]) -> Model {
    Model(body: {
      let body = try self.body()
      Scope.current?.marginalise(names)
      return body
    })
  }
}
