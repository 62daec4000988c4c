import Foundation

/// What a function gives, and the CPU seconds that it takes, of all threads together.
public func timed<Value>(_ body: () throws -> Value) rethrows -> (value: Value, cpuSeconds: Double) {
  let start = clock()
  let value = try body()
  return (value, Double(clock() - start) / Double(CLOCKS_PER_SEC))
}
