import ArgumentParser
import Foundation
import NumericCore

/// A column of times: numbers, or dates of ISO 8601 ("2024-02-29", "2024-02-29T23:59:59.5+01:00"; UTC where no zone is
/// named) as seconds since 1970, where the first one is a date.
enum EventTimes {
  /// - Throws: `DataTableError`, or `ValidationError` for what is no date beside dates.
  static func read(_ table: DataTable, _ column: String) throws -> [Double] {
    let cells = try table.strings(column)
    guard let first = cells.first, seconds(first) != nil else { return try table.doubles(column) }
    return try cells.enumerated().map { row, cell in
      guard let time = seconds(cell) else {
        throw ValidationError("row \(row + 1): \(column) = `\(cell)`, expected a date such as `\(first)`")
      }
      return time
    }
  }

  /// Nil for what is no date.
  static func seconds(_ text: String) -> Double? {
    let form = /(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?(Z|[+-]\d\d:?\d\d)?)?/
    guard let match = text.wholeMatch(of: form)?.output, let year = Int(match.1), let month = Int(match.2),
      let day = Int(match.3)
    else { return nil }
    let parts = DateComponents(year: year, month: month, day: day)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let (hour, minute) = (match.4.flatMap { Int($0) } ?? 0, match.5.flatMap { Int($0) } ?? 0)
    let second = match.6.flatMap { Double($0) } ?? 0
    guard hour < 24, minute < 60, second < 61, parts.isValidDate(in: calendar), let date = calendar.date(from: parts)
    else { return nil }
    return date.timeIntervalSince1970 + Double(60 * (60 * hour + minute)) + second - (match.7.map(offset) ?? 0)
  }

  /// Of a zone from UTC, in seconds.
  private static func offset(_ zone: Substring) -> Double {
    let digits = zone.filter(\.isNumber)
    guard let hours = Int(digits.prefix(2)), let minutes = Int(digits.suffix(2)) else { return 0 }
    return Double(60 * (60 * hours + minutes)) * (zone.hasPrefix("-") ? -1 : 1)
  }
}
