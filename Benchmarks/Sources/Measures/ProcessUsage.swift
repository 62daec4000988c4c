import Foundation

/// What the process has used so far.
public enum ProcessUsage {
  public static var cpuSeconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

  /// The most memory that the process has had.
  public static var peakMegabytes: Double {
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      return Double(usage.ru_maxrss) / 1e6
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return Double(usage.ru_maxrss) / 1e3
    #endif
  }

  /// CPU seconds of a function.
  public static func cpuSeconds(of body: () throws -> Void) rethrows -> Double {
    let start = cpuSeconds
    try body()
    return cpuSeconds - start
  }
}
