extension ResamplingScheme where Self == MultinomialResampling {
  public static var multinomial: MultinomialResampling { MultinomialResampling() }
}

extension ResamplingScheme where Self == SystematicResampling {
  public static var systematic: SystematicResampling { SystematicResampling() }
}

extension ResamplingScheme where Self == StratifiedResampling {
  public static var stratified: StratifiedResampling { StratifiedResampling() }
}

extension ResamplingScheme where Self == ResidualResampling {
  public static var residual: ResidualResampling { ResidualResampling() }
}
