/// A kernel that keeps the mass of the population, the sum of its weights, in every run, not on average alone; all
/// weights 0 stay so.
public protocol MassPreservingKernel: PopulationKernel {}

extension Resample: MassPreservingKernel {}
