/// What is wrong with a user's file or options, and what was expected.
public struct InputError: Error, CustomStringConvertible {
  public let description: String

  public init(description: String) { self.description = description }
}
