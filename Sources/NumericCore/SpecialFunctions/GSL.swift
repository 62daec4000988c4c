import CGSL

/// GSL's functions with its error handler off: it would end the process.
enum GSL {
  /// Turns the handler off, once.
  static let isQuiet: Bool = {
    gsl_set_error_handler_off()
    return true
  }()

  /// The value of a special function: 0 where it underflows, infinity where it overflows, NaN outside of its domain.
  static func value(_ function: (UnsafeMutablePointer<gsl_sf_result>) -> Int32) -> Double {
    guard isQuiet else { return .nan }
    var result = gsl_sf_result(val: .nan, err: 0)
    let status = function(&result)
    switch status {
    case Int32(GSL_SUCCESS): return result.val
    case Int32(GSL_EUNDRFLW): return 0
    case Int32(GSL_EOVRFLW): return result.val.isNaN ? .infinity : result.val
    default: return .nan
    }
  }
}
